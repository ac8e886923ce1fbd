// What `cache stats` shows. Counts nothing itself.

import Vocabulary

/// What is in the cache. Sizes in bytes; nil: not known.
public struct CacheStatistics: Sendable, Hashable {
    /// Things of one kind, and how large they are together.
    public struct Part: Sendable, Hashable {
        public var count: Int
        /// Bytes.
        public var bytes: UInt64

        public init(count: Int, bytes: UInt64) {
            self.count = count
            self.bytes = bytes
        }
    }

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
    /// Templates of services.
    public var templates = Part(count: 0, bytes: 0)
    /// Copies in which tasks work where nothing can be mounted; of the checkout, not in the cache.
    public var copies = Part(count: 0, bytes: 0)
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
        let parts = [("templates", templates), ("copies", copies)].filter { $0.1.count > 0 }.map {
            ($0.0, "\(humanCount($0.1.count)), \(humanBytes($0.1.bytes))")
        }
        let disk = diskBytes.map { [("on disk", humanBytes($0))] } ?? []
        let all = rows + parts + disk
        let width = all.map { displayWidth($0.0) }.max() ?? 0
        return all.map { "\(padded($0.0, to: width))  \($0.1)\n" }.joined()
    }

    public var json: [UInt8] {
        JSON.object(dropping: [
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)), ("blobs", .count(blobs)),
            ("blobBytes", .unsigned(blobBytes)), ("layers", .count(layers)),
            ("layerBytes", layerBytes.map { .unsigned($0) }),
            ("templates", .count(templates.count)), ("templateBytes", .unsigned(templates.bytes)),
            ("copies", .count(copies.count)), ("copyBytes", .unsigned(copies.bytes)),
            ("diskBytes", diskBytes.map { .unsigned($0) }),
        ]).indented
    }
}
