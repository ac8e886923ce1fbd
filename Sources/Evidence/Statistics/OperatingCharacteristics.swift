// What a sequential plan does at a given true rate: exact probabilities of its verdicts, and how many trials it takes.

import Glibc

/// Exact, from the ends of the walk: nothing is simulated or approximated.
public struct OperatingCharacteristics: Hashable, Sendable {
    public let holds: Double
    public let contradicted: Double
    public let undecided: Double
    /// The mean number of trials until the verdict or the largest number.
    public let trials: Double
}

extension SequentialPlan {
    /// - Parameter rate: the true rate of events, from 0 to 1.
    public func characteristics(at rate: Double) -> OperatingCharacteristics {
        let holds = holding.probability(at: rate, limit: limit)
        let contradicted = contradicting.probability(at: rate, limit: limit)
        let undecided = max(0, 1 - holds - contradicted)
        let stopped = (holding + contradicting).reduce(0) {
            $0 + Double($1.trials) * $1.probability(at: rate, limit: limit)
        }
        return OperatingCharacteristics(
            holds: holds, contradicted: contradicted, undecided: undecided,
            trials: stopped + Double(mostTrials) * undecided
        )
    }

    /// The indifference region: at rates between these, the probability of the right verdict within the largest number of
    /// trials is less than `power`. From 0 or up to 1 when no rate is low or high enough.
    public func indifference(power: Double = 0.9) -> ClosedRange<Double> {
        let isLowEnough = { (rate: Double) in holding.probability(at: rate, limit: limit) >= power }
        let low = isLowEnough(0) ? root(above: 0, below: limit) { !isLowEnough($0) } : 0
        let high = root(above: limit, below: 1) { contradicting.probability(at: $0, limit: limit) >= power }
        return low...high
    }
}

extension SequentialPlan.Stop {
    /// The number of walks to an end does not depend on the rate, so its weight at the limit gives that at any rate.
    func probability(at rate: Double, limit: Double) -> Double {
        var exponent = 0.0
        if events > 0 { exponent += Double(events) * log(rate / limit) }
        if trials > events { exponent += Double(trials - events) * (log1p(-rate) - log1p(-limit)) }
        return weight * exp(exponent)
    }
}

extension Sequence<SequentialPlan.Stop> {
    func probability(at rate: Double, limit: Double) -> Double {
        reduce(0) { $0 + $1.probability(at: rate, limit: limit) }
    }
}
