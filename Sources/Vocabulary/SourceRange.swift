// Where something stands in a source text: integers only. Lines and columns are computed when a diagnostic is printed.

/// A source text that was read: its position in a `SourceMap`.
public struct SourceID: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// A half-open range of byte offsets in one source text.
public struct SourceRange: Hashable, Sendable {
    public let source: SourceID
    public let start: UInt32
    public let end: UInt32

    public init(source: SourceID, start: UInt32, end: UInt32) {
        self.source = source
        self.start = start
        self.end = max(start, end)
    }

    /// From the start of this range to the end of another in the same source.
    public func extended(to other: SourceRange) -> SourceRange {
        SourceRange(source: source, start: start, end: other.end)
    }
}

/// A value and where it was written.
public struct Located<Value> {
    public var value: Value
    public var range: SourceRange

    public init(_ value: Value, _ range: SourceRange) {
        self.value = value
        self.range = range
    }

    public func map<Result>(_ transform: (Value) -> Result) -> Located<Result> {
        Located<Result>(transform(value), range)
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
