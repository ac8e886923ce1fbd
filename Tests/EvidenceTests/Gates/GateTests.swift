// Every kind of gate: passing, failing, not enough data, each with the whole text that is shown.

import Evidence
import Testing
import Vocabulary

@Suite struct GateTests {
    /// Of 50 tests, restored from another run.
    static let restored = Measurement.of("t.pass_rate", 0.98, .share, run: "17", isRestored: true)

    private func gate(
        _ comparison: Gate.Comparison, _ limit: Gate.Limit, factor: Double = 1, metric: String = "t.pass_rate"
    ) -> Gate {
        Gate(name: "t#g", metric: metric, comparison: comparison, factor: factor, limit: limit)
    }

    @Test(
        arguments: [
            (.equal, .share(1), 1, .pass, "t.pass_rate is 100%, wanted == 100%"),
            (.equal, .share(1), 0.985, .fail, "t.pass_rate is 98.5%, wanted == 100%"),
            (.equal, .share(1), 0.999_999, .fail, "t.pass_rate is 99.9999%, wanted == 100%"),
            (.notEqual, .share(0), 0, .fail, "t.pass_rate is 0%, wanted != 0%"),
            (.notEqual, .share(0), 0.5, .pass, "t.pass_rate is 50%, wanted != 0%"),
            (.atLeast, .share(0.95), 0.95, .pass, "t.pass_rate is 95%, wanted >= 95%"),
            (.atLeast, .share(0.95), 0.949_999, .fail, "t.pass_rate is 94.9999%, wanted >= 95%"),
            (.atLeast, .number(0.9), 0.95, .pass, "t.pass_rate is 95%, wanted >= 90%"),
            (.greater, .share(0.95), 0.95, .fail, "t.pass_rate is 95%, wanted > 95%"),
            (.less, .share(0.3), 0.1 + 0.2, .fail, "t.pass_rate is 30%, wanted < 30%"),
            (.atMost, .share(0.3), 0.1 + 0.2, .pass, "t.pass_rate is 30%, wanted <= 30%"),
            (.atMost, .share(0.05), 0.06, .fail, "t.pass_rate is 6%, wanted <= 5%"),
            (.atMost, .share(0.05), .nan, .notEnoughData, "t.pass_rate is nan, which cannot be compared"),
            (.atMost, .share(0.05), -.infinity, .notEnoughData, "t.pass_rate is -inf, which cannot be compared"),
        ] as [(Gate.Comparison, Gate.Limit, Double, GateResult.Verdict, String)])
    func comparesWithNumbers(
        comparison: Gate.Comparison, limit: Gate.Limit, value: Double, verdict: GateResult.Verdict, text: String
    ) {
        let result = gate(comparison, limit).judged(by: .init(metric: .measured(.of("t.pass_rate", value, .share))))
        #expect(result.verdict == verdict)
        #expect(result.explanation == text)
    }

    @Test(
        arguments: [
            (.metric("app.routes"), 1, 8, .pass, "routes is 8, wanted >= 8 (app.routes)"),
            (.metric("app.routes"), 1, 7, .fail, "routes is 7, wanted >= 8 (app.routes)"),
            (.metric("app.routes"), 0.5, 3, .fail, "routes is 3, wanted >= 4 (0.5 * app.routes, 8)"),
            (
                .baseline(.init(.branch, "main")), 1.25, 10, .pass,
                "routes is 10, wanted >= 10 (1.25 * baseline branch main, 8)"
            ),
            (.baseline(.init(.task, "before")), 1, 7.5, .fail, "routes is 7.5, wanted >= 8 (baseline task before)"),
            (.number(8), 2, 16, .pass, "routes is 16, wanted >= 16"),
        ] as [(Gate.Limit, Double, Double, GateResult.Verdict, String)])
    func comparesWithMetricsAndBaselines(
        limit: Gate.Limit, factor: Double, value: Double, verdict: GateResult.Verdict, text: String
    ) {
        let result = gate(.atLeast, limit, factor: factor, metric: "routes").judged(
            by: .init(
                metric: .measured(.of("routes", value, .count)), limit: .measured(.of("app.routes", 8, .count))))
        #expect(result.verdict == verdict)
        #expect(result.explanation == text)
    }

