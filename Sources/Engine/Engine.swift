// The one loop: ask the schedule, let the ports act, judge what comes back, emit events. Owns all state of a run.

import Broker
public import Graph
public import Imprint
public import Ports
import Schedule
public import Vocabulary

/// Carries out targets of a graph. Made for one run, used by one thread.
public final class Engine<Machinery: Reactor> where Machinery.Message == EngineMessage {
    let graph: Graph
    let ports: EnginePorts
    let options: RunOptions
    let reactor: Machinery
    let worker: Worker
    private let sink: (Event) -> Void
    private let ticker: Ticker?
    private var nextTick: UInt64?

    var scheduler: Scheduler
    let targets: [TaskID]
    /// The targets and whatever is done for them.
    let isWanted: IDMap<Bool>
    /// Of the graph, and after them those of instances made while running.
    var definitions: [TaskDefinition]
    var results: [TaskResult?]
    /// For instances: the expansion they belong to.
    var expansions: [TaskID: TaskID] = [:]
    var instances: [TaskID: [TaskID]] = [:]
    var layerPlan: LayerPlan
    var situations: [TaskID: Situation] = [:]
    var examinations: [TaskID: Examination] = [:]
    var active: [TaskID: ActiveTask] = [:]
    var processes: [ProcessToken: TaskID] = [:]
    private var lastToken: UInt32 = 0
    var snapshots: [String: BaseSnapshot] = [:]
    /// Why there is no snapshot of a tree.
    var snapshotFailures: [String: String] = [:]
    var tools: ToolVersions
    var lastKeys: LastKeys
    var summary = RunSummary()
    /// What tasks of this run left, or had restored.
    var measuredEvidence: [TaskID: TaskEvidence] = [:]
    /// Who measures which metric.
    let measurers: [String: [TaskID]]
    /// Of tasks whose command was started.
    var startedKeys: [TaskID: Digest] = [:]
    /// What is known of the tasks before the run.
    let earlier: EarlierResults
    /// What is known of them afterwards; nil: nobody wants to know.
    public var imprint: ImprintBuilder?
    private let startedAt: UInt64
    private var interruptions = 0
    var journalHasBegun = false
    let tokens: JobTokens
    /// Nil when no wanted task uses any.
    var services: RunServices<Machinery>?

    /// - Parameters:
    ///   - targets: what is asked for; what they need comes along.
    ///   - imprint: takes what the run finds out about its tasks.
    ///   - earlier: what an imprint says of them.
    ///   - ticker: called now and then while a run goes on.
    ///   - sink: gets every event, on the calling thread.
    public init(
        graph: Graph, targets: [TaskID], ports: EnginePorts, reactor: Machinery, options: RunOptions,
        imprint: ImprintBuilder? = nil, earlier: EarlierResults = EarlierResults(), ticker: Ticker? = nil,
        sink: @escaping (Event) -> Void = { _ in }
    ) {
        self.graph = graph
        var ports = ports
        ports.ignoreRules = onceEach(ports.ignoreRules)
        self.ports = ports
        self.options = options
        self.reactor = reactor
        self.sink = sink
        self.ticker = ticker
        self.imprint = imprint
        self.earlier = earlier
        nextTick = ticker.map { reactor.now + $0.interval }
        startedAt = reactor.now
        worker = Worker(
            ports: ports, options: options, root: graph.root, startedAt: reactor.wallTime,
            viewTrees: ViewTrees(views: ports.views), environment: CallerEnvironment(options.environment),
            keepsImprint: imprint != nil
        )
        self.targets = targets
        let isWanted = graph.closure(of: targets)
        self.isWanted = isWanted
        measurers = Self.measurers(graph, isWanted)
        let order = graph.topologicalOrder(of: IDMap(repeating: true, count: graph.count))
        layerPlan = LayerPlan(graph: graph, order: order)
        definitions = graph.tasks.values
        results = Array(repeating: nil, count: graph.count)
        tools = ToolVersions(stateDirectory: options.stateDirectory, files: ports.files)
        lastKeys = LastKeys(stateDirectory: options.stateDirectory, files: ports.files)
        let names = graph.ids.lazy.filter { isWanted[$0] }.map { graph[$0].name }
        let weights = criticalPathWeights(
            graph: graph, isWanted: isWanted, durations: ports.history.durations(of: Array(names))
        )
        tokens = JobTokens(makePipe: ports.makeTokenPipe, outer: ports.openOuterTokens?())
        let isSerial = !ports.views.allowsConcurrentViews
        scheduler = Scheduler(
            graph: graph, isWanted: isWanted,
            tasks: IDMap(
                graph.ids.map { id in
                    ScheduledTask(
                        demand: ResourceDemand(of: graph[id], viewsAreSerial: isSerial),
                        isAlways: graph[id].isAlways || graph[id].gate != nil, weight: weights[id]
                    )
                }
            ),
            jobs: options.jobs, keepsGoing: options.keepsGoing
        )
    }

    /// Runs to the end and says how it went. Called once.
    public func run() -> RunSummary {
        emit(.runStarted(tasks: wantedCount + earlier.others, jobs: options.jobs))
        summary.upToDate += earlier.others
        takeSnapshots()
        askTools()
        prepareServices()
        shareWithOuter()
        while !scheduler.isFinished {
            dispatch()
            if scheduler.isFinished { break }
            if journalHasBegun { ports.journal.commit() }
            offerIdleSlots()
            handle(reactor.next(until: nextDeadline))
        }
        closeTokens()
        closeServices()
        return conclude()
    }

    private func conclude() -> RunSummary {
        summary.wall = reactor.now - startedAt
        do {
            try ports.store.flush()
        } catch {
            emit(.warned(nil, "results may not be cached: \(error)"))
        }
        ports.digests.save()
        lastKeys.save(to: ports.files)
        tools.save(to: ports.files)
        if journalHasBegun { ports.journal.end(summary) }
        emit(.runFinished(summary))
        return summary
    }

