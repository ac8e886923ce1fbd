// One execution of one test, as the flake ledger sees it. Does not know what report it came from.

/// How a test ended, once.
public struct TestObservation: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        case passed, failed
        /// Failed first and passed when it was tried again, in one run: a flake by itself.
        case flaky
        /// Says nothing.
        case skipped
    }

    /// The full id: `backend/tests/test_api.py::test_login[redis]`.
    public let test: String
    /// What the test depended on: the key of the task that ran it. Equal keys mean equal inputs.
    public let key: String
    public let outcome: Outcome
    public let seconds: Double
    public let run: String
    /// Which of the repetitions within the run, from 1.
    public let repetition: Int
    /// Nanoseconds since the epoch.
    public let time: UInt64

    public init(
        test: String, key: String, outcome: Outcome, seconds: Double = 0, run: String, repetition: Int = 1, time: UInt64
    ) {
        self.test = test
        self.key = key
        self.outcome = outcome
        self.seconds = seconds
        self.run = run
        self.repetition = repetition
        self.time = time
    }
}

extension TestObservation.Outcome {
    var hasPassed: Bool { self == .passed || self == .flaky }
    var hasFailed: Bool { self == .failed || self == .flaky }
}
