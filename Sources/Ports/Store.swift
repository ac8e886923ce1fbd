// The seams to the store: blobs by digest, action records by key. A miss is nil, never an error.

public import Vocabulary

/// Something the store could not do; the run goes on without the cache or fails the task, as the caller decides.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}

/// Content and its digest, which is the caller's promise.
public struct Blob: Sendable {
    public let digest: Digest
    public let bytes: [UInt8]

    public init(digest: Digest, bytes: [UInt8]) {
        self.digest = digest
        self.bytes = bytes
    }
}

public protocol BlobReading: Sendable {
    /// Whether the blob is there with its right size; content is verified when it is given out.
    func contains(_ digest: Digest) -> Bool
    /// The content, verified; nil when missing or damaged.
    func bytes(_ digest: Digest) -> [UInt8]?
    /// Writes the verified content to a new file (a copy or a reflink, never a hard link), replacing what is there by
    /// renaming. False when the blob is missing or damaged.
    func restore(_ digest: Digest, to path: String, mode: UInt16) throws(StoreError) -> Bool
}

public protocol BlobWriting: Sendable {
    func add(_ bytes: [UInt8]) throws(StoreError) -> Digest
    /// Adds a file's content. Returns the digest of exactly the bytes that were stored.
    func add(fileAt path: String) throws(StoreError) -> Digest
}

public protocol ActionReading: Sendable {
    /// The result for a key; nil also when it is damaged.
    func record(for key: Digest) -> ActionRecord?
    /// Earlier results of the same task, the latest first, at most `limit`.
    func records(ofTask name: String, limit: Int) -> [ActionRecord]
}

public protocol ActionWriting: Sendable {
    /// Records a result. Its layer and the blobs that are not given were added before; those that are given come to stand
    /// before the record. Durable after the next `flush`, and trusted by readers only together with all its content.
    func publish(_ record: ActionRecord, adding blobs: [Blob]) throws(StoreError)
    /// Makes everything published so far durable.
    func flush() throws(StoreError)
}

extension ActionWriting {
    /// Records a result whose content was added before.
    public func publish(_ record: ActionRecord) throws(StoreError) { try publish(record, adding: []) }
}

/// The whole store, as the engine holds it.
public typealias Store = ActionReading & ActionWriting & BlobReading & BlobWriting
