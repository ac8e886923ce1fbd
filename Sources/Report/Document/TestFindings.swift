// Tests of a run that somebody must look at: failed ones and flaky ones, each once. Renders nothing.

import Vocabulary

/// One test of one task over all its repetitions.
struct TestFinding {
    var task: String
    var id: String
    /// How often it ran; skipped executions are not counted.
    var executions = 0
    /// How often it did not pass.
    var bad = 0
    /// How often it passed only after a retry.
    var retried = 0
    /// The execution that is shown.
    var example: TestResult

    /// The same test passed and failed with nothing changed in between.
    var isFlaky: Bool { retried > 0 || (bad > 0 && bad < executions) }
}

extension RunEvidence {
    /// Tests that did not pass at least once, in the order of the tasks and their reports.
    var testFindings: [TestFinding] { tasks.flatMap(\.testFindings) }

    /// Executions of tests by how they ended.
    var testCounts: [TestOutcome: Int] {
        var counts: [TestOutcome: Int] = [:]
        for task in tasks { for test in task.evidence.tests { counts[test.outcome, default: 0] += 1 } }
        return counts
    }
}

extension TaskAccount {
    fileprivate var testFindings: [TestFinding] {
        let suspects = Set(evidence.tests.filter { $0.outcome.isBad || $0.outcome == .flaky }.map(\.id))
        guard !suspects.isEmpty else { return [] }
        var order: [String] = []
        var found: [String: TestFinding] = [:]
        for test in evidence.tests where suspects.contains(test.id) {
            var finding = found[test.id] ?? TestFinding(task: name, id: test.id, example: test)
            if found[test.id] == nil { order.append(test.id) }
            if test.outcome != .skipped { finding.executions += 1 }
            if test.outcome == .flaky { finding.retried += 1 }
            if test.outcome.isBad { finding.bad += 1 }
            if test.outcome.isBad, !finding.example.outcome.isBad { finding.example = test }
            if test.outcome == .flaky, finding.example.message == nil, !finding.example.outcome.isBad {
                finding.example = test
            }
            found[test.id] = finding
        }
        return order.compactMap { found[$0] }
    }
}
