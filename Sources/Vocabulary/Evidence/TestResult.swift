// What became of one test, as it is kept with the result of the task that ran it. Does not know what report said so.

/// How a test ended.
public enum TestOutcome: String, CaseIterable, Sendable {
    case passed
    /// An expectation did not hold.
    case failed
    /// It could not be carried out: an exception, a fixture, a collection, a crash.
    case errored
    /// It did not run, or was expected to fail and did.
    case skipped
    /// It failed, was tried again with nothing changed, and passed.
    case flaky

    /// Whether the last attempt did not pass.
    public var isBad: Bool { self == .failed || self == .errored }
}

/// One execution of one test.
public struct TestResult: Hashable, Sendable {
    /// The same in every run of the same test.
    public var id: String
    public var outcome: TestOutcome
    /// 0 when the report does not say.
    public var seconds: Double
    /// Which of the repetitions of `repeat`, from 1.
    public var repetition: Int
    /// Why it did not pass; at most 1 KiB.
    public var message: String?
    /// A trace or the like; at most 8 KiB.
    public var details: String?
    /// Where the test is written, relative to the root, if the report says so.
    public var file: String?
    /// Counted from 1.
    public var line: Int?

    public init(
        id: String, outcome: TestOutcome, seconds: Double = 0, repetition: Int = 1, message: String? = nil,
        details: String? = nil, file: String? = nil, line: Int? = nil
    ) {
        self.id = id
        self.outcome = outcome
        self.seconds = seconds
        self.repetition = repetition
        self.message = message
        self.details = details
        self.file = file
        self.line = line
    }
}

/// What a task's execution left as evidence. It belongs to the task's result: a hit brings it back, marked as restored.
public struct TaskEvidence: Hashable, Sendable {
    /// In the order of declaration. A metric that could not be measured is not among them.
    public var measurements: [Measurement]
    /// Metrics without a value, each with the reason: one sentence without its full stop.
    public var missing: [MissingMetric]
    /// All tests of its reports.
    public var tests: [TestResult]
    /// Of a task with `repeat`: each execution by itself, the first one first. The rest is what they come to.
    public var executions: [ExecutionEvidence] = []

    public init(measurements: [Measurement] = [], missing: [MissingMetric] = [], tests: [TestResult] = []) {
        self.measurements = measurements
        self.missing = missing
        self.tests = tests
    }

    public var isEmpty: Bool { measurements.isEmpty && missing.isEmpty && tests.isEmpty && executions.isEmpty }
}

/// What one of several executions left.
public struct ExecutionEvidence: Hashable, Sendable {
    public var measurements: [Measurement]
    public var missing: [MissingMetric]
    public var tests: [TestResult]
    /// It did not end as accepted: crashed, timed out, failed its conditions.
    public var isBroken: Bool

    public init(_ evidence: TaskEvidence, isBroken: Bool) {
        measurements = evidence.measurements
        missing = evidence.missing
        tests = evidence.tests
        self.isBroken = isBroken
    }
}

/// A metric that was to be measured and was not.
public struct MissingMetric: Hashable, Sendable {
    public var name: String
    /// One sentence without its full stop; with the place in the report where there is one.
    public var reason: String

    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}
