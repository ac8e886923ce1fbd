// Ids that stand twice in a report: attempts of one test, or tests that are called the same, as the dialect says.

import Vocabulary

extension JUnitBuilder {
    func add(_ test: TestCase) {
        guard let index = ids.index(of: test.id, in: report.cases) else { return addNew(test) }
        switch signs.dialect.repetition {
        case .reruns: rerun(index, test)
        case .runs: run(index, test)
        case .namesakes: addNamesake(of: test)
        }
    }

    /// pytest: a test that failed, and then its teardown; else the earlier one was repeated, so it did not pass.
    private func rerun(_ index: Int, _ test: TestCase) {
        let earlier = report.cases[index]
        if earlier.outcome.isBad, test.outcome.isBad { return }
        replace(index, with: test, after: earlier.outcome == .skipped ? nil : failure(of: earlier))
    }

    /// gotestsum: every run with its outcome; the last decides, but no pass makes up for a later failure.
    private func run(_ index: Int, _ test: TestCase) {
        let earlier = report.cases[index]
        guard test.outcome != .skipped else { return }
        if earlier.outcome.isBad {
            replace(index, with: test, after: failure(of: earlier))
        } else if test.outcome.isBad || earlier.outcome == .skipped {
            replace(index, with: test, after: nil)
        }
    }

    /// Puts a later attempt in the place of an earlier one.
    private func replace(_ index: Int, with test: TestCase, after failure: TestAttempt?) {
        var test = test
        test.attempts = report.cases[index].attempts + (failure.map { [$0] } ?? []) + test.attempts
        if test.outcome == .passed, !test.attempts.isEmpty { test.outcome = .flaky }
        report.cases[index] = test
    }

    private func failure(of test: TestCase) -> TestAttempt {
        TestAttempt(
            outcome: test.outcome == .errored ? .errored : .failed, seconds: test.seconds,
            message: test.message,
            details: test.details)
    }

    /// The second of an id is `ID#2`; none hides another.
    private func addNamesake(of test: TestCase) {
        var test = test
        namesakes[test.id, default: 1] += 1
        var number = namesakes[test.id] ?? 2
        while ids.index(of: "\(test.id)#\(number)", in: report.cases) != nil { number += 1 }
        namesakes[test.id] = number
        if number == 2, let here {
            remark(
                "two tests are called `\(BoundedText.cut(test.id, to: 200))`; the second is `#2`",
                at: here.place)
        }
        test.id += "#\(number)"
        addNew(test)
    }

    private func addNew(_ test: TestCase) {
        ids.append(test.id)
        report.cases.append(test)
    }
}
