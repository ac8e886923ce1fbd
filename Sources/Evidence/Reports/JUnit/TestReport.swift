// What a report says of tests, whichever tool wrote it. Does not know XML.

public import Vocabulary

/// One attempt that did not pass, of a test that was tried more than once.
public struct TestAttempt: Hashable, Sendable {
    /// `failed` or `errored`.
    public let outcome: TestOutcome
    public let seconds: Double?
    public let message: String?
    /// A stack trace or the like, shortened in the middle.
    public let details: String?
}

/// One test.
public struct TestCase: Hashable, Sendable {
    /// The same in every run of the same test, and no other test's in this report.
    public internal(set) var id: String
    /// As people know it.
    public let name: String
    /// The index of its suite in the report; nil for a test outside of suites.
    public let suite: Int?
    public internal(set) var outcome: TestOutcome
    /// Of the attempt that decided.
    public internal(set) var seconds: Double?
    /// Why it did not pass, or was skipped.
    public internal(set) var message: String?
    /// A stack trace or the like, shortened in the middle.
    public internal(set) var details: String?
    /// The end of what a test printed that did not simply pass.
    public internal(set) var output: String?
    /// Attempts that did not pass, without the one that decided, in the order in which the tool shows them.
    public internal(set) var attempts: [TestAttempt] = []
    /// Where the test is written, as the tool says it, beneath the root that was given.
    public internal(set) var file: String?
    /// Counted from 1.
    public internal(set) var line: Int?

    /// How often it was tried again.
    public var retries: Int { attempts.count }
}

/// A named group of tests.
public struct TestSuite: Hashable, Sendable {
    public let name: String
    /// The index of the suite it stands in.
    public let parent: Int?
}

/// All that a report says.
public struct TestReport: Hashable, Sendable {
    public internal(set) var dialect: JUnitDialect = .other
    public internal(set) var suites: [TestSuite] = []
    /// In the order of the report; every id once.
    public internal(set) var cases: [TestCase] = []
    /// What is odd, in the order in which it was seen.
    public internal(set) var remarks: [ReportRemark] = []

    public var counts: TestCounts { TestCounts(of: cases) }
}
