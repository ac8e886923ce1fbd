// The sequential test, exactly: where it stops, how often it is wrong at any rate, and that its bounds hold.

import Testing
import Vocabulary

@testable import Evidence

@Suite struct SequentialPlanTests {
    static let plan = SequentialPlan(limit: 0.05, certainty: .ninetyFive, mostTrials: 300)

    @Test func whereItStops() {
        let plan = Self.plan
        let firstHolding = (0...4).map { events in plan.holding.first { $0.events == events }?.trials }
        #expect(firstHolding == [66, 123, 172, 215, 255])
        #expect(
            plan.contradicting.prefix(5).map { [$0.trials, $0.events] } == [
                [2, 2], [4, 3], [5, 3], [6, 3], [7, 3],
            ])
    }

    @Test(
        arguments: [
            (0.05, 95, 66), (0.01, 95, 335), (0.1, 90, 26), (0.001, 99, 4_983), (0.5, 60, 2), (0.9, 95, 2),
        ] as [(Double, Double, Int)])
    func theFewestTrialsAreThoseOfTheWalk(limit: Double, certainty: Double, expected: Int) {
        let certainty = Certainty.of(certainty)
        let fewest = SequentialPlan.trialsNeeded(limit: limit, certainty: certainty)
        #expect(fewest == expected)
        let plan = SequentialPlan(limit: limit, certainty: certainty, mostTrials: fewest)
        #expect(plan.holding.map(\.trials) == [fewest])
    }

    @Test func aLargerNumberOfTrialsChangesNoEarlierStop() {
        let longer = SequentialPlan(limit: 0.05, certainty: .ninetyFive, mostTrials: 700)
        #expect(Array(longer.holdsAtMost.prefix(300)) == Self.plan.holdsAtMost)
        #expect(Array(longer.contradictedAtLeast.prefix(300)) == Self.plan.contradictedAtLeast)
    }

    @Test(arguments: [(0.05, 95, 300), (0.01, 99, 1_500), (0.3, 80, 60), (0.5, 95, 40)] as [(Double, Double, Int)])
    func errorsAreWithinWhatIsPromised(limit: Double, certainty: Double, most: Int) {
        let plan = SequentialPlan(limit: limit, certainty: .of(certainty), mostTrials: most)
        for step in 0...400 {
            let rate = Double(step) / 400
            let found = plan.characteristics(at: rate)
            #expect((rate < limit ? found.contradicted : found.holds) <= plan.certainty.error, "at \(rate)")
            #expect(found.holds + found.contradicted <= 1 + 1e-12)
        }
        // Nearly all of the error is used: at the limit more than half of it.
        #expect(plan.characteristics(at: limit).holds > plan.certainty.error / 2)
        #expect(plan.characteristics(at: limit).contradicted > plan.certainty.error / 2)
    }

    /// Every sequence of 13 outcomes, one by one.
    @Test(arguments: [0.1, 0.3, 0.45])
    func characteristicsAreThoseOfAllSequences(rate: Double) {
        let plan = SequentialPlan(limit: 0.3, certainty: .of(80), mostTrials: 13)
        var found: [ClaimVerdict: Double] = [:]
        var trials = 0.0
        for number in 0..<(1 << 13) {
            let outcomes = (0..<13).map { number >> $0 & 1 == 1 }
            let test = SequentialTest(plan, after: outcomes)
            let probability = outcomes.reduce(1.0) { $0 * ($1 ? rate : 1 - rate) }
            found[test.verdict, default: 0] += probability
            trials += probability * Double(test.trials)
        }
        let exact = plan.characteristics(at: rate)
        #expect(abs(exact.holds - found[.holds, default: 0]) < 1e-12)
        #expect(abs(exact.contradicted - found[.contradicted, default: 0]) < 1e-12)
        #expect(abs(exact.undecided - found[.undecided, default: 0]) < 1e-12)
        #expect(abs(exact.trials - trials) < 1e-9)
        #expect(found.count == 3)
    }

    @Test func ratesBetweenTheseMayEndUndecided() {
        let region = Self.plan.indifference(power: 0.9)
        #expect(abs(Self.plan.characteristics(at: region.lowerBound).holds - 0.9) < 1e-9)
        #expect(abs(Self.plan.characteristics(at: region.upperBound).contradicted - 0.9) < 1e-9)
        #expect(region.lowerBound > 0.011 && region.upperBound < 0.12, "\(region)")
        let short = SequentialPlan(limit: 0.05, certainty: .ninetyFive, mostTrials: 65).indifference()
        #expect(short.lowerBound == 0, "no rate is low enough for 65 trials")
    }

    @Test(arguments: [
        (
            300,
            "at most 300 runs; each verdict is wrong in at most 5% of cases; one is at least 90% probable at rates ",
            "below 1.23% and above 10.7%"
        ),
        (
            65, "at most 65 runs; each verdict is wrong in at most 5% of cases; one is at least 90% probable at rates ",
            "above 17.8%"
        ),
        (1, "at most 1 run; each verdict is wrong in at most 5% of cases; none is 90% probable at any rate", ""),
    ])
    func whatItPromises(most: Int, start: String, end: String) {
        let plan = SequentialPlan(limit: 0.05, certainty: .ninetyFive, mostTrials: most)
        #expect(plan.promise == start + end)
    }
}

