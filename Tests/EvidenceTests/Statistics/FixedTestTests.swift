// Verdicts after a number of trials that was settled before: how many it takes, and how often they are wrong.

import Testing
import Vocabulary

@testable import Evidence

@Suite struct FixedTestTests {
    @Test(
        arguments: [
            (0.05, 95, 0, 59), (0.05, 95, 1, 93), (0.05, 95, 2, 124), (0.01, 95, 0, 299), (0.1, 90, 0, 22),
            (0.05, 99, 0, 90),
            (0.5, 95, 0, 5), (0.999, 95, 0, 1), (0.000_001, 95, 0, 2_995_731),
        ] as [(Double, Double, Int, Int)])
    func trialsNeeded(limit: Double, certainty: Double, events: Int, expected: Int) {
        let test = FixedTest(limit: limit, certainty: .of(certainty))
        #expect(test.trialsNeeded(events: events) == expected)
        #expect(test.verdict(events: events, trials: expected) == .holds)
        if expected > events + 1 { #expect(test.verdict(events: events, trials: expected - 1) != .holds) }
    }

    @Test(arguments: [
        (0, 59, ClaimVerdict.holds), (0, 58, .undecided), (1, 59, .undecided), (0, 0, .undecided),
        (2, 2, .contradicted),
        (1, 1, .contradicted), (20, 20, .contradicted), (5, 100, .undecided), (10, 100, .contradicted),
    ])
    func verdict(events: Int, trials: Int, expected: ClaimVerdict) {
        #expect(FixedTest(limit: 0.05, certainty: .ninetyFive).verdict(events: events, trials: trials) == expected)
    }

    /// At every rate, exactly: the sum of the probabilities of all counts with the wrong verdict.
    @Test(arguments: [(0.05, 95, 100), (0.2, 80, 33), (0.5, 99, 12)] as [(Double, Double, Int)])
    func errorsAreWithinWhatIsPromised(limit: Double, certainty: Double, trials: Int) {
        let test = FixedTest(limit: limit, certainty: .of(certainty))
        let verdicts = (0...trials).map { test.verdict(events: $0, trials: trials) }
        for step in 0...200 {
            let rate = Double(step) / 200
            let wrong: ClaimVerdict = rate < limit ? .contradicted : .holds
            let error = verdicts.indices.filter { verdicts[$0] == wrong }.reduce(0.0) {
                $0 + BinomialMass.probability(of: Double($1), in: Double(trials), p: rate, q: 1 - rate)
            }
            #expect(error <= test.certainty.error + 1e-12, "at \(rate)")
        }
        #expect(verdicts.contains(.holds) && verdicts.contains(.contradicted))
    }
}
