// What `why A..B` shows: the tasks that two runs did differently, and what their keys have different.

public import Vocabulary

public struct RunComparison: Sendable {
    /// One of the two runs.
    public struct Side: Sendable {
        public var number: UInt64
        /// When it began, as it is shown.
        public var clock: String

        public init(number: UInt64, clock: String) {
            self.number = number
            self.clock = clock
        }
    }

    /// What one run did with a task.
    public struct Part: Sendable {
        /// `succeeded`, `up-to-date` …
        public var state: String
        public var key: Digest?
        /// Nil: not kept.
        public var contents: KeyContents?

        public init(state: String, key: Digest?, contents: KeyContents?) {
            self.state = state
            self.key = key
            self.contents = contents
        }
    }

    /// A task that the runs did differently.
    public struct Item: Sendable {
        public var task: String
        /// Nil: the run had no such task.
        public var before: Part?
        public var after: Part?

        public init(task: String, before: Part?, after: Part?) {
            self.task = task
            self.before = before
            self.after = after
        }
    }

    public var before: Side
    public var after: Side
    public var items: [Item]
    /// Tasks that both runs had, with nothing to tell.
    public var same: Int

    public init(before: Side, after: Side, items: [Item], same: Int) {
        self.before = before
        self.after = after
        self.items = items
        self.same = same
    }

    public func text(style: Style = .plain) -> String {
        var lines = ["run \(before.number) of \(before.clock) → run \(after.number) of \(after.clock)"]
        for item in items {
            lines.append("\(item.task): \(style.paint(.bold, item.words))")
            lines += item.differences.map { "  \(Prose.text($0.change)): \($0.values)" }
            if let remark = item.remark { lines.append("  " + remark) }
        }
        let differ = items.count == 1 ? "1 task differs" : "\(humanCount(items.count)) tasks differ"
        return (lines + [items.isEmpty ? "no task differs" : "\(differ), \(humanCount(same)) the same"])
            .joined(separator: "\n") + "\n"
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("before", .unsigned(before.number)), ("after", .unsigned(after.number)),
            ("same", .count(same)), ("tasks", .array(items.map(\.json))),
        ]).indented
    }
}

extension RunComparison.Item {
    /// `up to date → ran`
    fileprivate var words: String {
        let states = [before, after].map { part in
            part.map { $0.state == "succeeded" ? "ran" : $0.state.split(separator: "-").joined(separator: " ") }
                ?? "not there"
        }
        return states[0] == states[1] ? states[0] + " in both" : states.joined(separator: " → ")
    }

    fileprivate var differences: [KeyDifference] {
        guard let old = before?.contents, let new = after?.contents, before?.key != after?.key else { return [] }
        return new.differences(since: old)
    }

    /// What there is to say where no part of a key differs.
    fileprivate var remark: String? {
        guard let before, let after else { return nil }
        if before.key == nil || after.key == nil { return nil }
        if before.key == after.key { return "the same key" }
        return before.contents == nil || after.contents == nil ? "other keys, of which nothing more is kept" : nil
    }

    fileprivate var json: JSON {
        .object(dropping: [
            ("task", .string(task)), ("before", before?.json), ("after", after?.json),
            ("changes", .array(differences.map(\.json))),
        ])
    }
}

extension RunComparison.Part {
    fileprivate var json: JSON {
        .object(dropping: [("outcome", .string(state)), ("key", key.map { .string($0.hex) })])
    }
}
