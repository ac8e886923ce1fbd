// Whether a gate passes, fails, or cannot be judged. Pure: the values are given.

public import Vocabulary

/// What was found for a gate.
public struct GateReadings: Sendable {
    public var metric: Reading
    /// Of the metric or baseline that is compared with.
    public var limit: Reading?
    /// How the rate was counted; nil: the metric's own sample, of a fixed size.
    public var trials: TrialEvidence?

    public init(metric: Reading, limit: Reading? = nil, trials: TrialEvidence? = nil) {
        self.metric = metric
        self.limit = limit
        self.trials = trials
    }
}

extension Gate {
    /// Judges the claim. A value that is missing, or not a finite number, is "not enough data", never a pass or a failure.
    public func judged(by readings: GateReadings) -> GateResult {
        switch (limitValue(readings.limit), readings.metric) {
        case (.missing(let reason), _):
            return GateResult(.notEnoughData, "nothing to compare \(metric) with: \(reason)")
        case (.known(let limit), _) where certainty != nil: return claim(readings, limit)
        case (.known(let limit), .missing(let reason)):
            return GateResult(.notEnoughData, "\(metric) has no value: \(reason)", limit: limit)
        case (.known(let limit), .measured(let measurement)):
            guard measurement.value.isFinite else {
                return GateResult(
                    .notEnoughData, "\(metric) is \(measurement.value), which cannot be compared", limit: limit)
            }
            return GateResult(
                comparison.holds(measurement.value, limit) ? .pass : .fail,
                explanation(measurement, limit, readings.limit), value: measurement.value, limit: limit
            )
        }
    }

    private enum LimitValue {
        case known(Double)
        case missing(String)
    }

    /// The number that is compared with, the factor in it.
    private func limitValue(_ reading: Reading?) -> LimitValue {
        switch (limit, reading) {
        case (.number(let number), _), (.share(let number), _): .known(factor * number)
        case (_, .measured(let other)) where other.value.isFinite: .known(factor * other.value)
        case (_, .measured(let other)): .missing("\(limitName) is \(other.value)")
        case (_, .missing(let reason)): .missing("\(limitName): \(reason)")
        case (_, nil): .missing("\(limitName) was not measured")
        }
    }

    private func claim(_ readings: GateReadings, _ limit: Double) -> GateResult {
        guard let claim = RateClaim(self, limit: limit) else {
            return GateResult(.notEnoughData, "no number of trials makes it certain: \(wanted(limit))", limit: limit)
        }
        let found: TrialEvidence
        switch (readings.trials, readings.metric) {
        case (let trials?, _): found = trials
        case (nil, .missing(let reason)):
            return GateResult(.notEnoughData, "\(metric) has no value: \(reason)", limit: limit)
        case (nil, .measured(let measurement)):
            guard let sample = measurement.sample else {
                return GateResult(
                    .notEnoughData,
                    "\(metric) is \(MetricProse.value(measurement.value, measurement.unit)), "
                        + "but not counted in trials, so nothing is certain about it",
                    value: measurement.value, limit: limit
                )
            }
            found = .counted(sample)
        }
        let answer = claim.answer(found)
        return GateResult(
            answer.verdict.gate, explanation(claim, answer, limit), value: answer.sample.share, limit: limit,
            bounds: answer.bounds, sample: answer.sample
        )
    }
}

extension ClaimVerdict {
    fileprivate var gate: GateResult.Verdict {
        switch self {
        case .holds: .pass
        case .contradicted: .fail
        case .undecided: .notEnoughData
        }
    }
}

extension Gate.Comparison {
    /// Numbers that differ by no more than rounding are equal.
    func holds(_ value: Double, _ limit: Double) -> Bool {
        let isEqual = MetricProse.isEqual(value, limit)
        return switch self {
        case .equal: isEqual
        case .notEqual: !isEqual
        case .atMost: isEqual || value < limit
        case .atLeast: isEqual || value > limit
        case .less: !isEqual && value < limit
        case .greater: !isEqual && value > limit
        }
    }
}
