// How much of a report is read and kept. What is past a limit of size is refused; what is past a limit of text is cut.

/// Bounds on what one report costs.
public struct ReportLimits: Hashable, Sendable {
    /// Of the whole report. More is refused, wherever it comes from.
    public var bytes = 256 << 20
    /// Of one tag, comment or line: what has to be in memory in one piece.
    public var piece = 4 << 20
    /// Elements or values inside each other.
    public var depth = 64
    /// Different names of attributes, which the XML parser keeps as long as it lives.
    public var names = 1_000
    /// Elements `testcase`.
    public var cases = 500_000
    /// Bytes of a message; the rest is cut off.
    public var message = 1_024
    /// Bytes of the end of what a test printed, and of its stack trace.
    public var text = 8_192
    /// Bytes of messages, traces and output of all tests together; tests that come later have none.
    public var allText = 32 << 20
    /// Remarks that are kept.
    public var remarks = 100

    public init() {}
}
