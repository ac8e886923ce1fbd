// Events of a run as what is kept of it.

import Report
import Testing
import Vocabulary

@Suite struct RunRecorderTests {
    private func recorded(_ events: [Event], needs: [Int: [Int]] = [:]) -> (run: RunEvidence, isKept: Bool) {
        var recorder = RunRecorder(tasks: TaskTable(sampleNames), count: sampleNames.count)
        for event in events { recorder.note(event) }
        let empty = RunEvidence(
            id: "id", project: "p", host: "h", startedAt: 1, targets: [], jobs: 2, summary: RunSummary())
        let run = recorder.evidence(empty) { task in
            needs[task.index, default: []].map { TaskID($0) }
        } key: {
            $0.index == 1 ? Digest(1, 2, 3, 4) : nil
        }
        return (run, recorder.hasEvidence)
    }

    @Test func whatRanIsToldWithAttemptsAndMoments() {
        let summary = RunSummary.over([.succeeded(attempts: 2), .upToDate], seconds: 9)
        let (run, isKept) = recorded(
            [
                .at(0, .runStarted(tasks: 2, jobs: 2)), .at(1, .ended(0, .upToDate)), .at(1, .runs(1, .neverRan)),
                .at(2, .starts(1)), .at(3, .starts(1, attempt: 2)), .at(5, .ended(1, .succeeded(attempts: 2), 3)),
                .at(9, .runFinished(summary)),
            ], needs: [1: [0, 4]])
        var first = TaskAccount(name: "phase1/uv-migration", outcome: "up-to-date")
        (first.readyAt, first.endedAt) = (0, second)
        var other = TaskAccount(name: "phase1/venv", outcome: "succeeded")
        other.needs = ["phase1/uv-migration"]
        other.reasons = ["first run"]
        (other.readyAt, other.startedAt, other.endedAt) = (second, 2 * second, 5 * second)
        other.usage.wall = 3 * second
        other.attempts = 2
        other.key = Digest(1, 2, 3, 4)
        #expect(run.tasks == [first, other])
        #expect(run.summary == summary)
        #expect(isKept)
    }

    @Test func whyItFailedComesFirstAndTheEndOfItsLogIsKept() {
        let log = String(repeating: "x", count: 70_000) + "end"
        let (run, _) = recorded([
            .at(0, .runs(0, .forced)), .at(0, .starts(0)),
            .at(1, .ended(0, .failed(.exit(.exited(3)), attempts: 1), 1, log: log)),
            .at(1, .ended(1, .blocked(by: TaskID(0)))),
            .at(1, .ended(2, .skipped("when says no"))),
        ])
        #expect(run.tasks.map(\.outcome) == ["failed", "blocked", "skipped"])
        #expect(
            run.tasks.map(\.reasons) == [
                ["exit code 3", "forced"], ["phase1/uv-migration, which it needs, did not succeed"], ["when says no"],
            ])
        #expect(run.tasks[0].log?.utf8.count == 65_536 && run.tasks[0].log?.hasSuffix("xend") == true)
    }

    @Test func instancesStandInThePlaceOfTheirTask() {
        let (run, _) = recorded(
            [
                .at(0, .expanded(TaskID(1), instances: ["phase1/venv[a]", "phase1/venv[b]"])),
                .at(2, .ended(5, .succeeded(attempts: 1), 1)), .at(3, .ended(6, .succeeded(attempts: 1), 1)),
                .at(3, .ended(1, .succeeded(attempts: 1))), .at(4, .ended(2, .succeeded(attempts: 1), 1)),
            ], needs: [2: [1]])
        #expect(run.tasks.map(\.name) == ["phase1/venv[a]", "phase1/venv[b]", "phase1/pytest-config"])
        #expect(run.tasks[2].needs == ["phase1/venv[a]", "phase1/venv[b]"])
        #expect(run.tasks[2].readyAt == 3 * second)
    }

    @Test func aRunThatOnlyLookedIsNotKept() {
        #expect(!recorded([.at(0, .ended(0, .upToDate)), .at(0, .ended(1, .satisfied))]).isKept)
        let gate = Gate(name: "a#b", metric: "m", comparison: .less, limit: .number(1))
        let (run, isKept) = recorded([.at(0, .judged(TaskID(4), GateAccount(gate, GateResult(.pass, "fine"))))])
        #expect(isKept)
        #expect(run.gates.map(\.gate.name) == ["a#b"])
    }
}
