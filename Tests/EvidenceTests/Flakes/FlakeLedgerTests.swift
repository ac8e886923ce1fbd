// What proves a flake, at which rate and cost, and what does not.

import Evidence
import Testing
import Vocabulary

@Suite struct FlakeLedgerTests {
    /// `key: outcomes`, a letter each: p passed, f failed, y flaky, s skipped. Every execution takes 2 s and is a run of its
    /// own, at the time of its position.
    private func ledger(_ keys: [String], test: String = "t") throws -> FlakeLedger {
        var observations: [TestObservation] = []
        for line in keys {
            let parts = line.split(separator: ":")
            for letter in parts[1] {
                let outcome = try #require(
                    ["p": .passed, "f": .failed, "y": .flaky, "s": .skipped][letter] as TestObservation.Outcome?)
                observations.append(
                    TestObservation(
                        test: test, key: String(parts[0]), outcome: outcome, seconds: 2,
                        run: "r\(observations.count)", time: UInt64(observations.count)))
            }
        }
        return FlakeLedger(observations, certainty: try #require(Certainty(percent: 95)))
    }

    @Test(
        arguments: [
            // The code changed between failure and success: no proof.
            (["a:f", "b:p"], nil), (["a:ffff"], nil), (["a:pppp"], nil), (["a:s", "b:s"], nil), (["a:ss", "a:f"], nil),
            (["a:pf"], "1 key, 1 of 2, first 1, last 1, cost 2"),
            (["a:fp"], "1 key, 1 of 2, first 0, last 0, cost 2"),
            (["a:y"], "1 key, 1 of 2, first 0, last 0, cost 1"),
            // What only failed at b may be a defect: it counts for nothing.
            (["a:pfp", "b:fff", "c:ppppp"], "1 key, 1 of 8, first 1, last 1, cost 4"),
            (["a:pf", "b:ffp", "c:p"], "2 keys, 3 of 6, first 1, last 3, cost 6"),
            (["a:psf"], "1 key, 1 of 2, first 2, last 2, cost 2"),
        ] as [([String], String?)])
    func proofs(keys: [String], expected: String?) throws {
        let record = try ledger(keys).records.first
        let text = record.map {
            "\($0.provingKeys) \($0.provingKeys == 1 ? "key" : "keys"), \($0.sample.events) of \($0.sample.trials), "
                + "first \($0.firstSeen), last \($0.lastSeen), cost \(Int($0.cost))"
        }
        #expect(text == expected)
    }

    @Test func theRateHasExactBounds() throws {
        let record = try #require(ledger(["a:" + String(repeating: "p", count: 39) + "f"]).records.first)
        #expect(record.rate == 0.025)
        #expect(abs(record.bounds.upper - 0.113_188_4) < 1e-6)
        #expect(record.bounds.lower < 0.0013)
        #expect(record.firstRun == "r39" && record.lastRun == "r39")
    }

    @Test func theOrderOfObservationsDoesNotMatterAndTheCostliestIsFirst() throws {
        let observations = ["slow": 9.0, "quick": 1, "other": 1].flatMap { test, seconds in
            (0..<6).map {
                TestObservation(
                    test: test, key: "k", outcome: $0 % 3 == 0 ? .failed : .passed, seconds: seconds, run: "r",
                    repetition: $0, time: 5)
            }
        }
        let certainty = try #require(Certainty(percent: 95))
        let expected = FlakeLedger(observations, certainty: certainty)
        #expect(expected.records.map(\.test) == ["slow", "other", "quick"])
        for turn in 1..<observations.count {
            let turned = Array(observations[turn...] + observations[..<turn])
            #expect(FlakeLedger(turned, certainty: certainty) == expected)
        }
    }
}

@Suite struct RepeatedRunTests {
    @Test func aTrialIsOneExecutionOfTheSuite() {
        let runs = [
            RepeatedRun(), RepeatedRun(failed: ["a", "b"]), RepeatedRun(isBroken: true), RepeatedRun(failed: ["a"]),
        ]
        #expect(runs.suiteSample == Sample(events: 3, trials: 4, unit: .suiteRun))
        let excused = runs.map { $0.excusing(["a"]) }
        #expect(excused.map(\.isClean) == [true, false, false, true])
        #expect([RepeatedRun]().suiteSample == Sample(events: 0, trials: 0, unit: .suiteRun))
    }
}