    @Test func aRestoredValueSaysSo() {
        let limit = Reading.measured(.of("t.pass_rate", 0.5, .share, run: "9", isRestored: true))
        let alone = gate(.atLeast, .share(0.9)).judged(by: .init(metric: .measured(Self.restored)))
        #expect(alone.explanation == "t.pass_rate is 98% (restored from run 17), wanted >= 90%")
        #expect(alone == GateResult(.pass, alone.explanation, value: 0.98, limit: 0.9))
        let scaled = gate(.atLeast, .baseline(.init(.run, "9")), factor: 1.5).judged(
            by: .init(metric: .measured(Self.restored), limit: limit))
        #expect(
            scaled.explanation == """
                t.pass_rate is 98% (restored from run 17), wanted >= 75% \
                (1.5 * baseline run 9, 50% (restored from run 9))
                """)
    }

    @Test(
        arguments: [
            (
                .share(1), .missing("reports/t.xml is not there"), nil,
                "t.pass_rate has no value: reports/t.xml is not there"
            ),
            (
                .baseline(.init(.branch, "main")), .measured(restored), .missing("no run of it has a value"),
                "nothing to compare t.pass_rate with: baseline branch main: no run of it has a value"
            ),
            (
                .metric("x"), .measured(restored), nil, "nothing to compare t.pass_rate with: x was not measured"
            ),
            (
                .metric("x"), .measured(restored), .measured(.of("x", .nan, .number)),
                "nothing to compare t.pass_rate with: x is nan"
            ),
        ] as [(Gate.Limit, Reading, Reading?, String)])
    func whatIsMissingIsNoFailure(limit: Gate.Limit, metric: Reading, other: Reading?, text: String) {
        let result = gate(.equal, limit).judged(by: .init(metric: metric, limit: other))
        #expect(result.verdict == .notEnoughData)
        #expect(result.explanation == text)
    }

    @Test func aNumberOfUnknownKindIsWrittenAsItsLimit() {
        let result = gate(.atMost, .share(0.05), metric: "size").judged(
            by: .init(metric: .measured(.of("size", 0.04, .number))))
        #expect(result.explanation == "size is 4%, wanted <= 5%")
    }
}

@Suite struct StatisticalGateTests {
    private func gate(_ comparison: Gate.Comparison, _ limit: Double, metric: String = "t.flake_rate") -> Gate {
        Gate(
            name: "t#stable", metric: metric, comparison: comparison, limit: .share(limit),
            certainty: Certainty(percent: 95))
    }

    @Test(
        arguments: [
            (
                .less, 0.05, 0, 59, .pass,
                "t.flake_rate is 0% (0 of 59 suite runs), at most 4.96% with 95% certainty, wanted < 5%"
            ),
            (
                .less, 0.05, 0, 58, .notEnoughData,
                """
                t.flake_rate is 0% (0 of 58 suite runs), at least 0% and at most 5.04%, each with 95% certainty, wanted < 5%; \
                1 more without a mishap would show it
                """
            ),
            (
                .less, 0.05, 0, 20, .notEnoughData,
                """
                t.flake_rate is 0% (0 of 20 suite runs), at least 0% and at most 14%, each with 95% certainty, wanted < 5%; \
                39 more without a mishap would show it
                """
            ),
            (
                .atMost, 0.05, 1, 40, .notEnoughData,
                """
                t.flake_rate is 2.5% (1 of 40 suite runs), at least 0.128% and at most 11.4%, each with 95% certainty, \
                wanted <= 5%; 53 more without a mishap would show it
                """
            ),
            (
                .less, 0.05, 6, 20, .fail,
                "t.flake_rate is 30% (6 of 20 suite runs), at least 13.9% with 95% certainty, wanted < 5%"
            ),
            (
                .less, 0.05, 0, 0, .notEnoughData,
                """
                t.flake_rate is not known yet (0 of 0 suite runs), at least 0% and at most 100%, each with 95% certainty, \
                wanted < 5%; 59 more without a mishap would show it
                """
            ),
            (
                .greater, 0.95, 59, 59, .pass,
                "t.flake_rate is 100% (59 of 59 suite runs), at least 95.04% with 95% certainty, wanted > 95%"
            ),
            (
                .atLeast, 0.95, 14, 20, .fail,
                "t.flake_rate is 70% (14 of 20 suite runs), at most 86.1% with 95% certainty, wanted >= 95%"
            ),
            (
                .atLeast, 0.95, 20, 20, .notEnoughData,
                """
                t.flake_rate is 100% (20 of 20 suite runs), at least 86% and at most 100%, each with 95% certainty, \
                wanted >= 95%; 39 more without a mishap would show it
                """
            ),
        ] as [(Gate.Comparison, Double, Int, Int, GateResult.Verdict, String)])
    func claimsAboutAFixedNumber(
        comparison: Gate.Comparison, limit: Double, events: Int, trials: Int, verdict: GateResult.Verdict, text: String
    ) {
        let sample = Sample(events: events, trials: trials, unit: .suiteRun)
        let result = gate(comparison, limit).judged(
            by: .init(metric: .measured(.of("t.flake_rate", sample.share ?? 0, .share, sample: sample))))
        #expect(result.verdict == verdict)
        #expect(result.explanation == text)
        #expect(result.sample == sample)
        #expect(result.limit == limit)
    }

