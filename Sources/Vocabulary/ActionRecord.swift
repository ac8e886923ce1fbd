// A task's recorded result, and its one byte form. Does not know where records are kept.

/// What is known of one execution of a task.
public struct ActionRecord: Hashable, Sendable {
    public enum Outcome: UInt8, Sendable {
        case succeeded, failed
    }

    public let key: Digest
    /// The task's full name (with its instance), for looking up the most similar earlier result.
    public let task: String
    public let outcome: Outcome
    /// Paths relative to the root file's directory. Their blobs are in the store, except those of `stampedOnly`.
    public var outputs = Tree()
    /// Outputs declared with `store: false`: compared, never restored.
    public var stampedOnly = Tree()
    public var reports = Tree()
    /// The layer of a workspace task.
    public var layer: Digest?
    /// The blob of the log; nil when nothing was printed.
    public var log: Digest?
    /// The blob of its evidence; nil when there is none.
    public var evidence: Digest?
    public var usage = ResourceUsage()
    /// More than 1: passed after a retry.
    public var attempts: UInt32 = 1
    /// Nanoseconds since the epoch.
    public var recordedAt: UInt64 = 0
    public var listing: KeyListing

    public init(key: Digest, task: String, outcome: Outcome, listing: KeyListing) {
        self.key = key
        self.task = task
        self.outcome = outcome
        self.listing = listing
    }
}

extension ActionRecord {
    public static let formatVersion: UInt8 = 2

    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(ActionRecord.formatVersion)
        writer.digest(key)
        writer.string(task)
        writer.integer(outcome.rawValue)
        outputs.encode(into: &writer)
        stampedOnly.encode(into: &writer)
        reports.encode(into: &writer)
        writer.digest(layer ?? .zero)
        writer.digest(log ?? .zero)
        writer.digest(evidence ?? .zero)
        writer.integer(usage.wall)
        writer.integer(usage.cpu)
        writer.integer(usage.peakMemory)
        writer.integer(attempts)
        writer.integer(recordedAt)
        listing.encode(into: &writer)
        return writer.bytes
    }

    /// Nil when the bytes are torn or of another version: a miss.
    public init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.integer(UInt8.self) == ActionRecord.formatVersion, let key = reader.digest(),
            let task = reader.string(), let outcome = reader.integer(UInt8.self).flatMap(Outcome.init),
            let outputs = Tree(from: &reader), let stampedOnly = Tree(from: &reader), let reports = Tree(from: &reader),
            let layer = reader.digest(), let log = reader.digest(), let evidence = reader.digest(),
            let wall: UInt64 = reader.integer(),
            let cpu: UInt64 = reader.integer(), let peakMemory: UInt64 = reader.integer(),
            let attempts: UInt32 = reader.integer(), let recordedAt: UInt64 = reader.integer(),
            let listing = KeyListing(from: &reader), reader.isAtEnd
        else { return nil }
        self.init(key: key, task: task, outcome: outcome, listing: listing)
        self.outputs = outputs
        self.stampedOnly = stampedOnly
        self.reports = reports
        self.layer = layer == .zero ? nil : layer
        self.log = log == .zero ? nil : log
        self.evidence = evidence == .zero ? nil : evidence
        usage = ResourceUsage(wall: wall, cpu: cpu, peakMemory: peakMemory)
        self.attempts = attempts
        self.recordedAt = recordedAt
    }
}
