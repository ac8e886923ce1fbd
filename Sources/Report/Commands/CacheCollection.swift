// What `cache gc` shows. Removes nothing itself.

import Vocabulary

/// What was removed from the cache, and how large it was and is. Sizes in bytes.
public struct CacheCollection: Sendable, Hashable {
    public var path: String
    public var results: Int
    public var contents: Int
    public var layers: Int
    /// Copies of trees, of the checkout.
    public var snapshots: Int
    public var bytesBefore: UInt64
    public var bytesAfter: UInt64

    public init(
        path: String, results: Int, contents: Int, layers: Int, snapshots: Int, bytesBefore: UInt64, bytesAfter: UInt64
    ) {
        self.path = path
        self.results = results
        self.contents = contents
        self.layers = layers
        self.snapshots = snapshots
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
    }

    /// 0 when runs have added more meanwhile.
    private var freed: UInt64 { bytesBefore - min(bytesBefore, bytesAfter) }

    public var text: String {
        let removed =
            "\(counted(results, "result")), \(counted(contents, "content")), \(counted(layers, "layer")), "
            + counted(snapshots, "snapshot")
        return "removed \(removed): \(humanBytes(freed)) freed, \(humanBytes(bytesAfter)) left in \(path)\n"
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)),
            ("contents", .count(contents)), ("layers", .count(layers)), ("snapshots", .count(snapshots)),
            ("freedBytes", .unsigned(freed)), ("bytesBefore", .unsigned(bytesBefore)),
            ("bytesAfter", .unsigned(bytesAfter)),
        ]).indented
    }
}
