// A claim about a metric, after templates are resolved. Does not judge: that is the room Evidence.

/// How certain a claim must be: 95 for `at 95%`.
public struct Certainty: Hashable, Sendable {
    /// Above 50 and below 100.
    public let percent: Double

    /// Nil outside of 50 to 100, both excluded.
    public init?(percent: Double) {
        guard percent > 50, percent < 100 else { return nil }
        self.percent = percent
    }

    /// The probability with which a verdict may be wrong: 0.05 for 95%.
    public var error: Double { (100 - percent) / 100 }
}

/// `integration.flake_rate < 5% at 95%`, as a node of the graph.
public struct Gate: Hashable, Sendable {
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case greater = ">"
    }

    public enum Limit: Hashable, Sendable {
        case number(Double)
        /// 0.05 for `5%`.
        case share(Double)
        /// The value of another metric.
        case metric(String)
        /// An earlier or other value of the same metric.
        case baseline(Baseline)
    }

    /// Whose value of the same metric is compared with.
    public struct Baseline: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case task, branch, run
        }

        public let kind: Kind
        public let name: String

        public init(_ kind: Kind, _ name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// `phase2/2a/integration#all-pass`
    public let name: String
    public let metric: String
    public let comparison: Comparison
    /// 0.6 for `0.6 * baseline`, else 1.
    public let factor: Double
    public let limit: Limit
    /// Nil: the number as measured decides.
    public let certainty: Certainty?

    public init(
        name: String, metric: String, comparison: Comparison, factor: Double = 1, limit: Limit,
        certainty: Certainty? = nil
    ) {
        self.name = name
        self.metric = metric
        self.comparison = comparison
        self.factor = factor
        self.limit = limit
        self.certainty = certainty
    }
}

extension Gate {
    /// Whether both are about the same metric and claim the same of it.
    public func claimsTheSame(as other: Gate) -> Bool {
        metric == other.metric && comparison == other.comparison && factor == other.factor && limit == other.limit
            && certainty == other.certainty
    }
}

/// What became of a gate.
public struct GateResult: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case pass, fail
        case notEnoughData = "not enough data"
    }

    public var verdict: Verdict
    /// The value, the limit, what is certain, and of how many trials: one line.
    public var explanation: String
    /// The metric's value; nil when there is none.
    public var value: Double?
    /// What it was compared with, the factor in it.
    public var limit: Double?
    /// What is certain, in a statistical claim.
    public var bounds: ClosedRange<Double>?
    public var sample: Sample?

    public init(
        _ verdict: Verdict, _ explanation: String, value: Double? = nil, limit: Double? = nil,
        bounds: ClosedRange<Double>? = nil, sample: Sample? = nil
    ) {
        self.verdict = verdict
        self.explanation = explanation
        self.value = value
        self.limit = limit
        self.bounds = bounds
        self.sample = sample
    }
}
