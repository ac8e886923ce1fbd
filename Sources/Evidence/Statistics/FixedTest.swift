// "The rate is below X, with certainty C", judged once, after a number of trials that was settled before. Three answers.

import Glibc
public import Vocabulary

/// Whether a claim about a rate is certain, its contrary is, or neither.
public enum ClaimVerdict: Hashable, Sendable {
    case holds, contradicted, undecided
}

/// The claim that an event has a lower rate than the limit, for samples of a fixed size.
///
/// The claim holds when the upper bound is not above the limit, and is contradicted when the lower one is not below it. At any
/// true rate each of these is wrong at most as often as the certainty allows, because the bounds are exact.
public struct FixedTest: Hashable, Sendable {
    /// Above 0 and below 1.
    public let limit: Double
    public let certainty: Certainty

    /// - Precondition: `0 < limit < 1`
    public init(limit: Double, certainty: Certainty) {
        precondition(limit > 0 && limit < 1, "no number of trials decides about a limit of 0 or 1")
        self.limit = limit
        self.certainty = certainty
    }

    public func bounds(events: Int, trials: Int) -> BinomialBounds {
        BinomialBounds(events: events, trials: trials, certainty: certainty)
    }

    public func verdict(events: Int, trials: Int) -> ClaimVerdict {
        let bounds = bounds(events: events, trials: trials)
        // A bound at the limit is certain enough, and rounding is not to say which side of it that is.
        if bounds.upper <= limit || MetricProse.isEqual(bounds.upper, limit) { return .holds }
        return bounds.lower >= limit || MetricProse.isEqual(bounds.lower, limit) ? .contradicted : .undecided
    }

    /// The smallest number of trials in which no more than so many events make the claim hold.
    ///
    /// Without events: the first n with (1 − limit)^n ≤ error, for instance 59 for 5% at 95%.
    public func trialsNeeded(events: Int = 0) -> Int {
        // About the trials that a claim needs, or more; the search narrows it down.
        var enough = max(events + 1, Int((log(certainty.error) / log1p(-limit)).rounded(.up)))
        while verdict(events: events, trials: enough) != .holds { enough *= 2 }
        var tooFew = events
        while enough - tooFew > 1 {
            let middle = tooFew + (enough - tooFew) / 2
            if verdict(events: events, trials: middle) == .holds { enough = middle } else { tooFew = middle }
        }
        return enough
    }
}
