// The state of a run: which task waits, is looked at, queues for a slot, runs, is done. A pure machine: no clock, no
// process, no file.

public import Graph
public import Vocabulary

/// What the scheduler must know of a task beyond its edges.
public struct ScheduledTask: Sendable {
    public var demand: ResourceDemand
    /// Runs whatever the results of its needs.
    public var isAlways: Bool
    public var weight: UInt64

    public init(demand: ResourceDemand, isAlways: Bool = false, weight: UInt64 = 1) {
        self.demand = demand
        self.isAlways = isAlways
        self.weight = weight
    }
}

/// Decides what may start. Every task goes through `waiting → ready → examining → (restoring | queued → running) → done`.
public struct Scheduler: ~Copyable {
    enum State: UInt8 {
        case unwanted, waiting, ready, examining, restoring, queued, running, expanded, done
    }

    private let graph: Graph
    private let keepsGoing: Bool
    private(set) var tasks: [ScheduledTask]
    private var states: [State]
    private var outcomes: [TaskOutcome?]
    /// Needs that are not done yet.
    private var blockers: [UInt32]
    /// The first need that did not succeed.
    private var culprits: [TaskID?]
    /// For an instance: the expansion it belongs to.
    private var expansions: [TaskID: TaskID] = [:]
    private var readyHeap = ReadyHeap()
    /// Tasks being examined, and some that no longer are.
    private var examining = ReadyHeap()
    private var queue = ReadyHeap()
    /// Queued tasks that wait for a pool or a lock, set aside so that they do not hold up others.
    private var parked: [Resources.Shortage: [TaskID]] = [:]
    var resources: Resources
    private var unfinished: Int
    private var isStopping = false
    private var isInterrupted = false

    /// - Parameter tasks: one for each task of the graph.
    public init(
        graph: Graph, isWanted: IDMap<Bool>, tasks: IDMap<ScheduledTask>, jobs: Int, keepsGoing: Bool
    ) {
        self.graph = graph
        self.keepsGoing = keepsGoing
        self.tasks = tasks.values
        states = isWanted.values.map { $0 ? .waiting : .unwanted }
        outcomes = Array(repeating: nil, count: graph.count)
        blockers = Array(repeating: 0, count: graph.count)
        culprits = Array(repeating: nil, count: graph.count)
        resources = Resources(jobs: jobs, pools: graph.pools)
        unfinished = states.count { $0 == .waiting }
        for id in graph.ids where isWanted[id] {
            blockers[id.index] = UInt32(graph.needs(of: id).count { isWanted[$0.task] })
            if blockers[id.index] == 0 { makeReady(id) }
        }
    }

    /// Whether every wanted task has an outcome.
    public var isFinished: Bool { unfinished == 0 }

    public func outcome(of id: TaskID) -> TaskOutcome? { outcomes[id.index] }

    /// The next task whose needs are all done, to be examined: is it up to date, restored, or run?
    public mutating func nextToExamine() -> TaskID? {
        while let id = readyHeap.removeFirst() {
            // Cancelled while it waited here.
            guard states[id.index] == .ready else { continue }
            transition(id, to: .examining)
            examining.insert(id, weight: tasks[id.index].weight)
            return id
        }
        return nil
    }

    /// Whether a task that must run still may: not when the run is stopping. Ask before `enqueue`.
    public func mayRun(_ id: TaskID) -> Bool { !isStopping || tasks[id.index].isAlways && !isInterrupted }

    /// An examined task is restored: it needs no resources, unless that fails.
    public mutating func restore(_ id: TaskID) {
        transition(id, to: .restoring)
    }

    /// An examined task must run: it queues for its resources.
    public mutating func enqueue(_ id: TaskID) {
        transition(id, to: .queued)
        queue.insert(id, weight: tasks[id.index].weight)
    }

    /// The next queued task that has all its resources; they are taken.
    ///
    /// The last slot is kept for a heavier task that is being looked at: given away, it would be missed for as long as
    /// the lighter task runs, and with it the slot that a chain has just left.
    public mutating func nextToStart() -> TaskID? {
        while let id = nextInQueue() {
            let demand = tasks[id.index].demand
            switch resources.shortage(for: demand) {
            case .slots?: return nil
            case nil where !resources.leavesSlot(after: demand) && isHeavierExamined(than: tasks[id.index].weight):
                return nil
            case let shortage?:
                _ = queue.removeFirst()
                parked[shortage, default: []].append(id)
            case nil:
                _ = queue.removeFirst()
                tasks[id.index].demand.slots = resources.take(demand)
                transition(id, to: .running)
                return id
            }
        }
        return nil
    }

    /// The queued task that is to start before all others.
    mutating func nextInQueue() -> TaskID? {
        while let id = queue.first, states[id.index] != .queued { _ = queue.removeFirst() }
        return queue.first
    }

    private mutating func isHeavierExamined(than weight: UInt64) -> Bool {
        while let id = examining.first, states[id.index] != .examining { _ = examining.removeFirst() }
        return examining.first.map { tasks[$0.index].weight > weight } ?? false
    }

