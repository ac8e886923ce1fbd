// What is odd in a report that can be used nevertheless.

public import Vocabulary

/// Something that a person should know of a report, and where it stands.
public struct ReportRemark: Hashable, Sendable {
    public let place: ReportPlace
    /// One sentence without a full stop.
    public let message: String

    public init(_ message: String, at place: ReportPlace) {
        self.place = place
        self.message = message
    }

    /// The remark as a warning with its place in a source text, which is the report.
    public func diagnostic(in source: SourceID) -> Diagnostic {
        Diagnostic(.warning, message, at: place.range(in: source))
    }
}
