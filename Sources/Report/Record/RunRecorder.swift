// Folds the events of a run into what is kept of it. Does not know where it is kept, or what the engine is.

public import Vocabulary

/// What the tasks of a run left, as events tell it.
public struct RunRecorder: Sendable {
    private static let longestLog = 64 << 10

    private struct Progress {
        var account: TaskAccount
        var isTold = false
    }

    private var tasks: TaskTable
    private var progress: [TaskID: Progress] = [:]
    private var gates: [GateAccount] = []
    private var tables: [TableAccount] = []
    /// Instances that were made while running stand behind the task that made them.
    private var instances: [TaskID: Range<Int>] = [:]
    private var madeCount = 0
    private var summary = RunSummary()
    private let firstMade: Int

    /// - Parameter count: the tasks that the table knows when the run begins.
    public init(tasks: TaskTable, count: Int) {
        self.tasks = tasks
        firstMade = count
    }

    public mutating func note(_ event: Event) {
        switch event.kind {
        case .decided(let task, .run(let reason)): change(task) { $0.reasons = [Prose.text(reason)] }
        case .started(let task, let attempt):
            change(task) {
                if $0.startedAt == nil { $0.startedAt = event.time }
                $0.attempts = attempt
            }
        case .measured(let task, let evidence):
            change(task) {
                $0.evidence = evidence
                // Their tests are among all tests, with the number of the execution.
                $0.evidence.executions = []
            }
        case .finished(let task, let outcome, let usage, let log): finish(task, outcome, usage, log, event.time)
        case .judged(_, let account): gates.append(account)
        case .served(let task, let uses):
            change(task) { account in
                for use in uses { account.serviceWaits[use.service] = use.longest }
            }
        case .tabulated(_, let account): tables.append(account)
        case .expanded(let task, let names):
            instances[task] = firstMade + madeCount..<firstMade + madeCount + names.count
            madeCount += names.count
            tasks.add(instances: names)
        case .runFinished(let summary): self.summary = summary
        case .runStarted, .decided, .output, .repeating, .replayed, .retrying, .warned, .interrupted: break
        }
    }

    private mutating func change(_ task: TaskID, _ body: (inout TaskAccount) -> Void) {
        body(&progress[task, default: Progress(account: TaskAccount(name: "", outcome: ""))].account)
    }

    private mutating func finish(
        _ task: TaskID, _ outcome: TaskOutcome, _ usage: ResourceUsage, _ log: [UInt8]?, _ time: UInt64
    ) {
        let reasons = reasons(outcome)
        change(task) { account in
            account.outcome = outcome.accountWord
            account.endedAt = time
            account.usage = usage
            if outcome.attempts > 0 { account.attempts = outcome.attempts }
            account.reasons = reasons + account.reasons
            account.log = log.map { String(decoding: $0.suffix(RunRecorder.longestLog), as: UTF8.self) }
        }
        progress[task]?.isTold = true
    }

    /// Why it failed or did not run.
    private func reasons(_ outcome: TaskOutcome) -> [String] {
        switch outcome {
        case .failed(let cause, _): [Prose.text(cause)] + Prose.details(cause, in: tasks.sources)
        case .blocked(let other): ["\(tasks.name(of: other)), which it needs, did not succeed"]
        case .skipped(let why): [why]
        case .upToDate, .restored, .satisfied, .succeeded, .cancelled: []
        }
    }

    /// What is known of a task now: `running` when it has begun and not ended; nil when nothing was told of it.
    public func account(of task: TaskID) -> TaskAccount? {
        guard let told = progress[task] else { return nil }
        var account = told.account
        account.name = tasks.name(of: task)
        if !told.isTold { account.outcome = "running" }
        return account
    }

    /// Whether the run is worth keeping: something was executed, restored with evidence, or judged.
    public var hasEvidence: Bool {
        !gates.isEmpty
            || progress.values.contains {
                $0.account.usage.wall > 0 || !$0.account.evidence.isEmpty && $0.account.outcome != "up-to-date"
            }
    }

    /// The run, after its last event.
    /// - Parameters:
    ///   - run: who it was; its summary, tasks and gates are filled in.
    ///   - needs: of a task that the table knew from the beginning.
    ///   - key: of any task.
    public func evidence(
        _ run: RunEvidence, needs: (TaskID) -> [TaskID], key: (TaskID) -> Digest?
    ) -> RunEvidence {
        var run = run
        run.summary = summary
        run.gates = gates
        run.tables = tables
        let parents = Dictionary(
            uniqueKeysWithValues: instances.flatMap { parent, made in made.map { (TaskID($0), parent) } })
        for task in order {
            // Of a task that became instances, these are told.
            guard instances[task] == nil, let told = progress[task], told.isTold else { continue }
            var account = told.account
            account.name = tasks.name(of: task)
            let needed = needs(parents[task] ?? task).flatMap { need in
                instances[need].map { made in made.map { TaskID($0) } } ?? [need]
            }.filter { progress[$0]?.isTold ?? false }
            account.needs = needed.map { tasks.name(of: $0) }
            account.readyAt = needed.compactMap { progress[$0]?.account.endedAt }.max() ?? 0
            account.key = key(task)
            run.tasks.append(account)
        }
        return run
    }

    /// Of the graph, instances behind their task.
    private var order: [TaskID] {
        progress.keys.filter { $0.index < firstMade }.sorted().flatMap { task in
            [task] + (instances[task] ?? 0..<0).map { TaskID($0) }
        }
    }
}

extension TaskOutcome {
    /// As it is kept.
    fileprivate var accountWord: String {
        switch self {
        case .upToDate: "up-to-date"
        case .restored: "restored"
        case .satisfied: "satisfied"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .skipped: "skipped"
        case .blocked: "blocked"
        case .cancelled: "cancelled"
        }
    }
}
