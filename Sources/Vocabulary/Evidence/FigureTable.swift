// Figures side by side: before, after, and what was wanted. As declared and as found; who measures them is not known here.

/// `table:` of a task.
public struct FigureTable: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        public let title: String
        /// Metric of the state before; nil: there is none to compare with.
        public let before: String?
        /// Metric of the state after.
        public let after: String
        /// What is wanted of it, under the row's title; nil: nothing.
        public let target: Gate?

        public init(title: String, before: String?, after: String, target: Gate? = nil) {
            self.title = title
            self.before = before
            self.after = after
            self.target = target
        }
    }

    public let rows: [Row]

    public init(rows: [Row]) {
        self.rows = rows
    }

    /// Stands in texts for the table until its figures are known.
    public static let reference = "${{ table }}"
}

/// The table of a task in a run.
public struct TableAccount: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        public var title: String
        /// As numbers, shares as fractions of one; nil: not measured.
        public var before: Double?
        public var after: Double?
        /// The same for people, with units and, of a claim, with what is certain; `–`: not measured.
        public var beforeText: String
        public var afterText: String
        /// `>= 100`; empty: nothing is wanted.
        public var targetText: String
        /// Nil: nothing is wanted.
        public var verdict: GateResult.Verdict?
        /// Why something was not measured, or the verdict's explanation.
        public var note: String

        public init(
            title: String, before: Double?, after: Double?, beforeText: String, afterText: String, targetText: String,
            verdict: GateResult.Verdict?, note: String
        ) {
            self.title = title
            self.before = before
            self.after = after
            self.beforeText = beforeText
            self.afterText = afterText
            self.targetText = targetText
            self.verdict = verdict
            self.note = note
        }
    }

    /// Full name of the task.
    public var task: String
    public var title: String?
    public var rows: [Row]

    public init(task: String, title: String?, rows: [Row]) {
        self.task = task
        self.title = title
        self.rows = rows
    }
}
