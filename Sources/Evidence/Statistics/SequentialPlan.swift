// A test that looks after every trial and keeps its error rate: where it stops, computed exactly. Judges no outcomes.
//
// A. Gandy, "Sequential Implementation of Monte Carlo Tests With Uniformly Bounded Resampling Risk", Journal of the
// American Statistical Association 104 (2009), 1504–1511. After n trials the test may have spent the part n / (n + h) of
// the error that it is allowed. The walk of the number of events is followed exactly (dynamic programming) at a true rate
// equal to the limit; after each trial as many of the lowest counts become "holds", and of the highest "contradicted", as
// the error spent so far leaves room for. At a rate above the limit "holds" is less likely than at the limit (couple the
// walks), and likewise on the other side, so each error is bounded for every rate.
//
// Why not Wald's sequential probability ratio test: its bounds are approximate (they ignore by how much a walk steps over
// them), its error is promised for two chosen rates only, and truncating it changes the error. A confidence sequence
// (Robbins, Lai) promises as much as this, but needs 87 clean trials for 5% at 95% where this needs 66, and a test of fixed
// size 59. And because the stopping rule does not depend on the largest number of trials, a test that ended undecided can
// be continued with more of them, without any error being added.
//
// h is half of the trials that a clean fixed-size test needs: then a clean walk needs about an eighth more than that one,
// and enough error is left for walks with events in them.

import Glibc
public import Vocabulary

/// The stopping rule for "the rate is below the limit" over at most so many trials.
public struct SequentialPlan: Hashable, Sendable {
    /// An end of the walk: after `trials`, with `events`.
    struct Stop: Hashable {
        let trials: Int
        let events: Int
        /// Its probability when the true rate equals the limit.
        let weight: Double
    }

    public let limit: Double
    public let certainty: Certainty
    /// Undecided after these: more trials are needed than there were.
    public let mostTrials: Int
    /// After trial n (from 1): the claim holds with at most this many events; −1: with no number of them.
    private(set) var holdsAtMost: [Int] = []
    /// After trial n (from 1): the claim is contradicted with at least this many events; n + 1: with no number of them.
    private(set) var contradictedAtLeast: [Int] = []
    private(set) var holding: [Stop] = []
    private(set) var contradicting: [Stop] = []

    /// Costs a few operations per trial and undecided count: milliseconds for thousands of trials.
    ///
    /// - Precondition: `0 < limit < 1` and `mostTrials >= 1`
    public init(limit: Double, certainty: Certainty, mostTrials: Int) {
        precondition(limit > 0 && limit < 1, "no number of trials decides about a limit of 0 or 1")
        precondition(mostTrials >= 1, "a test needs a trial")
        self.limit = limit
        self.certainty = certainty
        self.mostTrials = mostTrials
        follow()
    }

    /// The error that may be spent on one side after so many trials.
    static func spending(limit: Double, certainty: Certainty) -> (_ trials: Int) -> Double {
        let half = Double(FixedTest(limit: limit, certainty: certainty).trialsNeeded()) / 2
        return { certainty.error * Double($0) / (Double($0) + half) }
    }

    private mutating func follow() {
        let allowed = Self.spending(limit: limit, certainty: certainty)
        // Probabilities of the counts lowest, lowest + 1, … among walks that have not stopped.
        var alive = [1.0]
        var lowest = 0
        var (spentHolding, spentContradicting) = (0.0, 0.0)
        for trial in 1...mostTrials {
            alive = Self.stepped(alive, rate: limit)
            let budget = allowed(trial)
            while let weight = alive.first, spentHolding + weight <= budget {
                spentHolding += weight
                holding.append(Stop(trials: trial, events: lowest, weight: weight))
                alive.removeFirst()
                lowest += 1
            }
            while let weight = alive.last, spentContradicting + weight <= budget {
                spentContradicting += weight
                alive.removeLast()
                contradicting.append(Stop(trials: trial, events: lowest + alive.count, weight: weight))
            }
            holdsAtMost.append(lowest - 1)
            contradictedAtLeast.append(lowest + alive.count)
        }
    }

    /// The probabilities after one more trial.
    static func stepped(_ alive: [Double], rate: Double) -> [Double] {
        var next = [Double](repeating: 0, count: alive.count + 1)
        for (position, weight) in alive.enumerated() {
            next[position] += weight * (1 - rate)
            next[position + 1] += weight * rate
        }
        return next
    }

    /// What so many events after so many trials mean for a walk that has not stopped before.
    func verdict(events: Int, trials: Int) -> ClaimVerdict {
        if events <= holdsAtMost[trials - 1] { return .holds }
        return events >= contradictedAtLeast[trials - 1] ? .contradicted : .undecided
    }
}

extension SequentialPlan {
    /// The smallest number of trials after which a claim can hold, when none of them had an event: 66 for 5% at 95%.
    public static func trialsNeeded(limit: Double, certainty: Certainty) -> Int {
        let allowed = spending(limit: limit, certainty: certainty)
        var tooFew = 0
        var enough = FixedTest(limit: limit, certainty: certainty).trialsNeeded() * 2
        while enough - tooFew > 1 {
            let middle = tooFew + (enough - tooFew) / 2
            if exp(Double(middle) * log1p(-limit)) <= allowed(middle) { enough = middle } else { tooFew = middle }
        }
        return enough
    }

    /// Everything that a walk can be after exactly so many trials, if it has not stopped before.
    func ends(after trials: Int) -> [Stop] {
        var alive = [1.0]
        var lowest = 0
        for trial in 1...trials {
            alive = Self.stepped(alive, rate: limit)
            guard trial < trials else { break }
            let kept =
                max(
                    0, holdsAtMost[trial - 1] + 1 - lowest)..<min(
                    alive.count, contradictedAtLeast[trial - 1] - lowest)
            lowest += kept.lowerBound
            alive = Array(alive[kept])
        }
        return alive.enumerated().map { Stop(trials: trials, events: lowest + $0.offset, weight: $0.element) }
    }
}
