// A gate with a certainty as a claim that can be tested: "the rate of these events is below this". Counts nothing.

public import Vocabulary

/// What `METRIC < 5% at 95%` claims. A claim that a rate is *above* a limit is turned around: then the events of the test are
/// the trials in which the metric's event did not happen.
public struct RateClaim: Hashable, Sendable {
    public let test: FixedTest
    /// The gate says that the rate is above.
    public let isTurned: Bool

    /// Nil when the gate names no certainty, compares with `==` or `!=`, or no number of trials can decide.
    ///
    /// - Parameter limit: the gate's, as a share.
    public init?(_ gate: Gate, limit: Double) {
        guard let certainty = gate.certainty, limit > 0, limit < 1 else { return nil }
        switch gate.comparison {
        case .less, .atMost:
            isTurned = false
            test = FixedTest(limit: limit, certainty: certainty)
        case .greater, .atLeast:
            isTurned = true
            test = FixedTest(limit: 1 - limit, certainty: certainty)
        case .equal, .notEqual: return nil
        }
    }

    /// Whether a trial counts as an event of the test.
    public func isEvent(_ happened: Bool) -> Bool { happened != isTurned }

    /// The stopping rule of `repeat: {times: mostTrials, until: …}`.
    public func plan(mostTrials: Int) -> SequentialPlan {
        SequentialPlan(limit: test.limit, certainty: test.certainty, mostTrials: mostTrials)
    }

    /// The fewest trials that can make the claim certain, all of them going well.
    ///
    /// - Parameter isSequential: looked at after every trial (`until`), else only after the last.
    public func fewestTrials(isSequential: Bool) -> Int {
        isSequential
            ? SequentialPlan.trialsNeeded(limit: test.limit, certainty: test.certainty) : test.trialsNeeded()
    }
}

/// How a rate was counted, which decides what may be concluded from it.
public enum TrialEvidence: Sendable {
    /// After a number of trials that was settled before.
    case counted(Sample)
    /// After every trial, by the plan of the claim.
    case watched(SequentialTest, Sample.Unit)
}
