// What `check` shows: tasks whose conditions do not hold on the trees as they are. Evaluates nothing.

public import Vocabulary

public struct Drift: Sendable {
    public struct Item: Sendable {
        public var task: String
        /// The conditions that do not hold.
        public var failures: [Diagnostic]

        public init(_ task: String, _ failures: [Diagnostic]) {
            self.task = task
            self.failures = failures
        }
    }

    /// Every task with conditions, also those that hold.
    public var items: [Item]

    public init(_ items: [Item]) {
        self.items = items
    }

    /// A line per task that drifted with its findings below, and a line of counts. Verbose: a line per task.
    public func text(in sources: SourceMap, verbosity: Verbosity = .normal, style: Style = .plain) -> String {
        var text = ""
        for item in items {
            if item.failures.isEmpty {
                if verbosity == .verbose { text += "\(item.task): \(style.paint(.green, "holds"))\n" }
                continue
            }
            text += "\(item.task): \(style.paint(.red, Prose.text(.conditions(item.failures))))\n"
            text += indented(item.failures.text(in: sources)) + "\n"
        }
        let drifted = items.count { !$0.failures.isEmpty }
        let counts = Prose.clauses([
            (drifted, "drifted"), (items.count - drifted, items.count - drifted == 1 ? "holds" : "hold"),
        ])
        if verbosity > .quiet || drifted > 0 {
            text +=
                style.paint(
                    .bold, items.isEmpty ? "no conditions to check" : "\(counted(items.count, "task")): \(counts)")
                + "\n"
        }
        return text
    }

    public func json(in sources: SourceMap) -> [UInt8] {
        JSON.object([
            ("version", .integer(1)),
            (
                "tasks",
                .array(
                    items.map { item in
                        .object([
                            ("task", .string(item.task)), ("holds", .bool(item.failures.isEmpty)),
                            ("failures", .array(item.failures.map { $0.json(in: sources) })),
                        ])
                    })
            ),
        ]).indented
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "\n" : "  \($0)\n" }
            .joined()
            .dropLast() + ""
    }
}
