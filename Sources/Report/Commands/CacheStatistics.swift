// What `cache stats` shows. Counts nothing itself.

/// What is in the cache. Sizes in bytes.
public struct CacheStatistics: Sendable, Hashable {
    /// A number of things and the room they take.
    public struct Amount: Sendable, Hashable {
        public var count: Int
        public var bytes: UInt64

        public init(_ count: Int, _ bytes: UInt64) {
            self.count = count
            self.bytes = bytes
        }
    }

    /// Where it is, as it is shown to people.
    public var path: String
    /// Recorded results, one for each key.
    public var results: Int
    /// Different contents of outputs, reports and logs.
    public var files: Amount
    /// Layers of workspace tasks.
    public var layers: Int
    /// Segments and index, what is superseded included.
    public var diskBytes: UInt64

    public init(path: String, results: Int, files: Amount, layers: Int, diskBytes: UInt64) {
        self.path = path
        self.results = results
        self.files = files
        self.layers = layers
        self.diskBytes = diskBytes
    }

    public var text: String {
        """
        cache    \(path)
        results  \(humanCount(results))
        files    \(humanCount(files.count)), \(humanBytes(files.bytes))
        layers   \(humanCount(layers))
        on disk  \(humanBytes(diskBytes)) in segments and index

        """
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)),
            ("files", .object([("count", .count(files.count)), ("bytes", .unsigned(files.bytes))])),
            ("layers", .count(layers)), ("diskBytes", .unsigned(diskBytes)),
        ]).indented
    }
}
