// Tests whose failures are excused for a while, each with an owner and a last day. Reads no clock and no files.

/// One excused test.
public struct QuarantineEntry: Hashable, Sendable {
    /// The full id of the test.
    public let test: String
    /// Who mends it.
    public let owner: String
    /// The last day on which it is excused.
    public let expiry: CalendarDay
    /// Why, or where the work on it is tracked.
    public let reason: String?

    public init(test: String, owner: String, expiry: CalendarDay, reason: String? = nil) {
        self.test = test
        self.owner = owner
        self.expiry = expiry
        self.reason = reason
    }
}

/// What a quarantine means for the tests of a run.
public struct QuarantineResult: Hashable, Sendable {
    /// Failed, and excused.
    public let excused: [QuarantineEntry]
    /// Past their last day, whether they failed or not: these fail the run.
    public let expired: [QuarantineEntry]
    /// Of tests that are not there any more.
    public let unknown: [QuarantineEntry]

    /// The tests whose failures do not count.
    public var excusedTests: Set<String> { Set(excused.map(\.test)) }

    /// One line per expired entry, for people.
    public var complaints: [String] {
        expired.map {
            "the quarantine of \"\($0.test)\" ended on \($0.expiry); \($0.owner) was to mend it: "
                + "mend or delete the test, or set a new day"
        }
    }
}

/// All excused tests of a plan.
public struct Quarantine: Hashable, Sendable {
    public let entries: [QuarantineEntry]

    /// - Precondition: no test has two entries; whoever reads them reports that with its place.
    public init(_ entries: [QuarantineEntry]) {
        precondition(Set(entries.map(\.test)).count == entries.count, "two entries for one test")
        self.entries = entries
    }

    /// Judges a run. An entry that has expired excuses nothing and fails the run, even when its test passed: nobody looks at
    /// a quarantine that goes on by itself.
    ///
    /// - Parameters:
    ///   - tests: all tests that were reported.
    ///   - failed: those that did not pass at the first try.
    public func result(tests: Set<String>, failed: Set<String>, on today: CalendarDay) -> QuarantineResult {
        let valid = entries.filter { today <= $0.expiry }
        return QuarantineResult(
            excused: valid.filter { failed.contains($0.test) },
            expired: entries.filter { today > $0.expiry },
            unknown: entries.filter { !tests.contains($0.test) && !failed.contains($0.test) }
        )
    }
}
