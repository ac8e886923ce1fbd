// What `history` shows: the last runs with their numbers. Counts nothing itself.

public import Vocabulary

public struct RunList: Sendable {
    public struct Run: Sendable {
        public var number: UInt64
        /// Nanoseconds since the epoch.
        public var startedAt: UInt64
        /// That moment as it is shown.
        public var clock: String
        /// Empty: everything.
        public var targets: [String]
        public var continues: UInt64?
        public var tasks: Int
        public var done: Int
        public var failed: Int
        /// Nil: it did not end in an orderly way.
        public var summary: RunSummary?

        public init(
            number: UInt64, startedAt: UInt64, clock: String, targets: [String], continues: UInt64?, tasks: Int,
            done: Int, failed: Int, summary: RunSummary?
        ) {
            self.number = number
            self.startedAt = startedAt
            self.clock = clock
            self.targets = targets
            self.continues = continues
            self.tasks = tasks
            self.done = done
            self.failed = failed
            self.summary = summary
        }
    }

    /// The latest first.
    public var runs: [Run]
    /// Files that tell of no run.
    public var unreadable: [UInt64]

    public init(_ runs: [Run], unreadable: [UInt64] = []) {
        self.runs = runs
        self.unreadable = unreadable
    }

    public var text: String {
        guard !runs.isEmpty || !unreadable.isEmpty else { return "no run has changed anything here yet\n" }
        let rows =
            runs.map { ("\($0.number)", $0.clock, $0.subject, $0.ending) }
            + unreadable.map { ("\($0)", "", "", "its journal is damaged") }
        let widths = (0...2).map { column in
            rows.map { displayWidth(column == 0 ? $0.0 : column == 1 ? $0.1 : $0.2) }.max() ?? 0
        }
        return rows.map { row in
            let number = String(repeating: " ", count: widths[0] - row.0.count) + row.0
            return "\(number)  \(padded(row.1, to: widths[1]))  \(padded(row.2, to: widths[2]))  \(row.3)\n"
        }.joined()
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("runs", .array(runs.map(\.json))),
            ("unreadable", .array(unreadable.map { .unsigned($0) })),
        ]).indented
    }
}

extension RunList.Run {
    fileprivate var subject: String {
        let names = targets.isEmpty ? "everything" : Prose.list(targets.map(Prose.printable), limit: 3)
        return names + (continues.map { " (continues \($0))" } ?? "")
    }

    fileprivate var ending: String {
        if let summary { return Prose.text(summary) }
        let failures = failed > 0 ? ", \(humanCount(failed)) failed" : ""
        return "did not end; \(humanCount(done)) of \(humanCount(tasks)) done\(failures)"
    }

    fileprivate var json: JSON {
        .object(
            dropping: [
                ("run", .unsigned(number)), ("startedAt", .unsigned(startedAt)), ("targets", .strings(targets)),
                ("continues", continues.map { .unsigned($0) }), ("tasks", .count(tasks)),
                ("ended", .bool(summary != nil)),
            ] + (summary.map(\.members) ?? [("done", .count(done)), ("failed", .count(failed))]))
    }
}