    /// An expansion is replaced by instances; it is done when all of them are.
    ///
    /// - Parameter instances: at least one.
    /// - Returns: the ids of the instances, which follow all ids so far.
    public mutating func expand(_ id: TaskID, into instances: [ScheduledTask]) -> [TaskID] {
        precondition(!instances.isEmpty, "an expansion without instances is finished, not expanded")
        transition(id, to: .expanded)
        blockers[id.index] = UInt32(instances.count)
        // One that runs always is done when its instances are, whatever became of what it needs.
        culprits[id.index] = nil
        unfinished += instances.count
        return instances.map { instance in
            let new = TaskID(states.count)
            var instance = instance
            // What waits for all of them waits for each.
            instance.weight = max(instance.weight, tasks[id.index].weight)
            tasks.append(instance)
            states.append(.waiting)
            outcomes.append(nil)
            blockers.append(0)
            culprits.append(nil)
            expansions[new] = id
            makeReady(new)
            return new
        }
    }

    /// A task has its outcome. Gives the tasks that got theirs by it, in order, this one first: what needs a task that
    /// did not succeed is blocked, and what can no longer run because the run is stopping is cancelled.
    public mutating func finish(_ id: TaskID, _ outcome: TaskOutcome) -> [(TaskID, TaskOutcome)] {
        var finished: [(TaskID, TaskOutcome)] = []
        var pending = [(id, outcome)]
        while let (task, result) = pending.popLast() {
            settle(task, result)
            finished.append((task, result))
            if !result.isDone, !isStopping, !keepsGoing, case .failed = result { isStopping = true }
            release(task, result, &pending)
        }
        return finished
    }

    /// Ends the run early: nothing new starts. Gives the tasks that are cancelled by it; what runs is for the caller to
    /// end.
    public mutating func interrupt() -> [(TaskID, TaskOutcome)] {
        isStopping = true
        isInterrupted = true
        return cancelIdle()
    }

    /// After a failure without keep-going: the tasks that will not be started any more.
    public mutating func cancelIfStopping() -> [(TaskID, TaskOutcome)] {
        isStopping ? cancelIdle() : []
    }

    private mutating func cancelIdle() -> [(TaskID, TaskOutcome)] {
        var cancelled: [(TaskID, TaskOutcome)] = []
        for index in states.indices {
            let id = TaskID(index)
            switch states[index] {
            case .waiting, .ready, .queued:
                if mayRun(id) { continue }
                if let culprit = culprits[index], !tasks[index].isAlways {
                    cancelled += finish(id, failure(because: culprit))
                } else {
                    cancelled += finish(id, .cancelled)
                }
            default: continue
            }
        }
        return cancelled
    }

    private mutating func settle(_ id: TaskID, _ outcome: TaskOutcome) {
        if states[id.index] == .running {
            let demand = tasks[id.index].demand
            resources.release(demand)
            let freed = demand.locks.map(Resources.Shortage.lock) + (demand.pool.map { [.pool($0)] } ?? [])
            for shortage in freed {
                for waiting in parked.removeValue(forKey: shortage) ?? [] where states[waiting.index] == .queued {
                    queue.insert(waiting, weight: tasks[waiting.index].weight)
                }
            }
        }
        transition(id, to: .done)
        outcomes[id.index] = outcome
        unfinished -= 1
    }

    private mutating func release(_ id: TaskID, _ outcome: TaskOutcome, _ pending: inout [(TaskID, TaskOutcome)]) {
        if let expansion = expansions[id] {
            unblock(expansion, by: outcome.isDone ? nil : id, &pending)
            return
        }
        guard id.index < graph.count else { return }
        for dependent in graph.dependents(of: id) where states[dependent.index] == .waiting {
            // A soft need only orders: what would run without it runs after its failure.
            let isCulprit = !outcome.isDone && graph.needs(of: dependent).contains { $0.task == id && $0.kind != .soft }
            unblock(dependent, by: isCulprit ? id : nil, &pending)
        }
    }

    /// - Parameter culprit: the task that was waited for, if its failure keeps this one from running.
    private mutating func unblock(_ id: TaskID, by culprit: TaskID?, _ pending: inout [(TaskID, TaskOutcome)]) {
        blockers[id.index] -= 1
        if culprits[id.index] == nil { culprits[id.index] = culprit }
        guard blockers[id.index] == 0 else { return }
        let isExpanded = states[id.index] == .expanded
        if let culprit = culprits[id.index], !tasks[id.index].isAlways || isExpanded {
            pending.append((id, failure(because: culprit)))
        } else if isExpanded {
            pending.append((id, .succeeded(attempts: 1)))
        } else if !mayRun(id) {
            pending.append((id, .cancelled))
        } else {
            makeReady(id)
        }
    }

    /// The outcome of a task that needs one that did not succeed.
    private func failure(because culprit: TaskID) -> TaskOutcome {
        outcomes[culprit.index] == .cancelled ? .cancelled : .blocked(by: culprit)
    }

    private mutating func makeReady(_ id: TaskID) {
        transition(id, to: .ready)
        readyHeap.insert(id, weight: tasks[id.index].weight)
    }

    /// The only place where a state changes.
    private mutating func transition(_ id: TaskID, to state: State) {
        let old = states[id.index]
        let isLegal =
            switch (old, state) {
            case (.waiting, .ready), (.ready, .examining), (.examining, .queued), (.examining, .restoring),
                (.restoring, .queued), (.queued, .running), (.examining, .expanded):
                true
            case (.unwanted, _), (.done, _): false
            case (_, .done): true
            default: false
            }
        precondition(isLegal, "task \(id.rawValue): \(old) → \(state)")
        states[id.index] = state
    }
}
