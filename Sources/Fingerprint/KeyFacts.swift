// What the engine has to find out before a key can be made: the first of the two steps.

public import Vocabulary

/// The digests that a key is made of, besides the definition itself.
public struct KeyFacts: Sendable {
    /// One input file: its content, and whether it may be executed. Other permission bits differ between checkouts.
    public struct Input: Hashable, Sendable {
        /// Relative to the root or the view.
        public let path: String
        public let entry: TreeEntry

        public init(path: String, entry: TreeEntry) {
            self.path = path
            self.entry = entry
        }
    }

    /// In any order.
    public var inputs: [Input] = []
    /// Full name and content of the outputs of each hard need.
    public var dependencies: [(name: String, content: Digest)] = []
    /// Name and version output of each tool.
    public var tools: [(name: String, version: Digest)] = []
    /// Passed and keyed variables with their values; nil: not set.
    public var environment: [(name: String, value: String?)] = []
    /// Contents of the files named by `env-file`.
    public var environmentFiles: [(path: String, content: Digest)] = []
    /// The path at which the view appears; nil outside of workspaces.
    public var viewRoot: String?
    /// Digest of the whole view, for a workspace task without `inputs`.
    public var base: Digest?

    public init() {}
}
