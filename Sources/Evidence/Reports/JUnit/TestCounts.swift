// Numbers of a report: how many tests ended how, and shares of them. Does not judge.

import Vocabulary

/// What can be asked of a report by name, as the YAML spells it.
public enum TestValue: String, CaseIterable, Sendable {
    case tests, ran, passed, failed, errored, skipped, flaky
    case passRate = "pass_rate"
    case cleanRate = "clean_rate"
    case flakeRate = "flake_rate"
    /// Seconds of all tests together, each its deciding attempt.
    case duration
}

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
    /// The share of the tests that ran, failed, and passed when tried again, from 0 to 1; nil if none ran.
    public var flakeRate: Double? { share(flaky) }

    private func share(_ part: Int) -> Double? { ran == 0 ? nil : Double(part) / Double(ran) }

    /// A number by its name; nil if there is none.
    public subscript(value: TestValue) -> Double? {
        switch value {
        case .tests: Double(tests)
        case .ran: Double(ran)
        case .passed: Double(passed)
        case .failed: Double(failed)
        case .errored: Double(errored)
        case .skipped: Double(skipped)
        case .flaky: Double(flaky)
        case .passRate: passRate
        case .cleanRate: cleanRate
        case .flakeRate: flakeRate
        case .duration: tests == 0 ? nil : seconds
        }
    }
}
