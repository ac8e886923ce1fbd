// Metrics, gates and repetition as written. Only their shape is known here.

public import Vocabulary

public struct MetricDeclaration: Sendable {
    public enum Source: String, Sendable, CaseIterable {
        case junit, coverage, json, toml, yaml, count, duration, services, run
    }

    /// Unique in the graph.
    public let name: Located<String>
    public let source: Located<Source>
    /// The files that `junit`, `coverage`, `json`, `toml`, `yaml` and `count` read.
    public var files: [PatternDeclaration] = []
    /// What `run` executes.
    public var command: RunDeclaration?
    /// What to take from the files: `pass_rate`, `line_rate` and the like; a path for documents; an expression for `count`.
    public var value: Template?
    public var aggregate: Located<MetricDefinition.Aggregate>?
    /// Older values are measured again.
    public var maximumAge: Located<Duration>?
    /// Only a value of this run counts.
    public var sameRun: Located<Bool>?

    /// Which way the number gets better.
    public enum Better: String, Sendable, CaseIterable {
        case higher, lower
    }

    public var unit: MetricUnit?
    public var better: Better?

    public init(name: Located<String>, source: Located<Source>) {
        self.name = name
        self.source = source
    }
}

public struct GateDeclaration: Sendable {
    public let name: Located<String>
    public let expression: Template
    /// The expression taken apart; nil when it could not be, which is a diagnostic.
    public var comparison: GateComparison?
    public var baseline: BaselineDeclaration?

    public init(name: Located<String>, expression: Template) {
        self.name = name
        self.expression = expression
    }
}

/// `integration.flake_rate < 5% at 95%`.
public struct GateComparison: Sendable, Hashable {
    public enum Operand: Sendable, Hashable {
        case number(Double)
        /// 5 for `5%`.
        case percentage(Double)
        case metric(Located<String>)
        /// What `baseline` of the gate names.
        case baseline(SourceRange)
        case reference(Template.Reference)
    }

    public let metric: Located<String>
    public let `operator`: Gate.Comparison
    /// 0.6 for `0.6 * baseline`, else 1.
    public let factor: Double
    public let limit: Operand
    /// 95 for `at 95%`: the claim must be certain to that degree. Nil: the number as measured decides.
    public var confidence: Double?

    public init(
        metric: Located<String>, operator: Gate.Comparison, factor: Double, limit: Operand, confidence: Double? = nil
    ) {
        self.metric = metric
        self.operator = `operator`
        self.factor = factor
        self.limit = limit
        self.confidence = confidence
    }
}

/// What a gate compares with: the same metric of a task, of a branch's last run, or of a named run.
public struct BaselineDeclaration: Sendable {
    public let kind: Located<Gate.Baseline.Kind>
    public let name: Template

    public init(kind: Located<Gate.Baseline.Kind>, name: Template) {
        self.kind = kind
        self.name = name
    }
}

/// A test whose failures do not count until a day.
public struct QuarantineDeclaration: Sendable {
    public let test: Located<String>
    public let owner: Located<String>
    public let until: Located<String>
    public let reason: Located<String>?

    public init(
        test: Located<String>, owner: Located<String>, until: Located<String>, reason: Located<String>?
    ) {
        self.test = test
        self.owner = owner
        self.until = until
        self.reason = reason
    }
}

/// A row of `table`: figures side by side.
public struct TableRowDeclaration: Sendable {
    public let title: Template
    public let before: Located<String>?
    /// The metric of the state after, and what is wanted of it.
    public let after: Located<String>
    public let target: GateComparison?

    public init(title: Template, before: Located<String>?, after: Located<String>, target: GateComparison?) {
        self.title = title
        self.before = before
        self.after = after
        self.target = target
    }

    /// All metrics that it names.
    public var metrics: [Located<String>] {
        var names = [before, after].compactMap(\.self)
        if case .metric(let other)? = target?.limit { names.append(other) }
        return names
    }
}

public struct RepeatDeclaration: Sendable {
    public let times: Located<Int>
    public let until: Located<String>?
    public let range: SourceRange

    public init(times: Located<Int>, until: Located<String>?, range: SourceRange) {
        self.times = times
        self.until = until
        self.range = range
    }
}
