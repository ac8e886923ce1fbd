// A directory for one test of the store, on the real disk, and values to put into it.

import Glibc
import Hashing
import Testing
import Vocabulary

@testable import Host

/// Removed with everything beneath when the test lets go of it.
final class StoreScratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/taskgraph-store-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        StoreScratch.remove(path)
    }

    var storePath: String { path + "/cache" }

    func open() throws -> ContentStore { try ContentStore(directory: storePath) }

    /// Paths of the store's segments, the oldest first.
    var segments: [String] {
        let layout = StoreLayout(root: storePath)
        return layout.segmentIDs().map { layout.segment($0) }
    }

    @discardableResult
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let full = path + "/" + name
        try StoreFile.open(full, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
        return full
    }

    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = try? StoreFile.open(path, O_RDONLY) else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(file.size)) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    static func overwrite(_ path: String, _ bytes: [UInt8]) throws {
        chmod(path, 0o644)
        try StoreFile.open(path, O_WRONLY | O_TRUNC).write(bytes)
    }

    static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in DirectoryNames.list(path) { remove(path + "/" + name) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// A record like those of real tasks; its content follows from the number.
func sampleRecord(_ number: Int, task: String? = nil, outcome: ActionRecord.Outcome = .succeeded) -> ActionRecord {
    let content = Digest(of: "content \(number)")
    var record = ActionRecord(
        key: Digest(of: "key \(number)"), task: task ?? "group/task\(number)", outcome: outcome,
        listing: KeyListing([KeyPart(.command, "", content), KeyPart(.input, "source/\(number).c", content)]))
    record.outputs = Tree([Tree.Item("build/\(number).o", .file(mode: 0o644, size: 10, digest: content))])
    record.recordedAt = UInt64(number)
    return record
}

/// Bytes that follow from a seed and do not compress into a pattern a bug could reproduce.
func sampleBytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

extension ContentStore {
    /// Other tests fork: until such a child executes its program it holds every lock that this process held.
    func compactForSure() {
        while !compact() { sched_yield() }
    }
}
