// A store without a disk, with a record of what was added and restored.

internal import Hashing
public import Ports
internal import Synchronization
public import Vocabulary

/// Keeps blobs and records in memory; files are read from and restored to the files it is given.
public final class MemoryStore: Sendable {
    /// What changed, in order.
    public enum Traffic: Hashable, Sendable {
        case added(Digest)
        case restored(Digest, String)
        case published(task: String, key: Digest)
        case flushed
    }

    private struct State {
        var blobs: [Digest: [UInt8]] = [:]
        var records: [ActionRecord] = []
        var traffic: [Traffic] = []
    }

    private let files: any FileReading & FileWriting
    private let state = Mutex(State())

    public init(files: any FileReading & FileWriting) {
        self.files = files
    }

    public var traffic: [Traffic] { state.withLock { $0.traffic } }

    public func forgetTraffic() {
        state.withLock { $0.traffic = [] }
    }

    /// Loses a blob, as a cleaned or damaged store does.
    public func lose(_ digest: Digest) {
        state.withLock { $0.blobs[digest] = nil }
    }
}

extension MemoryStore: BlobReading, BlobWriting {
    public func contains(_ digest: Digest) -> Bool {
        state.withLock { $0.blobs[digest] != nil }
    }

    public func bytes(_ digest: Digest) -> [UInt8]? {
        state.withLock { $0.blobs[digest] }
    }

    public func restore(_ digest: Digest, to path: String, mode: UInt16) throws(StoreError) -> Bool {
        guard let bytes = bytes(digest) else { return false }
        do throws(FileError) {
            try files.write(bytes, to: path, mode: mode)
        } catch {
            throw StoreError(error.description)
        }
        state.withLock { $0.traffic.append(.restored(digest, path)) }
        return true
    }

    public func add(_ bytes: [UInt8]) throws(StoreError) -> Digest {
        let digest = Digest(of: bytes)
        state.withLock {
            $0.blobs[digest] = bytes
            $0.traffic.append(.added(digest))
        }
        return digest
    }

    public func add(fileAt path: String) throws(StoreError) -> Digest {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try files.bytes(path)
        } catch {
            throw StoreError(error.description)
        }
        return try add(bytes)
    }
}

extension MemoryStore: ActionReading, ActionWriting {
    public func record(for key: Digest) -> ActionRecord? {
        state.withLock { $0.records.last { $0.key == key } }
    }

    public func records(ofTask name: String, limit: Int) -> [ActionRecord] {
        state.withLock { Array($0.records.reversed().filter { $0.task == name }.prefix(limit)) }
    }

    public func publish(_ record: ActionRecord, adding blobs: [Blob]) throws(StoreError) {
        for blob in blobs { _ = try add(blob.bytes) }
        state.withLock {
            $0.records.removeAll { $0.key == record.key }
            $0.records.append(record)
            $0.traffic.append(.published(task: record.task, key: record.key))
        }
    }

    public func flush() throws(StoreError) {
        state.withLock { $0.traffic.append(.flushed) }
    }
}
