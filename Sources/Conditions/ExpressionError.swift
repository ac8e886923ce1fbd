// What is wrong with a regular expression or a value path. Does not know in which file it was written.

/// A text that cannot be read, with where in it and what to do.
public struct ExpressionError: Error, Hashable, Sendable {
    /// Bytes from the start of the text; nil when only the whole is known to be wrong.
    public let offset: Int?
    /// One sentence without a full stop.
    public let message: String
    /// What the user can do about it.
    public let hint: String?

    public init(at offset: Int?, _ message: String, hint: String? = nil) {
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
