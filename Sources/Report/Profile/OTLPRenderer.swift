// A run as a trace of OpenTelemetry in OTLP's JSON encoding: a fold over events. Knows no file and no network.
//
// "JSON Protobuf Encoding" of the OTLP specification 1.x: field names in lowerCamelCase, 64-bit integers as decimal
// strings, enumerations as numbers, and, unlike Protobuf's own mapping, `traceId` and `spanId` as hexadecimal digits.
// The document is one `TracesData`, as the file exporter of the OpenTelemetry specification writes it on one line.

public import Vocabulary

/// Gives everything with `end`: a span for the run, below it one for each task that ended, below that one for
/// each attempt. A task's span links to those of the tasks that it waited for.
public struct OTLPRenderer: Renderer {
    /// What the trace is of.
    public struct Origin: Sendable {
        /// 16 bytes, not all zero.
        let trace: [UInt8]
        /// Nanoseconds since the epoch; times of events are added to it.
        let startedAt: UInt64
        let project: String
        let version: String

        /// - Precondition: `trace` has 16 bytes.
        public init(trace: [UInt8], startedAt: UInt64, project: String, version: String) {
            precondition(trace.count == 16, "a trace's id has 16 bytes")
            self.trace = trace
            self.startedAt = startedAt
            self.project = project
            self.version = version
        }
    }

    private struct Open {
        let span: UInt64
        let decidedAt: UInt64
        /// Nil: it was never looked at, because something that it needs did not succeed, for instance.
        let decision: Decision?
        var attempt: (number: Int, at: UInt64)?
    }

    private let origin: Origin
    private var tasks: TaskTable
    private var document: OTLPDocument
    private var open: [TaskID: Open] = [:]
    private var spans: [TaskID: UInt64] = [:]
    private var lastSpan: UInt64
    private let root: UInt64
    private var summary: RunSummary?
    private var now: UInt64 = 0

    public init(tasks: TaskTable, origin: Origin) {
        self.tasks = tasks
        self.origin = origin
        document = OTLPDocument(trace: origin.trace, startedAt: origin.startedAt)
        // Other runs begin elsewhere, so that spans of merged files do not meet.
        root = origin.trace.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } | 1
        lastSpan = root
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        now = event.time
        switch event.kind {
        case .decided(let task, let decision): begin(task, decision)
        case .started(let task, let attempt): open[task]?.attempt = (attempt, now)
        case .retrying(let task, _, let cause, _): endAttempt(task, .error(Prose.text(cause)))
        case .finished(let task, let outcome, let usage, _): finished(task, outcome, usage)
        case .expanded(_, let instances): tasks.add(instances: instances)
        case .runFinished(let summary): self.summary = summary
        case .runStarted, .output, .replayed, .measured, .judged, .served, .tabulated, .repeating, .warned,
            .interrupted:
            break
        }
        return []
    }

    /// The document. Tasks that are not done then are shown up to the last event.
    public mutating func end() -> [UInt8] {
        for task in open.keys.sorted() { finished(task, .cancelled, ResourceUsage()) }
        document.add(
            OTLPSpan(
                id: root, parent: nil, name: "taskgraph", start: 0, end: now,
                attributes: [("cicd.pipeline.name", .string(origin.project))]
                    + (summary.map(\.attributes) ?? []), status: summary.map(\.status) ?? .error("the run did not end"))
        )
        return document.json(project: origin.project, version: origin.version).bytes + [UInt8(ascii: "\n")]
    }

    private mutating func begin(_ task: TaskID, _ decision: Decision?) {
        open[task] = Open(span: newSpan(), decidedAt: now, decision: decision)
        spans[task] = lastSpan
    }

    private mutating func newSpan() -> UInt64 {
        lastSpan &+= 1
        if lastSpan == 0 { lastSpan = 1 }
        return lastSpan
    }

    private mutating func endAttempt(_ task: TaskID, _ status: OTLPStatus) {
        guard let state = open[task], let attempt = state.attempt else { return }
        document.add(
            OTLPSpan(
                id: newSpan(), parent: state.span, name: "attempt \(attempt.number)", start: attempt.at, end: now,
                attributes: [("taskgraph.attempt", .integer(Int64(attempt.number)))], status: status))
        open[task]?.attempt = nil
    }

    private mutating func finished(_ task: TaskID, _ outcome: TaskOutcome, _ usage: ResourceUsage) {
        if open[task] == nil { begin(task, nil) }
        endAttempt(task, outcome.status(in: tasks))
        guard let state = open.removeValue(forKey: task) else { return }
        document.add(
            OTLPSpan(
                id: state.span, parent: root, name: tasks.name(of: task), start: state.decidedAt, end: now,
                attributes: attributes(of: task, state.decision, outcome, usage),
                links: tasks.needs(of: task).compactMap { spans[$0] }, status: outcome.status(in: tasks)))
    }

    private func attributes(
        of task: TaskID, _ decision: Decision?, _ outcome: TaskOutcome, _ usage: ResourceUsage
    ) -> [(String, OTLPValue)] {
        var list: [(String, OTLPValue)] = [
            ("cicd.pipeline.task.name", .string(tasks.name(of: task))),
            ("taskgraph.outcome", .string(outcome.word)),
            ("taskgraph.cached", .bool(outcome == .upToDate || outcome == .restored)),
        ]
        if case .run(let reason) = decision { list.append(("taskgraph.reason", .string(Prose.text(reason)))) }
        guard usage != ResourceUsage() else { return list }
        return list + [
            ("taskgraph.wall", .unsigned(usage.wall)), ("taskgraph.cpu", .unsigned(usage.cpu)),
            ("taskgraph.peak_memory", .unsigned(usage.peakMemory)),
        ]
    }
}

extension TaskOutcome {
    /// As in the events' JSON.
    fileprivate var word: String {
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

    fileprivate func status(in tasks: TaskTable) -> OTLPStatus {
        switch self {
        case .failed(let cause, _): .error(Prose.text(cause))
        case .blocked(let culprit): .error("\(tasks.name(of: culprit)) did not succeed")
        case .cancelled: .error("cancelled")
        default: .ok
        }
    }
}

extension RunSummary {
    fileprivate var status: OTLPStatus {
        let isGood = failed + blocked + cancelled + gatesFailed == 0 && signal == nil
        return isGood ? .ok : .error(Prose.text(self))
    }

    fileprivate var attributes: [(String, OTLPValue)] {
        [
            ("taskgraph.tasks", .integer(Int64(total))), ("taskgraph.ran", .integer(Int64(succeeded))),
            ("taskgraph.cached", .integer(Int64(upToDate + restored))), ("taskgraph.failed", .integer(Int64(failed))),
        ]
    }
}
