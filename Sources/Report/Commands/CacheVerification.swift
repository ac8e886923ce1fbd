// What `cache verify` shows. Checks nothing itself.

import Vocabulary

/// What was looked at in the cache, and what of it is damaged.
public struct CacheVerification: Sendable, Hashable {
    /// One damaged thing.
    public struct Item: Sendable, Hashable {
        /// `blob`, `record`, `layer` …
        public var kind: String
        public var name: String
        public var reason: String

        public init(kind: String, name: String, reason: String) {
            self.kind = kind
            self.name = name
            self.reason = reason
        }
    }

    public var path: String
    public var results: Int
    public var contents: Int
    public var layers: Int
    /// Whether what is damaged was removed.
    public var isRepaired: Bool
    public var damage: [Item]

    public init(path: String, results: Int, contents: Int, layers: Int, isRepaired: Bool, damage: [Item]) {
        self.path = path
        self.results = results
        self.contents = contents
        self.layers = layers
        self.isRepaired = isRepaired
        self.damage = damage
    }

    /// A line per damaged thing, and a line of counts.
    public var text: String {
        let lines = damage.map { "\($0.kind) \($0.name): \($0.reason)\n" }.joined()
        let looked = "\(counted(results, "result")), \(counted(contents, "content")), \(counted(layers, "layer"))"
        guard !damage.isEmpty else { return "\(looked): all as they should be\n" }
        let next =
            isRepaired
            ? "removed: what is needed is made again" : "`taskgraph cache verify --repair` removes what is damaged"
        return lines + "\(looked): \(counted(damage.count, "finding")); \(next)\n"
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)),
            ("contents", .count(contents)), ("layers", .count(layers)), ("repaired", .bool(isRepaired)),
            (
                "damage",
                .array(
                    damage.map {
                        .object([
                            ("kind", .string($0.kind)), ("name", .string($0.name)), ("reason", .string($0.reason)),
                        ])
                    })
            ),
        ]).indented
    }
}
