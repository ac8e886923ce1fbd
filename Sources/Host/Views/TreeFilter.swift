// Which paths of a tree a snapshot leaves out. Does not read ignore files: their rules are its caller's.

public import Vocabulary

/// The rules of what is not part of a tree.
public struct TreeFilter: Sendable {
    /// Changes whenever the rules do, so that what was decided by older ones is decided again.
    public let identity: Digest
    /// Whether an entry, and for a directory everything beneath, is left out: (path relative to the tree, is a
    /// directory).
    public let excludes: @Sendable (String, Bool) -> Bool

    public init(identity: Digest, excludes: @escaping @Sendable (String, Bool) -> Bool) {
        self.identity = identity
        self.excludes = excludes
    }

    /// Nothing is left out.
    public static let everything = TreeFilter(identity: .zero) { _, _ in false }
}
