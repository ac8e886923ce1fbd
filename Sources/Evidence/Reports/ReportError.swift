// Why a report cannot be used, and where in it that is to be seen. Does not know the report's path or its kind.

public import Vocabulary

/// A report that is not what its format says, or that is refused.
public struct ReportError: Error, Hashable, Sendable {
    /// Where the mistake stands.
    public let place: ReportPlace
    /// One sentence without a full stop.
    public let message: String
    /// What the user can do about it.
    public let hint: String?

    public init(_ message: String, at place: ReportPlace, hint: String? = nil) {
        self.place = place
        self.message = message
        self.hint = hint
    }

    /// The error with its place in a source text, which is the report.
    public func diagnostic(in source: SourceID) -> Diagnostic {
        Diagnostic(.error, message, at: place.range(in: source), hint: hint)
    }
}