    /// Starts everything that can start now. What is done at once may make more tasks ready.
    private func dispatch() {
        var isWorking = true
        var starting: [TaskID] = []
        while isWorking {
            isWorking = examineReady()
            gatherSlots()
            while let id = scheduler.nextToStart() {
                starting.append(id)
                isWorking = true
                gatherSlots()
            }
            // The journal has to know before a command can change anything.
            for id in starting { noteStart(of: id) }
            if journalHasBegun, !starting.isEmpty { ports.journal.commit() }
            for id in starting { start(id) }
            starting = []
        }
    }

    var nextDeadline: UInt64? {
        var deadline = active.values.lazy.compactMap(\.deadline).min()
        if let probes = services?.keeper.nextDeadline { deadline = min(probes, deadline ?? .max) }
        if let look = tokens.nextLook { deadline = min(look, deadline ?? .max) }
        guard let nextTick else { return deadline }
        return min(nextTick, deadline ?? .max)
    }

    func handle(_ occurrence: Occurrence<EngineMessage>) {
        switch occurrence {
        case .message(let message): handle(message)
        // The slots that are back are gathered before the next wait.
        case .readable(Self.returnedTokens): break
        case .readable(Self.probes): if let news = services?.keeper.turn() { take(news) }
        case .readable(let source): if let news = services?.offices[source.rawValue]?.turn() { take(news) }
        case .output(let token, let bytes):
            if let id = processes[token] {
                take(bytes, of: id)
            } else if let news = services?.keeper.output(bytes, of: token) {
                take(news)
            }
        case .exited(let token, let status, let usage):
            if let id = processes.removeValue(forKey: token) {
                exited(id, status, usage)
            } else if let news = services?.keeper.exited(token, status) {
                take(news)
            }
        case .interrupted(let signal): interrupt(signal)
        case .deadline:
            tick()
            checkDeadlines()
            lookAtTokens()
            if let keeper = services?.keeper, let due = keeper.nextDeadline, due <= reactor.now { take(keeper.turn()) }
        }
    }

    private func tick() {
        guard let ticker, let due = nextTick, reactor.now >= due else { return }
        ticker.action(reactor.now - startedAt)
        nextTick = reactor.now + ticker.interval
    }

    private func handle(_ message: EngineMessage) {
        switch message {
        case .examined(let batch): for (id, examination) in batch { examined(id, examination) }
        case .restored(let id, let result): restored(id, result)
        case .prepared(let id, let result): prepared(id, result)
        case .verified(let id, let completion): verified(id, completion)
        case .kept(let id, let result): kept(id, result)
        case .compared(let id, let differences): compared(id, differences)
        case .executed(let id, let result): executed(id, result)
        case .published(let id, let result): published(id, result)
        case .service(let message): if let news = services?.keeper.handle(message) { take(news) }
        }
    }

    /// The first signal ends tasks with their grace, the second at once.
    func interrupt(_ signal: Int32) {
        interruptions += 1
        summary.signal = signal
        emit(.interrupted(signal))
        settle(scheduler.interrupt()[...])
        for token in processes.keys { reactor.stop(token, grace: interruptions > 1 ? 0 : options.grace) }
        for id in active.keys.sorted() {
            switch active[id]?.step {
            case .pausing, .leasing: conclude(id, .cancelled)
            case .awaitingNews: cancel(id)
            default: continue
            }
        }
    }

    var isInterrupted: Bool { interruptions > 0 }

    func nextToken() -> ProcessToken {
        lastToken += 1
        return ProcessToken(lastToken)
    }

    func emit(_ kind: Event.Kind) {
        sink(Event(time: reactor.now - startedAt, kind))
    }

    /// A task has its outcome; what follows from it is settled too.
    func finish(
        _ id: TaskID, _ outcome: TaskOutcome, result: TaskResult = .empty, usage: ResourceUsage = ResourceUsage(),
        log: [UInt8]? = nil, evidence: SettlingEvidence = .none
    ) {
        results[id.index] = result
        if outcome.isDone, definitions[id.index].outputs.isEmpty { lastKeys[definitions[id.index].name] = result.key }
        situations[id] = nil
        examinations[id] = nil
        let finished = scheduler.finish(id, outcome)
        settle(finished[..<1], usage: usage, log: log, evidence: evidence)
        settle(finished[1...])
        settle(scheduler.cancelIfStopping()[...])
    }

    private func settle(
        _ finished: ArraySlice<(TaskID, TaskOutcome)>, usage: ResourceUsage = ResourceUsage(), log: [UInt8]? = nil,
        evidence: SettlingEvidence = .none
    ) {
        for (id, outcome) in finished {
            expectNoMore(id)
            if let members = instances[id] { results[id.index] = combined(members) }
            note(id, outcome, evidence)
            // An expansion runs nothing itself: its instances are counted.
            // Gates are told when they are judged.
            let isGate = definitions[id.index].gate != nil
            let isUntold = isGate || definitions[id.index].isService && outcome.isDone
            if instances[id] == nil || !outcome.isDone, !isUntold { summary.count(outcome) }
            if !isUntold { emit(.finished(id, outcome, usage, log: log)) }
            if !isUntold { noteEnd(of: id, outcome) }
        }
    }
}

extension Engine {
    /// The key that a task of this run had, if it was known.
    public func key(of task: TaskID) -> Digest? { startedKeys[task] ?? results[task.index]?.key }

    /// Services and gates are not counted as tasks.
    var wantedCount: Int { graph.ids.count { isWanted[$0] && !graph[$0].isService && graph[$0].gate == nil } }
}
