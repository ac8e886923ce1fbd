// A run as JSON lines for programs; docs/events.md says what each means. Knows no words for people but `text` members.

public import Vocabulary

/// One object per line and event: `{"version":1,"event":"started","time":…,…}`.
public struct JSONRenderer: Renderer {
    /// Grows when a member changes its meaning or goes away; new members and events do not count.
    public static let version = 1

    private var tasks: TaskTable

    public init(tasks: TaskTable) {
        self.tasks = tasks
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        if case .expanded(_, let instances) = event.kind { tasks.add(instances: instances) }
        let (name, members) = content(of: event.kind)
        let head: [(String, JSON?)] = [
            ("version", .count(JSONRenderer.version)), ("event", .string(name)), ("time", .unsigned(event.time)),
        ]
        return JSON.object(dropping: head + members).bytes + [UInt8(ascii: "\n")]
    }

    private func content(of kind: Event.Kind) -> (name: String, members: [(String, JSON?)]) {
        switch kind {
        case .runStarted(let tasks, let jobs): ("run-started", [("tasks", .count(tasks)), ("jobs", .count(jobs))])
        case .decided(let task, let decision): ("decided", [name(task)] + decision.members)
        case .started(let task, let attempt): ("started", [name(task), ("attempt", .count(attempt))])
        case .output(let task, let bytes): ("output", [name(task), text(bytes)])
        case .replayed(let task, let log): ("replayed", [name(task), text(log)])
        case .retrying(let task, let attempt, let cause, let pause):
            (
                "retrying",
                [
                    name(task), ("attempt", .count(attempt)), ("cause", cause.json(in: tasks.sources)),
                    ("pause", .unsigned(pause)),
                ]
            )
        case .finished(let task, let outcome, let usage, let log):
            (
                "finished",
                [name(task)] + outcome.members(in: tasks) + [("usage", usage.json), ("log", log.map(logObject))]
            )
        case .measured(let task, let evidence): ("measured", [name(task)] + evidence.members)
        case .repeating(let task, let execution, let most):
            (
                "repeating",
                [
                    name(task), ("execution", .count(execution)), ("most", .count(most)),
                ]
            )
        case .judged(_, let account): ("judged", account.members)
        case .served(let task, let uses): ("served", [name(task), ("services", .array(uses.map(\.json)))])
        case .tabulated(_, let account): ("tabulated", account.members)
        case .warned(let task, let message):
            ("warned", [("task", task.map { .string(tasks.name(of: $0)) }), ("message", .string(message))])
        case .expanded(let task, let instances): ("expanded", [name(task), ("instances", .strings(instances))])
        case .interrupted(let signal):
            ("interrupted", [("signal", .string(signalName(signal))), ("number", .integer(Int64(signal)))])
        case .runFinished(let summary): ("run-finished", summary.members)
        }
    }

    private func name(_ task: TaskID) -> (String, JSON?) { ("task", .string(tasks.name(of: task))) }

    private func logObject(_ log: [UInt8]) -> JSON { .object(dropping: [text(log)]) }

    /// `text` when the bytes are UTF-8, else `base64`: nothing is replaced.
    private func text(_ bytes: [UInt8]) -> (String, JSON?) {
        if let text = String(validating: bytes, as: UTF8.self) { return ("text", .string(text)) }
        return ("base64", .string(base64(bytes)))
    }
}
