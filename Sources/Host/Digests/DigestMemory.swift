// Digests by a hash of what they are of and a stamp, kept in one file from run to run. Does not know what is settled.

import Glibc
import Synchronization
import Vocabulary

/// Remembers digests in one file, which is replaced as a whole by `save`. A missing or damaged file is an empty memory.
final class DigestMemory: Sendable {
    private struct Learned {
        var rows: [UInt64: DigestRow] = [:]
        var isSaved = true
    }

    private let path: String
    private let staging: Staging
    private let lifetime: UInt32
    private let table: DigestTable?
    /// What was learned since the table was written, as long as it is little.
    private let recent: DigestTable?
    private let learned = Mutex(Learned())

    /// - Parameters:
    ///   - path: the file to keep them in; it need not exist.
    ///   - staging: where the next file is made, on the same filesystem; nil: beside it.
    ///   - lifetime: days after which a digest is forgotten when the file is written.
    init(file path: String, staging: Staging?, lifetime: UInt32) {
        self.path = path
        self.staging = staging ?? Staging(beside: path)
        self.lifetime = lifetime
        table = DigestTable(path)
        recent = DigestTable(DigestMemory.recent(path))
    }

    private static func recent(_ path: String) -> String { path + "-recent" }

    func digest(hash: UInt64, stamp: FileStamp) -> Digest? {
        if let known = table?.digest(hash: hash, stamp: stamp) { return known }
        if let known = recent?.digest(hash: hash, stamp: stamp) { return known }
        if let known = learned.withLock({ $0.rows[hash] }), known.stamp == stamp { return known.digest }
        return nil
    }

    /// - Parameter takenAt: nanoseconds since the epoch.
    func remember(_ digest: Digest, hash: UInt64, stamp: FileStamp, takenAt: UInt64) {
        let row = DigestRow(hash: hash, stamp: stamp, digest: digest, day: DigestMemory.day(takenAt))
        learned.withLock { learned in
            learned.rows[hash] = row
            learned.isSaved = false
        }
    }

    /// Days since the epoch.
    private static func day(_ wallTime: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: wallTime / 86_400_000_000_000) }

    /// Writes the whole table only when there is much to add to it: a run that hashed one file of many writes little.
    func save() {
        guard let news = unsaved() else { return }
        if let table, news.count * 8 < table.count { return write(news, DigestMemory.recent(path)) }
        let hashes = Set(news.lazy.map(\.hash))
        write(news + (table?.rows ?? []).filter { !hashes.contains($0.hash) && isYoung($0) }, path)
        _ = unlink(DigestMemory.recent(path))
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
        row.day &+ lifetime >= DigestMemory.day(Machine.wallTime)
    }
}
