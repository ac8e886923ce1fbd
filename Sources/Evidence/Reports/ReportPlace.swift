// A place in a report: bytes for programs, line and column for people. Reads nothing.

public import Vocabulary

/// Some bytes of a report.
public struct ReportPlace: Hashable, Sendable {
    /// Of the first byte, counted from 0.
    public let offset: Int
    /// How many bytes; 0 for a place between two.
    public let length: Int
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int

    public init(offset: Int, length: Int = 0, line: Int, column: Int) {
        self.offset = offset
        self.length = length
        self.line = line
        self.column = column
    }

    /// The bytes as a range of a source text, which ends where such ranges can end.
    public func range(in source: SourceID) -> SourceRange {
        SourceRange(
            source: source, start: UInt32(clamping: offset), end: UInt32(clamping: offset + length))
    }
}
