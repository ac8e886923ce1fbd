// What is wrong with the text of a pattern. Does not know in which file it was written.

/// A text that is not a pattern, with where in it and what to do.
public struct PatternError: Error, Hashable, Sendable {
    /// Which text of a list it is, counted from 0; always 0 for a single pattern.
    public var item: Int
    /// Bytes from the start of the text.
    public let offset: Int
    /// One sentence without a full stop.
    public let message: String
    /// What the user can do about it.
    public let hint: String?

    public init(item: Int = 0, offset: Int, _ message: String, hint: String? = nil) {
        self.item = item
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