    @Test(
        arguments: [
            (
                .less, 0.05, 100, String(repeating: ".", count: 66), .pass,
                "t.flake_rate is 0% (0 of 66 suite runs), at most 4.44% with 95% certainty, wanted < 5%"
            ),
            (
                .less, 0.05, 100, "xx", .fail,
                "t.flake_rate is 100% (2 of 2 suite runs), at least 22.3% with 95% certainty, wanted < 5%"
            ),
            (
                .less, 0.05, 100, String(repeating: ".", count: 60), .notEnoughData,
                """
                t.flake_rate is 0% (0 of 60 suite runs), at least 0% and at most 4.88%, each with 95% certainty, wanted < 5%; \
                6 more without a mishap would show it
                """
            ),
            (
                .less, 0.05, 100, "x" + String(repeating: ".", count: 99), .notEnoughData,
                """
                t.flake_rate is 1% (1 of 100 suite runs), at least 0.0776% and at most 5.12%, each with 95% certainty, \
                wanted < 5%; 23 more without a mishap would show it, but `repeat` ends after 100
                """
            ),
            (
                .greater, 0.95, 100, String(repeating: "x", count: 66), .pass,
                "t.flake_rate is 100% (66 of 66 suite runs), at least 95.5% with 95% certainty, wanted > 95%"
            ),
            (
                .greater, 0.95, 100, "..", .fail,
                "t.flake_rate is 0% (0 of 2 suite runs), at most 77.7% with 95% certainty, wanted > 95%"
            ),
        ] as [(Gate.Comparison, Double, Int, String, GateResult.Verdict, String)])
    func claimsThatAreWatched(
        comparison: Gate.Comparison, limit: Double, most: Int, runs: String, verdict: GateResult.Verdict, text: String
    ) throws {
        let gate = gate(comparison, limit)
        let claim = try #require(RateClaim(gate, limit: limit))
        let test = SequentialTest(claim.plan(mostTrials: most), after: runs.map { claim.isEvent($0 == "x") })
        let result = gate.judged(by: .init(metric: .missing("in progress"), trials: .watched(test, .suiteRun)))
        #expect(result.verdict == verdict)
        #expect(result.explanation == text)
        let trials = try #require(result.sample)
        #expect(trials == Sample(events: runs.count { $0 == "x" }, trials: runs.count, unit: .suiteRun))
    }

    @Test(
        arguments: [
            (
                .share(0), Reading.measured(.of("t.flake_rate", 0, .share)),
                "no number of trials makes it certain: wanted < 0%"
            ),
            (
                .share(1), .measured(.of("t.flake_rate", 0, .share)),
                "no number of trials makes it certain: wanted < 100%"
            ),
            (
                .share(0.05), .measured(.of("t.flake_rate", 0.01, .share)),
                "t.flake_rate is 1%, but not counted in trials, so nothing is certain about it"
            ),
            (.share(0.05), .missing("no report"), "t.flake_rate has no value: no report"),
        ] as [(Gate.Limit, Reading, String)])
    func whatCannotBecomeCertain(limit: Gate.Limit, reading: Reading, text: String) {
        let gate = Gate(
            name: "t#g", metric: "t.flake_rate", comparison: .less, limit: limit, certainty: Certainty(percent: 95))
        let result = gate.judged(by: .init(metric: reading))
        #expect(result.verdict == .notEnoughData)
        #expect(result.explanation == text)
    }

    @Test func theFewestRunsThatCanPass() throws {
        let claim = try #require(RateClaim(gate(.less, 0.05), limit: 0.05))
        #expect(claim.fewestTrials(isSequential: false) == 59)
        #expect(claim.fewestTrials(isSequential: true) == 66)
        #expect(RateClaim(gate(.equal, 0.05), limit: 0.05) == nil)
        let plain = Gate(name: "g", metric: "m", comparison: .less, limit: .share(0.05))
        #expect(RateClaim(plain, limit: 0.05) == nil)
    }
}
