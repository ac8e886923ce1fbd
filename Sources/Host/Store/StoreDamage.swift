// What a check of everything has found. Checks nothing.

/// Something that is not as it was written.
public struct StoreDamage: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case index, segment, record, blob, layer, digests, history
    }

    public let kind: Kind
    /// A path in the cache, a digest, or a task.
    public let name: String
    public let reason: String

    public init(_ kind: Kind, _ name: String, _ reason: String) {
        self.kind = kind
        self.name = name
        self.reason = reason
    }
}

/// What was looked at, and what of it is damaged.
public struct StoreVerification: Hashable, Sendable {
    public var records = 0
    public var blobs = 0
    public var layers = 0
    public var damage: [StoreDamage] = []
    /// Whether what is damaged was removed.
    public var isRepaired = false
}
