// 10,000 simulated suites per rate, at and around the limit: how often the verdict is wrong, and how many runs it saves.

import Evidence
import Testing
import Vocabulary

@Suite struct SequentialSimulationTests {
    static let trials = 10_000

    /// What a simulation of one rate found.
    struct Tally {
        var holds = 0
        var contradicted = 0
        var runs = 0
    }

    private func simulate(_ plan: SequentialPlan, rate: Double, seed: UInt64) -> Tally {
        var random = SplitMix(state: seed)
        var tally = Tally()
        for _ in 0..<Self.trials {
            var test = SequentialTest(plan)
            while !test.isOver { test.observe(isEvent: random.unit() < rate) }
            switch test.verdict {
            case .holds: tally.holds += 1
            case .contradicted: tally.contradicted += 1
            case .undecided: break
            }
            tally.runs += test.trials
        }
        return tally
    }

    @Test func errorRatesAreWithinWhatIsPromised() throws {
        let (limit, most) = (0.05, 300)
        let plan = SequentialPlan(limit: limit, certainty: .ninetyFive, mostTrials: most)
        let region = plan.indifference()
        print("flake rate < 5% at 95%, at most \(most) runs, \(Self.trials) simulated suites a rate")
        print("  a verdict is at least 90% probable below \(region.lowerBound) and above \(region.upperBound)")
        for (number, rate) in [0, 0.01, 0.04, 0.05, 0.06, 0.1, 0.2].enumerated() {
            let tally = simulate(plan, rate: rate, seed: 0xF1A4E + UInt64(number))
            let exact = plan.characteristics(at: rate)
            // Five standard deviations, and a little for rates at which there are none.
            func margin(_ probability: Double) -> Double {
                5 * (probability * (1 - probability) / Double(Self.trials)).squareRoot() + 1e-4
            }
            let holds = Double(tally.holds) / Double(Self.trials)
            let contradicted = Double(tally.contradicted) / Double(Self.trials)
            #expect(abs(holds - exact.holds) <= margin(exact.holds), "at \(rate)")
            #expect(abs(contradicted - exact.contradicted) <= margin(exact.contradicted), "at \(rate)")
            let wrong = rate < limit ? contradicted : holds
            #expect(wrong <= 0.05 + margin(0.05), "at \(rate)")
            let mean = Double(tally.runs) / Double(Self.trials)
            #expect(abs(mean - exact.trials) <= 5 * Double(most) / (Double(Self.trials).squareRoot() * 2) + 1e-9)
            print(
                "  rate \(rate): passes \(holds) (exact \(exact.holds)), fails \(contradicted) (exact "
                    + "\(exact.contradicted)), runs \(mean) (exact \(exact.trials)), saved \(Double(most) - mean)")
            if rate == 0 || rate >= 0.2 { #expect(Double(most) - mean > 200, "stopping early saves most runs") }
        }
    }

    /// Looking after every run with the bounds of a fixed number would be wrong more often than promised: the reason for
    /// all this, and a check that the simulation would notice.
    @Test func peekingAtFixedBoundsWouldNotKeepThePromise() {
        let (limit, most) = (0.05, 300)
        let fixed = FixedTest(limit: limit, certainty: .ninetyFive)
        let verdicts = (1...most).map { trials in
            (0...min(trials, 30)).map { fixed.verdict(events: $0, trials: trials) }
        }
        var random = SplitMix(state: 7)
        var wrong = 0
        for _ in 0..<2_000 {
            var events = 0
            for trial in 1...most {
                if random.unit() < limit { events += 1 }
                if events <= 30, events < verdicts[trial - 1].count, verdicts[trial - 1][events] == .holds {
                    wrong += 1
                    break
                }
            }
        }
        #expect(Double(wrong) / 2_000 > 0.08)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((value ^ value >> 31) >> 11) / 9_007_199_254_740_992
    }
}
