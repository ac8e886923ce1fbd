// What a quarantine does to a task: an entry past its day fails it, a valid one excuses the failures of its test.

import Evidence
import Graph
import Vocabulary

extension Worker {
    /// One finding for each entry whose day has passed.
    func expiredQuarantine(of task: TaskDefinition) -> [Diagnostic] {
        guard !task.quarantine.isEmpty else { return [] }
        let today = CalendarDay(containing: startedAt)
        return task.quarantine.filter { today > $0.entry.expiry }.map { test in
            Diagnostic(
                .error,
                "the quarantine of \"\(test.entry.test)\" ended on \(test.entry.expiry); \(test.entry.owner) was to mend it",
                at: test.range, hint: "mend or delete the test, or set a new day")
        }
    }

    /// The cases as metrics count them: of excused tests, failures are left out, as if they had been skipped.
    func excusing(_ cases: [TestCase], of task: TaskDefinition) -> [TestCase] {
        guard !task.quarantine.isEmpty else { return cases }
        let excused = Set(task.quarantine.map(\.entry.test))
        return cases.filter { !excused.contains($0.id) || !($0.outcome.isBad || $0.outcome == .flaky) }
    }

    /// As it is kept: of an excused failure the message says who mends it.
    func result(_ test: TestCase, of task: TaskDefinition) -> TestResult {
        var result = TestResult(
            id: test.id, outcome: test.outcome, seconds: test.seconds ?? 0, message: test.message,
            details: test.details, file: test.file, line: test.line)
        if result.outcome.isBad || result.outcome == .flaky,
            let entry = task.quarantine.first(where: { $0.entry.test == test.id })?.entry
        {
            result.message =
                "in quarantine until \(entry.expiry), \(entry.owner) mends it"
                + (result.message.map { ": \($0)" } ?? "")
        }
        return result
    }

    /// A warning for each entry whose test no report has.
    func unknownQuarantine(of task: TaskDefinition, in tests: [TestResult]) -> [String] {
        guard !task.quarantine.isEmpty, !tests.isEmpty else { return [] }
        let known = Set(tests.map(\.id))
        return Quarantine(task.quarantine.map(\.entry)).result(
            tests: known, failed: [], on: CalendarDay(containing: startedAt)
        ).unknown.map { "the test \"\($0.test)\" in quarantine is in no report of this task" }
    }
}
