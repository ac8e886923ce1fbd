// Names inside a store's directory. Does not read or write contents, except the version.

import Glibc
import Ports

/// Paths of a store. See `ContentStore` for what is in them.
struct StoreLayout: Sendable {
    static let version = "taskgraph store 1\n"
    /// The convention for directories that backups skip: https://bford.info/cachedir/
    static let cacheTag = """
        Signature: 8a477f597d28d172789f06886806bc55
        # Made by taskgraph: results of tasks by content. Safe to delete when no run is going on.

        """
    private static let segmentSuffix = ".segment"

    let root: String

    var index: String { root + "/index" }
    var indexLock: String { root + "/index.lock" }
    var segments: String { root + "/segments" }
    var blobs: String { root + "/blobs" }
    var layers: String { root + "/layers" }
    var temporary: String { root + "/tmp" }
    var views: String { root + "/views" }
    private var versionFile: String { root + "/VERSION" }

    func segment(_ id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return segments + "/" + String(repeating: "0", count: 16 - digits.count) + digits + StoreLayout.segmentSuffix
    }

    /// A number that no segment has.
    func newSegmentID() -> UInt64 { max(Machine.wallTime, (segmentIDs().last ?? 0) + 1) }

    /// The numbers of all segments, ascending; empty when there are none or they cannot be listed.
    func segmentIDs() -> [UInt64] {
        DirectoryNames.list(segments).compactMap { name in
            guard name.hasSuffix(StoreLayout.segmentSuffix) else { return nil }
            return UInt64(name.dropLast(StoreLayout.segmentSuffix.utf8.count), radix: 16)
        }.sorted()
    }

    /// - Throws: when there is a store of another version.
    /// - Returns: whether there is one of this version.
    @discardableResult
    func checkVersion() throws(StoreError) -> Bool {
        // A part of it was left by a maker who was killed.
        if let found = SmallFile.read(versionFile), !StoreLayout.version.utf8.starts(with: found) || isComplete(found) {
            guard isComplete(found) else { throw otherVersion(found) }
            return true
        }
        return false
    }

    /// Makes what is missing, and checks that the store is of this version.
    func prepare() throws(StoreError) {
        if try checkVersion() { return }
        do throws(SystemFailure) {
            for directory in [root, segments, blobs, temporary] { try DirectoryNames.make(directory) }
            try SmallFile.write(StoreLayout.cacheTag, to: root + "/CACHEDIR.TAG")
            // Last, so that what has a version is complete.
            try SmallFile.write(StoreLayout.version, to: versionFile)
        } catch {
            throw error.asStoreError
        }
    }

    private func isComplete(_ found: [UInt8]) -> Bool { found == Array(StoreLayout.version.utf8) }

    private func otherVersion(_ found: [UInt8]) -> StoreError {
        let line = String(decoding: found.prefix { $0 != UInt8(ascii: "\n") }.prefix(40), as: UTF8.self)
        return StoreError(
            """
            the cache \(root) is of another version ("\(line)"; this taskgraph reads "\(StoreLayout.version.dropLast())"): \
            delete it or set TASKGRAPH_CACHE to another directory
            """)
    }
}
