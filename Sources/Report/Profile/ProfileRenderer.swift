// A run as a Chrome trace, which chrome://tracing and Perfetto open: a fold over events. Knows no file.
//
// There is a lane for each job slot with a complete event per task that ran, and in it one for each attempt that failed
// and one for what came after the command (conditions, outputs, publishing). Of what may go on many times at once, the
// waiting of a task that is to run and the restoring of a result, there are asynchronous events. Counters say how many
// tasks run and wait.

public import Vocabulary

/// Turns the events of one run into one JSON document (the object form of the trace event format).
public struct ProfileRenderer: Renderer {
    /// What is known of a task that is not done.
    private struct Open {
        var decidedAt: UInt64
        var reason: String?
        /// Nil while it waits or is restored.
        var lane: Int?
        var startedAt: UInt64 = 0
        var attemptAt: UInt64 = 0
        var attempt = 1
    }

    private var tasks: TaskTable
    private var open: [TaskID: Open] = [:]
    private var slots = TraceLanes()
    private var running = 0
    private var queued = 0
    private var now: UInt64 = 0
    private var trace = TraceWriter()

    public init(tasks: TaskTable) {
        self.tasks = tasks
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        now = event.time
        switch event.kind {
        case .runStarted(_, let jobs): trace.name(process: "taskgraph, \(counted(jobs, "job"))")
        case .decided(let task, let decision): decided(task, decision)
        case .started(let task, let attempt): started(task, attempt)
        case .retrying(let task, let attempt, let cause, _): retrying(task, attempt, cause)
        case .finished(let task, let outcome, let usage, _): finished(task, outcome, usage)
        case .expanded(_, let instances): tasks.add(instances: instances)
        case .interrupted(let signal): trace.instant(signalName(signal), at: now)
        case .output, .replayed, .measured, .judged, .served, .tabulated, .repeating, .warned, .runFinished: break
        }
        return trace.take()
    }

    /// The end of the document. Tasks that are not done then are shown up to the last event.
    public mutating func end() -> [UInt8] {
        for task in open.keys.sorted() { finished(task, .cancelled, ResourceUsage()) }
        trace.end()
        return trace.take()
    }

    private mutating func decided(_ task: TaskID, _ decision: Decision) {
        switch decision {
        case .run(let reason):
            open[task] = Open(decidedAt: now, reason: Prose.text(reason))
            queued += 1
            count()
        case .restore: open[task] = Open(decidedAt: now)
        case .upToDate, .satisfied: break
        }
    }

    private mutating func started(_ task: TaskID, _ attempt: Int) {
        guard var state = open[task] else { return }
        if state.lane == nil {
            let lane = slots.take()
            if lane.isNew { trace.name(lane: lane.number, "job \(lane.number)") }
            state.lane = lane.number
            state.startedAt = now
            queued -= 1
            running += 1
            count()
            trace.span(tasks.name(of: task), "queued", id: task.rawValue, from: state.decidedAt, to: now)
        }
        state.attempt = attempt
        state.attemptAt = now
        open[task] = state
    }

    private mutating func retrying(_ task: TaskID, _ attempt: Int, _ cause: FailureCause) {
        guard let state = open[task], let lane = state.lane else { return }
        let details: [(String, JSON?)] = [("cause", .string(Prose.text(cause)))]
        trace.complete("attempt \(attempt)", "attempt", lane, from: state.attemptAt, to: now, details)
    }

    private mutating func finished(_ task: TaskID, _ outcome: TaskOutcome, _ usage: ResourceUsage) {
        guard let state = open.removeValue(forKey: task) else { return }
        guard let lane = state.lane else { return withoutCommand(task, state, outcome) }
        let details: [(String, JSON?)] =
            outcome.members(in: tasks) + [("reason", state.reason.map(JSON.string)), ("usage", usage.json)]
        trace.complete(
            tasks.name(of: task), "task", lane, from: state.startedAt, to: now, details, color: outcome.traceColor)
        let commandEnd = min(now, state.startedAt + usage.wall)
        if state.attempt == 1, usage.wall > 0 {
            trace.complete("publish", "publish", lane, from: commandEnd, to: now, [])
        }
        slots.give(back: lane)
        running -= 1
        count()
    }

    /// A result was restored; or a task was to run and never did, or it has conditions only.
    private mutating func withoutCommand(_ task: TaskID, _ state: Open, _ outcome: TaskOutcome) {
        if state.reason != nil {
            queued -= 1
            count()
        }
        let category = outcome == .restored ? "restore" : "queued"
        trace.span(tasks.name(of: task), category, id: task.rawValue, from: state.decidedAt, to: now)
    }

    private mutating func count() {
        trace.counters([("running", running), ("queued", queued)], at: now)
    }
}

extension TaskOutcome {
    /// One of the names that chrome://tracing reserves for colours; nil for its own choice.
    fileprivate var traceColor: String? {
        switch self {
        case .failed: "terrible"
        case .cancelled: "grey"
        case .succeeded(let attempts) where attempts > 1: "bad"
        default: nil
        }
    }
}
