// Exact bounds on a share, from how often an event was counted in a fixed number of trials. Knows no gates.
//
// C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
// Biometrika 26 (1934): the upper bound is the rate at which so few events have just the allowed probability. Each bound
// is one-sided; both together are an interval of twice the error.

import Glibc
public import Vocabulary

/// Bounds that are valid when the number of trials was settled before the first one was seen.
public struct BinomialBounds: Hashable, Sendable {
    /// The rate is not lower, with the certainty asked for.
    public let lower: Double
    /// The rate is not higher, with the certainty asked for.
    public let upper: Double

    /// Without trials: 0 and 1.
    ///
    /// - Precondition: `0 <= events <= trials`
    public init(events: Int, trials: Int, certainty: Certainty) {
        precondition(events >= 0 && events <= trials, "more events than trials")
        let (k, n, error) = (Double(events), Double(trials), certainty.error)
        // With only one kind of outcome the equations have solutions in closed form.
        if events == 0 {
            lower = 0
        } else if events == trials {
            lower = exp(log(error) / n)
        } else {
            lower = root(above: 0, below: k / n) { IncompleteBeta.tails($0, k, n - k + 1).lower > error }
        }
        if events == trials {
            upper = 1
        } else if events == 0 {
            upper = -expm1(log(error) / n)
        } else {
            upper = root(above: k / n, below: 1) { IncompleteBeta.tails($0, k + 1, n - k).upper < error }
        }
    }
}

/// Where a condition that once true stays true begins to hold, between two numbers, to the last digit.
func root(above lower: Double, below upper: Double, isReached: (Double) -> Bool) -> Double {
    var (lower, upper) = (lower, upper)
    guard !isReached(lower) else { return lower }
    while true {
        let middle = lower + (upper - lower) / 2
        guard middle > lower, middle < upper else { return upper }
        if isReached(middle) { upper = middle } else { lower = middle }
    }
}
