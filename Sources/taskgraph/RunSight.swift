// What others see of a run while it goes on (`ui`): its events as a file of the state directory. Serves nobody itself.

import Graph
import Host
import Report
import Vocabulary

/// Begins with the first thing that changes something, as the journal does: a run that finds everything in place leaves no
/// trace, and the last run stays the last.
final class RunSight {
    private let session: Session
    private let targets: [TaskID]
    private let writer: LiveRunWriter
    private var hasBegun = false
    /// In place, or not to be done; told with whatever comes next.
    private var untold: [TaskID] = []
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
        var change: (inout RunEvidence) -> Void = { _ in }
        switch event.kind {
        case .started(let task, _): untold.append(task)
        case .finished(let task, let outcome, _, _):
            untold.append(task)
            switch outcome {
            case .upToDate, .satisfied, .skipped: return
            case .restored, .succeeded, .failed, .blocked, .cancelled: break
            }
        case .expanded(let task, let names):
            made[task] = names
            let graph = session.project.graph
            let first = graph.count + madeCount
            madeCount += names.count
            for index in names.indices { needs[TaskID(first + index)] = namesOfNeeds(of: task) }
            guard hasBegun else { return }
            change = { run in
                run.tasks.append(TaskAccount(name: graph[task].name, outcome: LiveRun.expanded))
                run.tasks += names.map { TaskAccount(name: $0, outcome: "waiting") }
            }
        case .judged(_, let account): change = { $0.gates.append(account) }
        case .tabulated(_, let account): change = { $0.tables.append(account) }
        default: return
        }
        if !hasBegun {
            hasBegun = true
            writer.begin(beginning(skeleton()))
        }
        var run = skeletonOfChanges ?? skeleton()
        skeletonOfChanges = run
        run.summary.wall = event.time
        run.tasks = untold.compactMap { task in
            recorder.account(of: task).map { account in
                var account = account
                account.needs = needs[task] ?? namesOfNeeds(of: task)
                return account
            }
        }
        untold.removeAll(keepingCapacity: true)
        change(&run)
        writer.change(run)
    }

    private var skeletonOfChanges: RunEvidence?

    func end(_ run: () -> RunEvidence) {
        if hasBegun { writer.end(run()) }
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
