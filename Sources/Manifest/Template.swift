// Text with `${{ … }}` in it, as written. Does not resolve references: the graph does.

public import Vocabulary

/// A string that may refer to variables.
public struct Template: Hashable, Sendable {
    public enum Segment: Hashable, Sendable {
        case literal(String)
        case reference(Reference)
    }

    /// One `${{ a.b.c }}`.
    public struct Reference: Hashable, Sendable {
        /// The parts between dots: `["matrix", "python"]`.
        public let path: [String]
        /// From `${{` to `}}`.
        public let range: SourceRange

        public init(path: [String], range: SourceRange) {
            self.path = path
            self.range = range
        }

        /// The parts joined by dots, as written.
        public var name: String { path.joined(separator: ".") }
    }

    public let segments: [Segment]
    public let range: SourceRange

    public init(segments: [Segment], range: SourceRange) {
        self.segments = segments
        self.range = range
    }

    /// The text when nothing is referred to, else nil.
    public var literal: String? {
        switch segments.count {
        case 0: return ""
        case 1:
            guard case .literal(let text) = segments[0] else { return nil }
            return text
        default: return nil
        }
    }
}
