// `--observe`: a limit for a gate, from what the metric was in earlier runs. Changes nothing.

public import Vocabulary

/// A limit that the history of a metric suggests.
public struct LimitProposal: Hashable, Sendable {
    public let comparison: Gate.Comparison
    public let limit: Double
    /// For rates that were counted in trials: the certainty to claim it with.
    public let certainty: Certainty?
    /// As it would be written: `tests.seconds <= 43`.
    public let expression: String
    /// Where the limit comes from.
    public let reason: String
}

extension LimitProposal {
    /// Fewer runs say too little.
    public static let fewestRuns = 5

    /// Why there is no proposal.
    public struct Objection: Error, Hashable, Sendable {
        public let reason: String
    }

    /// Proposes a limit for a metric.
    ///
    /// A number: the worst value so far, rounded to two digits towards worse. Were the next run exchangeable with the n
    /// before, it would be worse than all of them with probability 1 / (n + 1), whatever the distribution (V. Vovk, A. Gammerman,
    /// G. Shafer, "Algorithmic Learning in a Random World", 2005: conformal prediction); that is stated. Which side is worse
    /// follows from the metric's direction. A rate counted in suite runs: the upper bound of all runs together.
    ///
    /// - Throws: the reason why nothing is proposed.
    public init(from history: [Measurement], certainty: Certainty) throws(Objection) {
        let values = history.filter(\.value.isFinite)
        guard let first = values.first, values.count >= Self.fewestRuns else {
            throw Objection(reason: "\(values.count) of \(Self.fewestRuns) runs that a proposal needs")
        }
        if let sample = Sample(pooling: values.map(\.sample)), sample.unit == .suiteRun {
            self.init(rate: sample, of: first.name, certainty)
            return
        }
        guard first.direction != .unknown else {
            throw Objection(reason: "it is not known whether more or less of \(first.name) is better")
        }
        self.init(worstOf: values.map(\.value), like: first)
    }

    private init(rate sample: Sample, of name: String, _ certainty: Certainty) {
        let bounds = BinomialBounds(events: sample.events, trials: sample.trials, certainty: certainty)
        let text = MetricProse.value(bounds.upper, .share, digits: 2, .up)
        comparison = .atMost
        limit = Self.rounded(bounds.upper * 100, .up) / 100
        self.certainty = certainty
        expression = "\(name) <= \(text) at \(MetricProse.percent(certainty))"
        reason =
            "\(sample.events) of \(MetricProse.trials(sample.trials, sample.unit)) so far: at most \(text) with "
            + "\(MetricProse.percent(certainty)) certainty"
    }

    private init(worstOf values: [Double], like first: Measurement) {
        let isHigherBetter = first.direction == .higherIsBetter
        let rule: FloatingPointRoundingRule = isHigherBetter ? .down : .up
        let worst = (isHigherBetter ? values.min() : values.max()) ?? first.value
        let scale: Double = first.unit == .share ? 100 : 1
        comparison = isHigherBetter ? .atLeast : .atMost
        limit = Self.rounded(worst * scale, rule) / scale
        certainty = nil
        let text = MetricProse.decimal(limit * scale, digits: 15) + (first.unit == .share ? "%" : "")
        expression = "\(first.name) \(comparison.rawValue) \(text)"
        reason =
            "none of the last \(values.count) runs was worse than \(MetricProse.value(worst, first.unit)); a further run "
            + "like them fails with a probability of at most "
            + MetricProse.value(1 / Double(values.count + 1), .share, digits: 2, .up)
    }

    /// To two digits, whole numbers to whole ones.
    private static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        Double(MetricProse.decimal(value, digits: 2, rule)) ?? value
    }
}
