// Checks and clears up what a checkout keeps beside the cache. Does not know what runs do with it.

import CLinux
import CSQLite
import Glibc
import Vocabulary

extension StateDirectory {
    /// The state directory as it is; nothing is made.
    public init(existing path: String) { self.path = path }

    /// Reads the memory of digests and the history.
    /// - Parameter repairs: deletes what is damaged; both only save time.
    public func verify(repairs: Bool) -> [StoreDamage] {
        var found: [StoreDamage] = []
        if isThere(digests), DigestTable(digests)?.isIntact != true {
            found.append(StoreDamage(.digests, digests, "its checksums are wrong"))
            if repairs { try? DiskFiles().remove(digests) }
        }
        if isThere(history), let flaw = flawOfHistory {
            found.append(StoreDamage(.history, history, flaw))
            if repairs { for suffix in ["", "-wal", "-shm"] { try? DiskFiles().remove(history + suffix) } }
        }
        return found
    }

    private func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private var flawOfHistory: String? {
        var answer = "nothing is said"
        do throws(SQLFailure) {
            let database = try SQLiteDatabase(path: history, busyTimeout: 2000)
            try database.prepare("PRAGMA integrity_check(1)").run { answer = $0.text(0) }
        } catch {
            return error.isBusy ? nil : error.message
        }
        return answer == "ok" ? nil : answer
    }

    /// Removes the copies in which tasks work where nothing can be mounted: those of trees of which there is no snapshot
    /// any more, and those that were not used for long. None while a run goes on here.
    /// - Parameter maximumAge: nanoseconds; nil: any age.
    /// - Returns: how many were removed.
    public func collectCopies(maximumAge: UInt64?) -> Int {
        let names = DirectoryNames.list(copies)
        guard !names.isEmpty else { return 0 }
        var removed = 0
        RunLock.ifFree(in: self) {
            for name in names where !isThere(path + "/snapshots/" + name) || isOld(copies + "/" + name, maximumAge) {
                removed += tg_view_remove(AT_FDCWD, copies + "/" + name) == 0 ? 1 : 0
            }
        }
        return removed
    }

    /// How many copies there are, and their bytes.
    public var copiesSize: (count: Int, bytes: UInt64) {
        (DirectoryNames.list(copies).count, FileSize.ofTree(copies))
    }

    private var copies: String { path + "/copies" }

    /// The index of a copy is written whenever a task has entered it.
    private func isOld(_ copy: String, _ maximumAge: UInt64?) -> Bool {
        var status = stat()
        guard let maximumAge, stat(copy + "/index", &status) == 0 else { return false }
        return FileStamp(status).modified < Int64(clamping: Machine.wallTime) - Int64(clamping: maximumAge)
    }

    /// Removes copies of trees that no run uses: those of trees that are gone, and those that were not renewed for long.
    /// Removes what is remembered of layers that are gone.
    /// - Parameters:
    ///   - layers: the directory of layers in the cache.
    ///   - maximumAge: nanoseconds; nil: any age.
    /// - Returns: how many trees' copies were removed.
    public func collect(layers: String, maximumAge: UInt64?) -> Int {
        for name in DirectoryNames.list(path + "/seals") {
            var status = stat()
            if lstat(layers + "/" + name, &status) != 0, errno == ENOENT { unlink(path + "/seals/" + name) }
        }
        return DirectoryNames.list(path + "/snapshots").count { name in
            SnapshotUse.removeAll(in: path + "/snapshots/" + name) { manifest in
                var status = stat()
                guard let origin = SnapshotManifest.origin(in: manifest), stat(origin, &status) == 0 else {
                    return true
                }
                guard let maximumAge, stat(manifest, &status) == 0 else { return false }
                return FileStamp(status).modified < Int64(clamping: Machine.wallTime) - Int64(clamping: maximumAge)
            }
        }
    }
}
