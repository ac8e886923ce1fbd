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
    /// Results that can be restored.
    public var results: Int
    /// Recorded failures.
    public var failures: Int
    /// Tasks that results are known of.
    public var tasks: Int
    public var blobs: Amount
    public var layers: Amount
    /// Everything on disk, temporary and dead content included.
    public var diskBytes: UInt64
    /// Of `diskBytes`: what no record refers to.
    public var deadBytes: UInt64

    public init(
        path: String, results: Int, failures: Int, tasks: Int, blobs: Amount, layers: Amount, diskBytes: UInt64,
        deadBytes: UInt64
    ) {
        self.path = path
        self.results = results
        self.failures = failures
        self.tasks = tasks
        self.blobs = blobs
        self.layers = layers
        self.diskBytes = diskBytes
        self.deadBytes = deadBytes
    }

    public var text: String {
        let failed = failures == 0 ? "" : ", \(counted(failures, "failure"))"
        let dead = deadBytes == 0 ? "" : ", \(humanBytes(deadBytes)) of it unused"
        return """
            cache    \(path)
            results  \(humanCount(results)) of \(counted(tasks, "task"))\(failed)
            files    \(humanCount(blobs.count)), \(humanBytes(blobs.bytes))
            layers   \(humanCount(layers.count)), \(humanBytes(layers.bytes))
            on disk  \(humanBytes(diskBytes))\(dead)

            """
    }

    public var json: [UInt8] {
        func amount(_ amount: Amount) -> JSON {
            .object([("count", .count(amount.count)), ("bytes", .unsigned(amount.bytes))])
        }
        return JSON.object([
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)), ("failures", .count(failures)),
            ("tasks", .count(tasks)), ("blobs", amount(blobs)), ("layers", amount(layers)),
            ("diskBytes", .unsigned(diskBytes)), ("deadBytes", .unsigned(deadBytes)),
        ]).indented
    }
}
