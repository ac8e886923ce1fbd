// Checks and clears up what a checkout keeps beside the cache. Does not know what runs do with it.

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
        do throws(SQLiteFailure) {
            let database = try SQLiteDatabase(path: history, busyTimeout: 2000)
            try database.prepare("PRAGMA integrity_check(1)").run { answer = $0.text(0) }
        } catch {
            return error.isBusy ? nil : error.message
        }
        return answer == "ok" ? nil : answer
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
