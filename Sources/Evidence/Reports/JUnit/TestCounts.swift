// Numbers of a report: how many tests ended how, and shares of them. Does not judge.

public import Vocabulary

/// How many tests ended how.
public struct TestCounts: Hashable, Sendable {
    public private(set) var passed = 0
    public private(set) var failed = 0
    public private(set) var errored = 0
    public private(set) var skipped = 0
    public private(set) var flaky = 0
    /// Of all tests whose duration is known.
    public private(set) var seconds = 0.0

    public init(of cases: [TestCase]) {
        for test in cases {
            switch test.outcome {
            case .passed: passed += 1
            case .failed: failed += 1
            case .errored: errored += 1
            case .skipped: skipped += 1
            case .flaky: flaky += 1
            }
            seconds += test.seconds ?? 0
        }
    }

    public var tests: Int { ran + skipped }
    /// All but the skipped.
    public var ran: Int { passed + failed + errored + flaky }

    /// The share of the tests that ran whose last attempt passed, from 0 to 1: flaky ones count as passed, skipped ones
    /// do not count. Nil if none ran, for that proves nothing.
    public var passRate: Double? { share(passed + flaky) }
    /// The share of the tests that ran and passed at the first attempt, from 0 to 1; nil if none ran.
    public var cleanRate: Double? { share(passed) }

    private func share(_ part: Int) -> Double? { ran == 0 ? nil : Double(part) / Double(ran) }

    /// A number by its name; nil if there is none, and of the flake rate, which is counted in executions of the suite.
    public subscript(value: MetricDefinition.JUnitValue) -> Double? {
        switch value {
        case .tests: Double(tests)
        case .ran: Double(ran)
        case .passed: Double(passed)
        case .failed: Double(failed)
        case .errors: Double(errored)
        case .skipped: Double(skipped)
        case .flaky: Double(flaky)
        case .passRate: passRate
        case .cleanRate: cleanRate
        case .flakeRate: nil
        case .seconds: tests == 0 ? nil : seconds
        }
    }

    /// What was counted for a rate of tests; nil if none ran, or it is no such rate.
    public func sample(_ value: MetricDefinition.JUnitValue) -> Sample? {
        guard ran > 0 else { return nil }
        return switch value {
        case .passRate: Sample(events: passed + flaky, trials: ran, unit: .testRun)
        case .cleanRate: Sample(events: passed, trials: ran, unit: .testRun)
        default: nil
        }
    }
}
