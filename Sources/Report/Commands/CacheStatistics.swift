// What `cache stats` shows. Counts nothing itself.

import Vocabulary

/// What is in the cache. Sizes in bytes; nil: not known.
public struct CacheStatistics: Sendable, Hashable {
    /// Where it is, as it is shown to people.
    public var path: String
    /// Results of tasks, one for each key.
    public var results: Int
    /// Different contents of files and logs.
    public var blobs: Int
    public var blobBytes: UInt64
    /// Layers of workspace tasks.
    public var layers: Int
    public var layerBytes: UInt64?
    /// Everything on disk, what is superseded included.
    public var diskBytes: UInt64?

    public init(
        path: String, results: Int, blobs: Int, blobBytes: UInt64, layers: Int, layerBytes: UInt64? = nil,
        diskBytes: UInt64? = nil
    ) {
        self.path = path
        self.results = results
        self.blobs = blobs
        self.blobBytes = blobBytes
        self.layers = layers
        self.layerBytes = layerBytes
        self.diskBytes = diskBytes
    }

    public var text: String {
        let rows = [
            ("cache", path), ("results", humanCount(results)),
            ("contents", "\(humanCount(blobs)), \(humanBytes(blobBytes))"),
            ("layers", humanCount(layers) + (layerBytes.map { ", \(humanBytes($0))" } ?? "")),
        ]
        let disk = diskBytes.map { [("on disk", humanBytes($0))] } ?? []
        return (rows + disk).map { "\(padded($0.0, to: 8))  \($0.1)\n" }.joined()
    }

    public var json: [UInt8] {
        JSON.object(dropping: [
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)), ("blobs", .count(blobs)),
            ("blobBytes", .unsigned(blobBytes)), ("layers", .count(layers)),
            ("layerBytes", layerBytes.map { .unsigned($0) }),
            ("diskBytes", diskBytes.map { .unsigned($0) }),
        ]).indented
    }
}
