// A test whose element has not ended yet: what its attributes and elements have said so far.

import Vocabulary

/// Collects what becomes a `TestCase`. One is used for all tests of a report, so that its buffers are allocated once.
struct OpenCase {
    var names = JUnitNames()
    var seconds: Double?
    var line: Int?
    private(set) var outcome: TestOutcome?
    private(set) var message: String?
    private(set) var attempts: [TestAttempt] = []
    /// Whether the attempts come before the one that decided, which passed.
    private(set) var isFlaky = false
    private(set) var details: BoundedText
    private(set) var output: BoundedText
    private var openAttempt: (outcome: TestOutcome, message: String?, seconds: Double?)?
    private var attemptDetails: BoundedText

    init(_ limits: ReportLimits) {
        details = BoundedText(head: limits.text / 4, tail: limits.text - limits.text / 4)
        attemptDetails = details
        output = BoundedText(head: 0, tail: limits.text / 2)
    }

    mutating func reset() {
        names = JUnitNames()
        (seconds, line, outcome, message, isFlaky, openAttempt) = (nil, nil, nil, nil, false, nil)
        if !attempts.isEmpty { attempts.removeAll() }
        details.removeAll()
        output.removeAll()
        attemptDetails.removeAll()
    }

    /// An element that says how the test ended. The first that is bad decides; gtest writes one per expectation.
    mutating func add(_ outcome: TestOutcome, message: String?) {
        if !details.isEmpty { details.append("\n") }
        if self.outcome?.isBad == true { return }
        self.outcome = outcome
        self.message = message
    }

    mutating func beginAttempt(_ element: JUnitElement, message: String?, seconds: Double?) {
        guard let outcome = element.attempt else { return }
        if element == .flakyFailure || element == .flakyError { isFlaky = true }
        openAttempt = (outcome, message, seconds)
        attemptDetails.removeAll()
    }

    /// - Parameter keep: shortens a text to what may be kept.
    mutating func endAttempt(keep: (BoundedText) -> String?) {
        guard let attempt = openAttempt else { return }
        attempts.append(
            TestAttempt(
                outcome: attempt.outcome, seconds: attempt.seconds, message: attempt.message,
                details: keep(attemptDetails)))
        openAttempt = nil
    }

    mutating func addDetails(_ bytes: UnsafeBufferPointer<UInt8>) {
        if openAttempt == nil { details.append(bytes) } else { attemptDetails.append(bytes) }
    }

    mutating func addOutput(_ bytes: UnsafeBufferPointer<UInt8>) {
        if openAttempt == nil { output.append(bytes) }
    }

    /// How it ended, all elements considered.
    var decided: TestOutcome {
        if let outcome { return outcome }
        return isFlaky ? .flaky : .passed
    }
}
