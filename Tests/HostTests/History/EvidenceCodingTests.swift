// A run as bytes and back, in the spool and in a database that an older version made.

import Ports
import Testing
import Vocabulary

@testable import Host

/// A run with something in every place.
func fullRun(id: String = String(repeating: "ab", count: 16), value: Double = 0.5) -> RunEvidence {
    var summary = RunSummary()
    summary.count(.failed(.exit(.exited(1)), attempts: 2))
    summary.gatesUndecided = 1
    summary.wall = 77
    summary.signal = 2
    var run = RunEvidence(
        id: id, project: "p", host: "machine", branch: "main", commit: String(repeating: "1", count: 40),
        startedAt: 1_700_000_000_000_000_000, targets: ["a", "b c"], jobs: 3, summary: summary)
    var task = TaskAccount(name: "g/a[1]", outcome: "failed")
    task.needs = ["g/b", "g/c"]
    task.reasons = ["exit code 1", "x changed\nand y"]
    (task.readyAt, task.startedAt, task.endedAt) = (1, 2, 3)
    task.usage = ResourceUsage(wall: 4, cpu: 5, peakMemory: 6)
    task.attempts = 2
    task.key = Digest(1, 2, 3, 4)
    task.log = "line\0\n"
    task.serviceWaits = ["db": 8, "cache": 9]
    let sample = Sample(events: 1, trials: 2, unit: .testRun)
    task.evidence.measurements = [
        Measurement(
            name: "a.rate", value: value, unit: .share, direction: .higherIsBetter, sample: sample,
            provenance: Provenance(run: id, host: "machine", time: 10, isRestored: false))
    ]
    task.evidence.missing = [MissingMetric(name: "a.size", reason: "there is no file x")]
    task.evidence.tests = [
        TestResult(
            id: "t::one", outcome: .failed, seconds: 0.25, repetition: 1, message: "m", details: "d", file: "t.py",
            line: 3),
        TestResult(id: "t::one", outcome: .passed, seconds: 0.5, repetition: 2),
    ]
    // What came back from the cache: nothing of it was executed in this run.
    var restored = TaskAccount(name: "g/b", outcome: "restored")
    restored.evidence.tests = [TestResult(id: "t::two", outcome: .passed, seconds: 9)]
    restored.key = Digest(5, 6, 7, 8)
    run.tasks = [task, restored]
    run.number = 7
    // Of both instances together.
    run.metrics = [
        MetricAccount(
            task: "g/a",
            Measurement(
                name: "a.rate", value: value / 2, unit: .share, direction: .higherIsBetter, sample: sample,
                provenance: Provenance(run: id, host: "machine", time: 10, isRestored: false)))
    ]
    let limits: [Gate.Limit] = [
        .number(1), .share(0.5), .metric("b.rate"), .baseline(Gate.Baseline(.branch, "main")),
    ]
    run.gates = limits.enumerated().map { position, limit in
        GateAccount(
            Gate(
                name: "a#\(position)", metric: "a.rate", comparison: .atLeast, factor: 0.5, limit: limit,
                certainty: Certainty(percent: 95)),
            GateResult(.notEnoughData, "why", value: 1, limit: 2, bounds: 0.25...0.75, sample: sample),
            isObserved: position == 1)
    }
    run.tables = [
        TableAccount(
            task: "g/m", title: "T",
            rows: [
                .init(
                    title: "r", before: 1, after: nil, beforeText: "1", afterText: "–", targetText: ">= 2",
                    verdict: .notEnoughData, note: "n"),
                .init(
                    title: "s", before: nil, after: 2, beforeText: "–", afterText: "2", targetText: "", verdict: nil,
                    note: ""),
            ])
    ]
    return run
}

@Suite struct EvidenceCodingTests {
    @Test func aRunComesBackWhole() {
        let run = fullRun()
        #expect(RunEvidence(encoded: run.encoded) == run)
        var bare = RunEvidence(
            id: "x", project: "", host: "", startedAt: 0, targets: [], jobs: 1, summary: RunSummary())
        bare.tasks = [TaskAccount(name: "a", outcome: "skipped")]
        #expect(RunEvidence(encoded: bare.encoded) == bare)
    }

    @Test func tornBytesAreNoRun() {
        let bytes = fullRun().encoded
        for length in bytes.indices { #expect(RunEvidence(encoded: Array(bytes[..<length])) == nil, "\(length)") }
        #expect(RunEvidence(encoded: bytes + [0]) == nil)
    }

    @Test func aSpooledRunComesBackOrIsPutAside() throws {
        let scratch = try StoreScratch()
        let spool = RunSpool(directory: scratch.path + "/spool")
        let run = fullRun()
        try spool.put(run)
        #expect(spool.waiting == [run.id])
        #expect(spool.run(run.id, damaged: { _ in }) == run)
        let file = scratch.path + "/spool/" + run.id
        var bytes = try DiskFiles().bytes(file)
        bytes[bytes.count - 1] ^= 1
        try scratch.file("spool/" + run.id, bytes)
        var damaged: [String] = []
        #expect(spool.run(run.id, damaged: { damaged.append($0) }) == nil)
        #expect(damaged == [file + ".damaged"])
        #expect(spool.waiting == [])
    }

    @Test func aDatabaseOfTheFirstVersionGoesOn() throws {
        let scratch = try StoreScratch()
        let path = scratch.path + "/history.sqlite"
        let old = try SQLiteDatabase(path: path, busyTimeout: 0)
        try old.execute(HistorySchema.steps[0])
        try old.execute(
            """
            INSERT INTO run VALUES (1, 'all', 5, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, NULL);
            INSERT INTO task VALUES (1, 'g/a', 40); INSERT INTO result VALUES (1, 1, 'succeeded', 40, 0, 0, 1);
            PRAGMA user_version = 1
            """)
        let history = SQLiteHistory(file: path) { Issue.record("\($0)") }
        #expect(history.durations(of: ["g/a"]) == ["g/a": 40])
        let run = fullRun()
        history.record(run)
        history.record(run)
        #expect(history.run("last") == run)
        #expect(history.run("7") == run)
        #expect(history.run("2") == nil)
        #expect(history.run("abab") == run)
        #expect(history.run("1") == nil)
        #expect(history.runs(limit: 9).map(\.row) == [2, 1])
        #expect(history.runs(limit: 9).map(\.name) == ["7", ""])
        #expect(history.pastValues(of: "a.rate") == run.metrics.map(\.measurement))
        #expect(
            history.baseline(.branch, "main", of: "a.rate") == .measured(run.metrics[0].measurement))
        #expect(
            history.baseline(.branch, "other", of: "a.rate") == .missing("no run of branch other measured a.rate"))
        #expect(
            history.gates(limit: 9).map { "\($0.name) \($0.verdict) \($0.isObserved)" }.first
                == "a#0 notEnoughData false")
        let key = Digest(1, 2, 3, 4).hex
        #expect(
            history.tests(since: 0).map { "\($0.test) \($0.key == key) \($0.outcome) \($0.repetition)" } == [
                "t::one true failed 1", "t::one true passed 2",
            ])
    }
}
