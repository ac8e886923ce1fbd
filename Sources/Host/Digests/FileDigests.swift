// The memory of file digests across runs: what was hashed once is looked up by its stamp. Does not know the store.

import CLinux
import Glibc
public import Ports
import Synchronization
public import Vocabulary

/// Remembers digests in one file, which is replaced as a whole by `save`. A missing or damaged file is an empty memory.
public final class FileDigests: FileDigesting {
    /// How far apart two changes must be for the kernel to give them different times, where it uses the clock of the
    /// timer interrupt: at most 10 ms (HZ=100), with a margin.
    static let tick: Int64 = 20_000_000
    /// Digests are taken again after this many days, so that files that are gone are forgotten at last.
    static let lifetime: UInt32 = 90

    private let memory: DigestMemory

    /// - Parameters:
    ///   - path: the file to keep them in; it need not exist.
    ///   - staging: where the next file is made, on the same filesystem; nil: beside it.
    public init(file path: String, staging: Staging? = nil) {
        memory = DigestMemory(file: path, staging: staging, lifetime: FileDigests.lifetime)
    }

    public func digest(of path: String, status: FileStatus) throws(FileError) -> Digest {
        let hash = path.stableHash
        if let known = memory.digest(hash: hash, stamp: status.stamp) { return known }
        return try take(path, hash, status)
    }

    public func digest(
        of path: String, status: FileStatus, takenBy take: () throws(StoreError) -> Digest
    ) throws(StoreError) -> Digest {
        let now = Machine.wallTime
        let digest = try take()
        remember(digest, path.stableHash, status.stamp, takenAt: now) { tg_has_fine_times_at(path) == 1 }
        return digest
    }

    public func remember(_ digest: Digest, of path: String, _ content: FileContent) {
        remember(digest, path.stableHash, content.status.stamp, takenAt: content.takenAt) {
            tg_has_fine_times_at(path) == 1
        }
    }

    private func take(_ path: String, _ hash: UInt64, _ status: FileStatus) throws(FileError) -> Digest {
        let now = Machine.wallTime
        do throws(SystemFailure) {
            let file = try StoreFile.open(path, O_RDONLY | O_NONBLOCK)
            let digest = try FileCopies.hash(file, expected: status.stamp.size).digest
            remember(digest, hash, status.stamp, takenAt: now) { tg_has_fine_times(file.descriptor) == 1 }
            return digest
        } catch {
            throw error.asFileError
        }
    }

    /// Only if any change since then would give the file another stamp: then it does not matter whether there was one.
    private func remember(
        _ digest: Digest, _ hash: UInt64, _ stamp: FileStamp, takenAt: UInt64, hasFineTimes: () -> Bool
    ) {
        // Nearly always the coarse rule will do, and the file system need not be asked.
        guard
            FileDigests.isSettled(stamp, takenAt: takenAt, hasFineTimes: false)
                || hasFineTimes() && FileDigests.isSettled(stamp, takenAt: takenAt, hasFineTimes: true)
        else { return }
        memory.remember(digest, hash: hash, stamp: stamp, takenAt: takenAt)
    }

    /// Whether a change after the digest was taken would show in the times.
    /// - Parameters:
    ///   - takenAt: nanoseconds since the epoch, after the stamp was read and before the content was.
    ///   - hasFineTimes: the kernel gives a change that follows a stat a time of its own: its tick is a nanosecond.
    static func isSettled(_ stamp: FileStamp, takenAt: UInt64, hasFineTimes: Bool) -> Bool {
        let latest = max(stamp.modified, stamp.changed)
        let taken = Int64(clamping: takenAt)
        return hasFineTimes ? latest <= taken : latest < taken - tick
    }

    public func save() { memory.save() }
}

extension FileStamp {
    init(_ status: stat) {
        self.init(
            inode: UInt64(status.st_ino), size: UInt64(status.st_size), modified: nanoseconds(status.st_mtim),
            changed: nanoseconds(status.st_ctim))
    }
}

private func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
