// What went wrong, where, why, and what to do. Prose is written by the rooms; the shape of the printed text is here.

/// A finding about something the user wrote.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// A second place that explains the first.
    public struct Note: Sendable, Hashable {
        public var message: String
        public var range: SourceRange?

        public init(_ message: String, at range: SourceRange? = nil) {
            self.message = message
            self.range = range
        }
    }

    public var severity: Severity
    /// One sentence without a full stop.
    public var message: String
    public var range: SourceRange?
    public var notes: [Note]
    /// What the user can do about it.
    public var hint: String?

    public init(
        _ severity: Severity = .error, _ message: String, at range: SourceRange? = nil,
        notes: [Note] = [], hint: String? = nil
    ) {
        self.severity = severity
        self.message = message
        self.range = range
        self.notes = notes
        self.hint = hint
    }
}

/// A load that ended with errors. Carries every finding, not only the first.
public struct DiagnosticsError: Error {
    public let diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}
