// What a gate says about its verdict: value, limit, what is certain, and of how many trials. Decides nothing.

import Vocabulary

extension Gate {
    /// `tests.pass_rate is 98.5%, wanted == 100%`
    func explanation(_ measurement: Measurement, _ limit: Double, _ other: Reading?) -> String {
        let unit = textUnit(measurement.unit)
        let (value, limitText) = MetricProse.pair(measurement.value, limit, unit)
        return "\(metric) is \(value)\(measurement.provenance.note), wanted \(comparison.rawValue) \(limitText)"
            + origin(other, unit)
    }

    /// `tests.flake_rate is 0% (0 of 66 suite runs), at most 4.96% with 95% certainty, wanted < 5%`
    func explanation(_ claim: RateClaim, _ answer: ClaimAnswer, _ limit: Double) -> String {
        let sample = answer.sample
        let known = sample.share.map { "is \(MetricProse.value($0, .share)) " } ?? "is not known yet "
        let counted = "(\(sample.events) of \(MetricProse.trials(sample.trials, sample.unit)))"
        return "\(metric) \(known)\(counted), \(certain(answer, limit)), \(wanted(limit))\(answer.outlook.text)"
    }

    /// `wanted < 5%`
    func wanted(_ limit: Double) -> String { "wanted \(comparison.rawValue) \(MetricProse.value(limit, .share))" }

    /// What the limit is called when it is no number.
    var limitName: String {
        switch limit {
        case .number, .share: "the limit"
        case .metric(let name): name
        case .baseline(let baseline): "baseline \(baseline.kind.rawValue) \(baseline.name)"
        }
    }

    /// ` (0.6 * baseline branch main, 63 s)`
    private func origin(_ other: Reading?, _ unit: MetricUnit) -> String {
        guard case .measured(let other)? = other else { return "" }
        switch limit {
        case .number, .share: return ""
        case .metric, .baseline:
            guard factor != 1 else { return " (\(limitName)\(other.provenance.note))" }
            let value = MetricProse.value(other.value, unit)
            return " (\(MetricProse.decimal(factor)) * \(limitName), \(value)\(other.provenance.note))"
        }
    }

    /// Rounded away from what is certain, so that the text claims no more than was found.
    private func certain(_ answer: ClaimAnswer, _ limit: Double) -> String {
        let certainty = certainty.map { MetricProse.percent($0) } ?? ""
        let lower = bound(answer.bounds.lowerBound, limit, .down)
        let upper = bound(answer.bounds.upperBound, limit, .up)
        let isAbove = comparison == .greater || comparison == .atLeast
        switch answer.verdict {
        case .holds: return "\(isAbove ? "at least \(lower)" : "at most \(upper)") with \(certainty) certainty"
        case .contradicted: return "\(isAbove ? "at most \(upper)" : "at least \(lower)") with \(certainty) certainty"
        case .undecided: return "at least \(lower) and at most \(upper), each with \(certainty) certainty"
        }
    }

    /// With enough digits not to look like the limit.
    private func bound(_ value: Double, _ limit: Double, _ rule: FloatingPointRoundingRule) -> String {
        let limit = MetricProse.value(limit, .share)
        for digits in 3..<12 {
            let text = MetricProse.value(value, .share, digits: digits, rule)
            if text != limit { return text }
        }
        return limit
    }

    /// A metric of which nothing is known is written as its limit is.
    private func textUnit(_ unit: MetricUnit) -> MetricUnit {
        if unit == .number, case .share = limit { return .share }
        return unit
    }
}

extension Provenance {
    /// Says that a value was not measured in this run.
    var note: String { isRestored ? " (restored from run \(run.prefix(8)))" : "" }
}

extension Outlook? {
    fileprivate var text: String {
        switch self {
        case .more(let count): "; \(count) more without a mishap would show it"
        case .beyond(let count, let most):
            "; \(count) more without a mishap would show it, but `repeat` ends after \(most)"
        case nil: ""
        }
    }
}
