// The door of the room: bytes in, a document of located nodes and all findings out. Does not know what the keys mean.

public import Vocabulary

/// A YAML (or JSON) text that was read: a tree of nodes that know where they stand.
public struct YAMLDocument: Sendable {
    /// Nil when the text holds nothing but blanks and comments, or could not be read at all.
    public let root: YAMLNode?
    /// Parts were skipped to get past syntax errors: what is missing here may be there in the text.
    public let isDamaged: Bool

    /// Reads a text, getting past what is wrong where that is possible.
    ///
    /// Whatever is wrong with the text becomes an error among the diagnostics; the document is then incomplete.
    public static func parse(_ bytes: [UInt8], source: SourceID) -> (document: YAMLDocument, diagnostics: [Diagnostic])
    {
        var recovery = Recovery(bytes: bytes, source: source)
        return recovery.parse()
    }
}
