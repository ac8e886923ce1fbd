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

    private struct Learned {
        var rows: [UInt64: DigestRow] = [:]
        var isSaved = true
    }

    private let path: String
    private let staging: Staging
    private let table: DigestTable?
    /// What was learned since the table was written, as long as it is little.
    private let recent: DigestTable?
    private let learned = Mutex(Learned())

    /// - Parameters:
    ///   - path: the file to keep them in; it need not exist.
    ///   - staging: where the next file is made, on the same filesystem; nil: beside it.
    public init(file path: String, staging: Staging? = nil) {
        self.path = path
        self.staging = staging ?? Staging(beside: path)
        table = DigestTable(path)
        recent = DigestTable(FileDigests.recent(path))
    }

    private static func recent(_ path: String) -> String { path + "-recent" }

    public func digest(of path: String, status: FileStatus) throws(FileError) -> Digest {
        let hash = path.stableHash
        if let known = table?.digest(hash: hash, stamp: status.stamp) { return known }
        if let known = recent?.digest(hash: hash, stamp: status.stamp) { return known }
        if let known = learned.withLock({ $0.rows[hash] }), known.stamp == status.stamp { return known.digest }
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
        let day = UInt32(truncatingIfNeeded: takenAt / 86_400_000_000_000)
        learned.withLock { learned in
            learned.rows[hash] = DigestRow(hash: hash, stamp: stamp, digest: digest, day: day)
            learned.isSaved = false
        }
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

    /// Writes the whole table only when there is much to add to it: a run that hashed one file of many writes little.
    public func save() {
        guard let news = unsaved() else { return }
        if let table, news.count * 8 < table.count { return write(news, FileDigests.recent(path)) }
        let hashes = Set(news.lazy.map(\.hash))
        write(news + (table?.rows ?? []).filter { !hashes.contains($0.hash) && isYoung($0) }, path)
        _ = unlink(FileDigests.recent(path))
    }

    private func write(_ rows: [DigestRow], _ file: String) {
        // Failing costs hashing again, nothing else.
        guard let unfinished = try? staging.make(for: file, { name in Self.write(rows, to: name) }) else { return }
        _ = try? staging.place(unfinished, at: file)
    }

    private static func write(_ rows: [DigestRow], to path: String) -> Int32 {
        do throws(SystemFailure) {
            try StoreFile.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(DigestTable.encoded(rows))
            return 0
        } catch {
            unlink(path)
            return error.code
        }
    }

    /// What was learned since the table was written, in this run and before; nil when this run learned nothing.
    private func unsaved() -> [DigestRow]? {
        learned.withLock { learned in
            if learned.isSaved { return nil }
            learned.isSaved = true
            let before = (recent?.rows ?? []).filter { learned.rows[$0.hash] == nil && isYoung($0) }
            return before + learned.rows.values
        }
    }

    private func isYoung(_ row: DigestRow) -> Bool {
        row.day &+ FileDigests.lifetime >= UInt32(truncatingIfNeeded: Machine.wallTime / 86_400_000_000_000)
    }
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
