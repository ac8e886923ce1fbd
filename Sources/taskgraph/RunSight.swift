// What others see of a run while it goes on (`ui`): its events as a file of the state directory. Serves nobody itself.

import Graph
import Host
import Report
import Vocabulary

/// Begins with the first thing that changes something, as the journal does: a run that finds everything in place leaves no
/// trace, and the last run stays the last.
///
/// Events only leave a mark. What differs is written together, every `interval`: a frame for each event costs as much as
/// running a small task does.
final class RunSight {
    static let interval: UInt64 = 250_000_000

    private let session: Session
    private let targets: [TaskID]
    private let writer: LiveRunWriter
    /// What is to be told of the run itself; nil until it begins.
    private var pending: RunEvidence?
    /// Tasks to be told of: what is known of them when it is written.
    private var untold: Set<TaskID> = []
    private var isDirty = false
    private var writtenAt: UInt64 = 0
    /// The names of the instances that a task became.
    private var made: [TaskID: [String]] = [:]
    private var madeCount = 0
    private var needs: [TaskID: [String]] = [:]

    init(_ session: Session, _ targets: [TaskID]) {
        self.session = session
        self.targets = targets
        writer = LiveRunWriter(in: session.state)
    }

    func note(_ event: Event, _ recorder: RunRecorder, _ skeleton: () -> RunEvidence) {
        switch event.kind {
        case .started(let task, _): untold.insert(task)
        case .finished(let task, let outcome, _, _):
            untold.insert(task)
            switch outcome {
            case .upToDate, .satisfied, .skipped: return
            case .restored, .succeeded, .failed, .blocked, .cancelled: break
            }
        case .expanded(let task, let names): return expand(task, names)
        case .judged, .tabulated: break
        default: return
        }
        if pending == nil {
            pending = skeleton()
            writer.begin(beginning(skeleton()))
        }
        switch event.kind {
        case .judged(_, let account): pending?.gates.append(account)
        case .tabulated(_, let account): pending?.tables.append(account)
        default: break
        }
        isDirty = true
        flush(event.time, recorder)
    }

    /// Writes what differs, unless that was done within the interval. `now`: nanoseconds since the run began.
    func flush(_ now: UInt64, _ recorder: RunRecorder) {
        guard isDirty, writtenAt == 0 || now >= writtenAt + RunSight.interval, var run = pending else { return }
        run.summary.wall = now
        for task in untold {
            guard var account = recorder.account(of: task) else { continue }
            account.needs = needs[task] ?? namesOfNeeds(of: task)
            run.tasks.append(account)
        }
        writer.change(run)
        untold.removeAll(keepingCapacity: true)
        pending?.tasks = []
        pending?.gates = []
        pending?.tables = []
        isDirty = false
        writtenAt = max(now, 1)
    }

    func end(_ run: @autoclosure () -> RunEvidence) {
        if pending != nil { writer.end(run()) }
    }

    private func expand(_ task: TaskID, _ names: [String]) {
        made[task] = names
        let graph = session.project.graph
        let first = graph.count + madeCount
        madeCount += names.count
        for index in names.indices { needs[TaskID(first + index)] = namesOfNeeds(of: task) }
        guard pending != nil else { return }
        pending?.tasks.append(TaskAccount(name: graph[task].name, outcome: LiveRun.expanded))
        pending?.tasks += names.map { TaskAccount(name: $0, outcome: "waiting") }
        isDirty = true
    }

    /// All tasks that are asked for, and what they need.
    private func beginning(_ skeleton: RunEvidence) -> RunEvidence {
        let graph = session.project.graph
        var run = skeleton
        var wanted = Set(targets)
        var stack = targets
        while let task = stack.popLast() {
            for need in graph.needs(of: task) where need.kind != .soft && wanted.insert(need.task).inserted {
                stack.append(need.task)
            }
        }
        for task in wanted.sorted() where task.index < graph.count {
            switch graph[task].kind {
            case .action, .expansion: break
            case .service, .gate: continue
            }
            for name in made[task] ?? [graph[task].name] {
                var account = TaskAccount(name: name, outcome: "waiting")
                account.needs = namesOfNeeds(of: task)
                run.tasks.append(account)
            }
        }
        return run
    }

    private func namesOfNeeds(of task: TaskID) -> [String] {
        let graph = session.project.graph
        guard task.index < graph.count else { return [] }
        return graph.needs(of: task).flatMap { made[$0.task] ?? [graph[$0.task].name] }
    }
}
