// A run as JUnit XML, for everything that reads such files: tasks, gates and the tests of tasks. Well-formed always.

public import Vocabulary

/// One suite `tasks`, one suite `gates`, and a suite for every task that ran tests.
public struct JUnitReport: Sendable {
    private let run: RunEvidence

    public init(_ run: RunEvidence) {
        self.run = run
    }

    public var text: String {
        var suites = [suite("tasks", run.tasks.map(testCase))]
        if !run.gates.isEmpty { suites.append(suite("gates", run.gates.map(testCase))) }
        for task in run.tasks where !task.evidence.tests.isEmpty {
            suites.append(suite(task.name, task.evidence.tests.map { testCase($0, in: task) }))
        }
        let totals = suites.reduce(Counts()) { $0 + $1.counts }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<testsuites name=\"\(SafeText.xml(run.project))\" \(totals.attributes)>\n"
            + suites.map(\.text).joined() + "</testsuites>\n"
    }

    private struct Counts {
        var tests = 0, failures = 0, errors = 0, skipped = 0
        var seconds = 0.0

        var attributes: String {
            "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" "
                + "time=\"\(JUnitReport.time(seconds))\""
        }

        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                tests: left.tests + right.tests, failures: left.failures + right.failures,
                errors: left.errors + right.errors, skipped: left.skipped + right.skipped,
                seconds: left.seconds + right.seconds)
        }
    }

    private struct Case {
        var text: String
        var counts: Counts
    }

    private func suite(_ name: String, _ cases: [Case]) -> (text: String, counts: Counts) {
        let counts = cases.reduce(Counts()) { $0 + $1.counts }
        let text =
            "  <testsuite name=\"\(SafeText.xml(name))\" \(counts.attributes)>\n" + cases.map(\.text).joined()
            + "  </testsuite>\n"
        return (text, counts)
    }

    private func testCase(_ task: TaskAccount) -> Case {
        let seconds = Double(task.usage.wall) / 1e9
        let reason = task.reasons.first ?? task.outcome
        switch task.outcome {
        case "failed":
            let log = task.log.map { SafeText.log($0).text } ?? ""
            return element(
                "tasks", task.name, seconds, .failure, reason, (task.reasons + [log]).joined(separator: "\n"))
        case "skipped", "blocked", "cancelled":
            return element("tasks", task.name, 0, .skipped, "\(task.outcome): \(reason)")
        default: return element("tasks", task.name, seconds)
        }
    }

    private func testCase(_ account: GateAccount) -> Case {
        let text = account.result.explanation
        if account.isObserved, account.result.verdict != .pass {
            return element("gates", account.gate.name, 0, .skipped, "observed only: \(text)")
        }
        return switch account.result.verdict {
        case .pass: element("gates", account.gate.name, 0)
        case .fail: element("gates", account.gate.name, 0, .failure, text)
        case .notEnoughData: element("gates", account.gate.name, 0, .error, "not enough data: \(text)")
        }
    }

    private func testCase(_ test: TestResult, in task: TaskAccount) -> Case {
        let name = test.repetition > 1 ? "\(test.id) (repetition \(test.repetition))" : test.id
        let message = test.message ?? test.outcome.rawValue
        return switch test.outcome {
        case .passed: element(task.name, name, test.seconds, place: test)
        case .failed: element(task.name, name, test.seconds, .failure, message, test.details, place: test)
        case .errored: element(task.name, name, test.seconds, .error, message, test.details, place: test)
        case .skipped: element(task.name, name, test.seconds, .skipped, test.message, place: test)
        case .flaky: element(task.name, name, test.seconds, .flakyFailure, message, test.details, place: test)
        }
    }

    private enum Remark: String {
        case failure, error, skipped
        /// As Surefire writes it: it failed and then passed. Counts as passed.
        case flakyFailure
    }

    private func element(
        _ suite: String, _ name: String, _ seconds: Double, _ remark: Remark? = nil, _ message: String? = nil,
        _ details: String? = nil, place: TestResult? = nil
    ) -> Case {
        var counts = Counts(tests: 1, seconds: seconds.isFinite ? max(0, seconds) : 0)
        if remark == .failure { counts.failures = 1 }
        if remark == .error { counts.errors = 1 }
        if remark == .skipped { counts.skipped = 1 }
        let file = place?.file.map { " file=\"\(SafeText.xml($0))\"" } ?? ""
        let line = place?.line.map { " line=\"\($0)\"" } ?? ""
        let head =
            "    <testcase classname=\"\(SafeText.xml(suite))\" name=\"\(SafeText.xml(name))\" "
            + "time=\"\(JUnitReport.time(counts.seconds))\"\(file)\(line)"
        guard let remark else { return Case(text: head + "/>\n", counts: counts) }
        let said = message.map { " message=\"\(SafeText.xml($0))\"" } ?? ""
        let body = details.map { ">\(SafeText.xml($0))</\(remark.rawValue)>" } ?? "/>"
        return Case(text: head + ">\n      <\(remark.rawValue)\(said)\(body)\n    </testcase>\n", counts: counts)
    }

    /// Seconds with three decimals.
    private static func time(_ seconds: Double) -> String {
        let thousandths = String(UInt64(min(seconds, 1e12) * 1_000 + 0.5))
        let padded = String(repeating: "0", count: max(0, 4 - thousandths.count)) + thousandths
        return "\(padded.dropLast(3)).\(padded.suffix(3))"
    }
}
