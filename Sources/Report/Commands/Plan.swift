// What `plan` and `--dry-run` show: what a run would do with every task, and why. Decides nothing itself.

public import Vocabulary

/// What would be done with a task.
public enum Forecast: Sendable, Hashable {
    case decided(Decision)
    /// Something it needs runs first, and only then is it known whether this runs too.
    case mayRun(after: [String])
    /// It runs unless all its conditions hold by then.
    case mayBeSatisfied
    /// This task, which it needs, would fail.
    case blocked(by: String)
    /// `when` or `platforms` say no.
    case skipped(String)
    /// It would fail at once.
    case failed(FailureCause)
}

public struct Plan: Sendable {
    public struct Item: Sendable {
        public var task: String
        public var forecast: Forecast
        /// What it took before, in nanoseconds, if that is known.
        public var expected: UInt64?

        public init(_ task: String, _ forecast: Forecast, expected: UInt64? = nil) {
            self.task = task
            self.forecast = forecast
            self.expected = expected
        }
    }

    /// In the order in which they would be looked at.
    public var items: [Item]
    /// Names of the gates that are judged in every run, whatever the tasks do.
    public var gates: [String]

    public init(_ items: [Item], gates: [String] = []) {
        self.items = items
        self.gates = gates
    }

    /// A line per task that would do something, and a line of counts. Verbose: a line per task.
    public func text(verbosity: Verbosity = .normal, style: Style = .plain) -> String {
        var text = ""
        var restored = 0
        for item in items where item.forecast.isShown(verbosity) {
            if item.forecast == .decided(.restore) { restored += 1 }
            if verbosity == .normal, item.forecast == .decided(.restore), restored > Transcript.restoredLimit {
                continue
            }
            text += item.line(style) + "\n"
        }
        let hidden = restored - Transcript.restoredLimit
        if verbosity == .normal, hidden > 0 {
            text += style.paint(.dim, "and \(humanCount(hidden)) more would be restored") + "\n"
        }
        if verbosity > .quiet, !gates.isEmpty {
            text += style.paint(.dim, "to be judged: " + Prose.list(gates.map(Prose.printable), limit: 5)) + "\n"
        }
        return text + style.paint(.bold, Prose.text(counts)) + "\n"
    }

    /// - Parameter sources: the texts that findings about declarations refer to.
    public func json(in sources: SourceMap = SourceMap()) -> [UInt8] {
        JSON.object([
            ("version", .integer(1)),
            (
                "tasks",
                .array(
                    items.map { item in
                        .object(
                            dropping: [("task", .string(item.task))] + item.forecast.members(in: sources)
                                + [("expected", item.expected.map { .unsigned($0) })])
                    })
            ), ("gates", .strings(gates)),
        ]).indented
    }

    /// How many tasks there are of each kind of forecast.
    struct Counts: Equatable {
        var failed = 0, blocked = 0, run = 0, mayRun = 0, restore = 0, satisfied = 0, upToDate = 0, skipped = 0
    }

    var counts: Counts {
        items.reduce(into: Counts()) { counts, item in
            switch item.forecast {
            case .decided(.run): counts.run += 1
            case .decided(.restore): counts.restore += 1
            case .decided(.satisfied): counts.satisfied += 1
            case .decided(.upToDate): counts.upToDate += 1
            case .mayRun, .mayBeSatisfied: counts.mayRun += 1
            case .blocked: counts.blocked += 1
            case .skipped: counts.skipped += 1
            case .failed: counts.failed += 1
            }
        }
    }
}

extension Plan.Item {
    fileprivate func line(_ style: Style) -> String {
        let (words, detail) = Prose.text(forecast)
        var line = "\(task): \(style.paint(forecast.paint, words))"
        if let detail { line += " — \(detail)" }
        if let expected, forecast.mightRun { line += style.paint(.dim, " (about \(humanDuration(expected)))") }
        return line
    }
}

extension Forecast {
    fileprivate var mightRun: Bool {
        switch self {
        case .decided(.run), .mayRun, .mayBeSatisfied: true
        default: false
        }
    }

    fileprivate func isShown(_ verbosity: Verbosity) -> Bool {
        switch self {
        case .decided(.run), .mayRun, .mayBeSatisfied, .blocked, .decided(.restore): verbosity > .quiet
        case .failed: true
        case .decided, .skipped: verbosity == .verbose
        }
    }

    fileprivate var paint: Style.Paint {
        switch self {
        case .decided(.run): .cyan
        case .mayRun, .mayBeSatisfied: .yellow
        case .failed, .blocked: .red
        default: .dim
        }
    }

    /// `forecast` and what belongs to it.
    func members(in sources: SourceMap) -> [(String, JSON?)] {
        switch self {
        case .decided(.upToDate): [("forecast", .string("up-to-date"))]
        case .decided(.restore): [("forecast", .string("restore"))]
        case .decided(.satisfied): [("forecast", .string("satisfied"))]
        case .decided(.run(let reason)): [("forecast", .string("run")), ("reason", reason.json)]
        case .mayRun(let tasks): [("forecast", .string("may-run")), ("after", .strings(tasks))]
        case .mayBeSatisfied:
            [("forecast", .string("may-run")), ("after", .strings([])), ("unless", .string("satisfied"))]
        case .blocked(let task): [("forecast", .string("blocked")), ("by", .string(task))]
        case .skipped(let why): [("forecast", .string("skipped")), ("because", .string(why))]
        case .failed(let cause): [("forecast", .string("failed")), ("cause", cause.json(in: sources))]
        }
    }
}
