// What a report says about a run: verdicts, the critical path, flaky tests, trends, numbers.

import Testing
import Vocabulary

@testable import Report

@Suite struct ReportFactsTests {
    @Test func theCriticalPathLeadsBackThroughWhatReleasedEachTask() {
        var run = ReportSample.base("a", seconds: 0)
        var last = ReportSample.timed("c", 3, ["a", "b"], ready: 4 * second, start: 6 * second)
        last.serviceWaits = ["postgres": second / 2]
        run.tasks = [
            ReportSample.timed("a", 4, [], ready: 0, start: 0), ReportSample.timed("b", 2, [], ready: 0, start: 0),
            last,
            ReportSample.timed("d", 8, [], ready: 0, start: 0),
        ]
        let path = CriticalPath(run)
        #expect(path.steps.map(\.task.name) == ["a", "c"])
        #expect(path.total == 9 * second)
        #expect(
            path.sentence == "2 tasks decided when the run ended, 9.0 s after it began: 7.0 s running, "
                + "0.5 s waiting for services, 1.5 s waiting for a job slot.")
    }

    @Test func aRunWithoutMomentsHasNoPath() {
        #expect(CriticalPath(ReportSample.base("a", seconds: 0)).sentence == "No task of this run has been timed.")
    }

    @Test func verdictsAreSentences() {
        var run = ReportSample.base("a", seconds: 0)
        run.tasks = [ReportSample.timed("a", 2, [], ready: 0, start: 0)]
        run.summary = ReportSample.summary(run)
        #expect(RunFacts(run, earlier: []).sentence == "Passed: 1 task done, in 2.0 s.")
        let gate = Gate(name: "a#g", metric: "m", comparison: .less, limit: .number(1))
        run.gates = [GateAccount(gate, GateResult(.notEnoughData, "none"))]
        #expect(
            RunFacts(run, earlier: []).sentence
                == "Not proved: all tasks are done, but 1 gate had not enough data, in 2.0 s.")
        run.gates = [GateAccount(gate, GateResult(.fail, "too much"), isObserved: true)]
        #expect(RunFacts(run, earlier: []).verdict == .passed)
        run.gates = [GateAccount(gate, GateResult(.fail, "too much"))]
        #expect(RunFacts(run, earlier: []).sentence == "Failed: 1 gate does not hold, after 2.0 s.")
        run.gates = []
        run.summary.cancelled = 1
        run.summary.signal = 2
        #expect(RunFacts(run, earlier: []).sentence == "Stopped by SIGINT: 1 task of 2 not done, after 2.0 s.")
    }

    @Test func testsAreFlakyWhenTheyBothPassAndFail() {
        let findings = ReportSample.run.testFindings
        #expect(findings.map(\.isFlaky) == [true, true, false])
        #expect(findings[0].bad == 1 && findings[0].executions == 3)
        #expect(findings[0].example.message == "assert [3, 1, 2] == [1, 2, 3]")
    }

    @Test func theCacheSparesWhatTheHitsLastTook() {
        let cache = RunFacts(ReportSample.run, earlier: ReportSample.earlier).cache
        #expect(cache.hits == 3 && cache.known == 3)
        #expect(cache.saved == 9_600_000_000)
        #expect(RunFacts(ReportSample.run, earlier: []).cache.saved == nil)
    }

    @Test func aMetricIsComparedWithTheRunBefore() throws {
        let rows = RunFacts(ReportSample.run, earlier: ReportSample.earlier).comparisons
        #expect(rows.map(\.trend) == [.better, nil, .better, .better])
        #expect(rows[0].history.count == 5)
        #expect(rows[0].gate?.gate.name == "phase2/2a/integration#all-pass")
    }

    @Test func aValueFromTheCacheIsNoNewPoint() {
        var earlier = ReportSample.earlier
        earlier[0].metrics[0].measurement.provenance.isRestored = true
        #expect(RunFacts(ReportSample.run, earlier: earlier).comparisons[0].history.count == 4)
    }

    @Test func waitingIsDrawnBelowAllBars() throws {
        let drawing = Timeline(ReportSample.run, limit: 100).svg([], sentence: "")
        let wait = try #require(drawing.ranges(of: "class=\"wait\"").last)
        let bar = try #require(drawing.firstRange(of: "class=\"bar "))
        #expect(wait.lowerBound < bar.lowerBound)
    }

    @Test(arguments: [
        (0.985, MetricUnit.share, "98.5%"), (1, .share, "100%"), (0.9999, .share, "99.99%"), (0, .share, "0%"),
        (0.0001, .share, "0.01%"), (31.4, .seconds, "31.4 s"), (1_500_000, .bytes, "1.5 MB"), (12, .count, "12"),
        (12_345, .count, "12,345"), (-2.5, .number, "-2.5"), (0.00123, .number, "0.00123"), (.infinity, .number, "inf"),
    ])
    func numbersAreShort(value: Double, unit: MetricUnit, text: String) {
        #expect(ReportNumbers.text(value, unit) == text)
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00 UTC"), (951_827_696, "2000-02-29 12:34:56 UTC"),
        (1_795_474_327, "2026-11-23 22:52:07 UTC"),
    ])
    func momentsAreDates(seconds: UInt64, text: String) {
        #expect(ReportNumbers.moment(seconds * second) == text)
    }
}