@Suite struct SequentialTestTests {
    @Test(arguments: [
        ("", ClaimVerdict.undecided, 0, false), ("xx", .contradicted, 2, true), ("xx.......", .contradicted, 2, true),
        ("x.x", .undecided, 3, false), ("x.xx", .contradicted, 4, true),
        (String(repeating: ".", count: 65), .undecided, 65, false),
        (String(repeating: ".", count: 66), .holds, 66, true),
        (String(repeating: ".", count: 66) + "xxxxx", .holds, 66, true),
        (String(repeating: ".", count: 40) + "x" + String(repeating: ".", count: 81), .undecided, 122, false),
        (String(repeating: ".", count: 40) + "x" + String(repeating: ".", count: 90), .holds, 123, true),
        (String(repeating: "...................x", count: 20), .undecided, 300, true),
    ])
    func verdictAfterEachOutcome(outcomes: String, verdict: ClaimVerdict, trials: Int, isOver: Bool) {
        let test = SequentialTest(SequentialPlanTests.plan, after: outcomes.map { $0 == "x" })
        #expect(test.verdict == verdict)
        #expect(test.trials == trials)
        #expect(test.isOver == isOver)
    }

    /// The sum over all ends whose bound is wrong, exactly. Both bounds, at rates on both sides of the limit.
    @Test(arguments: [(0.05, 95, 150), (0.2, 90, 40)] as [(Double, Double, Int)])
    func boundsHoldAsOftenAsPromised(limit: Double, certainty: Double, most: Int) {
        let plan = SequentialPlan(limit: limit, certainty: .of(certainty), mostTrials: most)
        let undecided = plan.ends(after: most).filter { plan.verdict(events: $0.events, trials: most) == .undecided }
        let ends = (plan.holding + plan.contradicting + undecided).map { stop in
            let test = SequentialTest(plan, endedAfter: stop.trials, events: stop.events)
            return (stop: stop, lower: test.lowerBound, upper: test.upperBound, verdict: test.verdict)
        }
        for end in ends {
            #expect(end.lower <= end.upper)
            if end.verdict == .holds { #expect(end.upper <= limit) }
            if end.verdict == .contradicted { #expect(end.lower >= limit) }
        }
        for step in 1..<100 {
            let rate = limit * 3 * Double(step) / 100
            let total = ends.map(\.stop).probability(at: rate, limit: limit)
            #expect(abs(total - 1) < 1e-9)
            let tooLow = ends.filter { $0.upper < rate }.map(\.stop).probability(at: rate, limit: limit)
            let tooHigh = ends.filter { $0.lower > rate }.map(\.stop).probability(at: rate, limit: limit)
            #expect(tooLow <= plan.certainty.error + 1e-9, "at \(rate)")
            #expect(tooHigh <= plan.certainty.error + 1e-9, "at \(rate)")
        }
    }

    @Test(arguments: [(1, 0), (1, 1), (5, 0), (12, 2), (50, 0)])
    func beforeAnythingCanStopBoundsAreThoseOfAFixedNumber(trials: Int, events: Int) {
        // With a limit this near to 0, the claim cannot hold so early; with the largest certainty nothing contradicts it.
        let plan = SequentialPlan(limit: 0.9, certainty: .of(99.999_999_999_9), mostTrials: trials)
        guard plan.holding.isEmpty, plan.contradicting.isEmpty else { return }
        let test = SequentialTest(plan, endedAfter: trials, events: events)
        let fixed = BinomialBounds(events: events, trials: trials, certainty: plan.certainty)
        #expect(abs(test.lowerBound - fixed.lower) < 1e-9)
        #expect(abs(test.upperBound - fixed.upper) < 1e-9)
    }

    @Test func withoutTrialsNothingIsKnown() {
        let test = SequentialTest(SequentialPlanTests.plan)
        #expect(test.lowerBound == 0)
        #expect(test.upperBound == 1)
    }
}

extension SequentialTest {
    /// A test that reached this point without stopping before: the events come as late as the plan lets them.
    init(_ plan: SequentialPlan, endedAfter trials: Int, events: Int) {
        self.init(plan)
        var walk: [Bool] = []
        // Backwards: the count before is one that was undecided.
        var (trial, count) = (trials, events)
        while trial > 0 {
            let wasSame =
                trial == 1 ? count == 0 : count < trial && plan.verdict(events: count, trials: trial - 1) == .undecided
            walk.append(!wasSame)
            if !wasSame { count -= 1 }
            trial -= 1
        }
        for isEvent in walk.reversed() { observe(isEvent: isEvent) }
        precondition(self.trials == trials && self.events == events, "no walk ends here")
    }
}
