// Files without a disk, with a record of every access. Writing is in `MemoryFiles+Writing`.

internal import Glibc
internal import Hashing
public import Ports
internal import Synchronization
public import Vocabulary

/// Behaves as the disk does, errors included, as far as the seams go; the disk's tests run on both. Every change gives a
/// new time, one nanosecond later. Its owner may do everything, as root may.
public final class MemoryFiles: FileReading, Sendable {
    /// What was asked for.
    public struct Access: Hashable, Sendable {
        public enum Kind: Sendable {
            case status, list, read, link, digest, makeDirectory, write, makeLink, setMode, remove
        }

        public let kind: Kind
        public let path: String

        public init(_ kind: Kind, _ path: String) {
            self.kind = kind
            self.path = path
        }
    }

    struct Node: Sendable {
        enum Content: Sendable {
            case file([UInt8])
            case directory
            case link(String)
        }

        var content: Content
        var mode: UInt16
        var inode: UInt64
        var modified: Int64
        var changed: Int64
    }

    struct State: Sendable {
        /// By absolute path without links; the root is "".
        var nodes: [String: Node] = [:]
        var accesses: [Access] = []
        var failures: [Access: Int32] = [:]
        var clock: Int64
        var lastInode: UInt64 = 1
    }

    let state: Mutex<State>

    /// - Parameter clock: nanoseconds since the epoch at the beginning.
    public init(clock: Int64 = 1_600_000_000_000_000_000) {
        let root = Node(content: .directory, mode: 0o755, inode: 1, modified: clock, changed: clock)
        state = Mutex(State(nodes: ["": root], clock: clock))
    }

    /// Everything that was asked for, in order.
    public var accesses: [Access] { state.withLock { $0.accesses } }

    public func forgetAccesses() {
        state.withLock { $0.accesses = [] }
    }

    /// From now on this access fails with this `errno`; 0 lets it succeed again.
    public func fail(_ kind: Access.Kind, _ path: String, with code: Int32) {
        state.withLock { $0.failures[Access(kind, path)] = code == 0 ? nil : code }
    }

    public func status(_ path: String) throws(FileError) -> FileStatus? {
        do throws(FileError) {
            return try access(.status, "look at", path) { state throws(Failure) in
                let node = try state.node(path, followingLast: false)
                return FileStatus(kind: node.kind, mode: node.mode, stamp: node.stamp)
            }
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw error
        }
    }

    public func entries(_ directory: String) throws(FileError) -> [DirectoryEntry] {
        try access(.list, "list", directory) { state throws(Failure) in
            let path = try state.resolve(directory, followingLast: true)
            guard case .directory = try state.existing(path).content else { throw Failure(ENOTDIR) }
            return state.nodes.keys.filter { $0.isDirectly(in: path) }
                .map {
                    DirectoryEntry(name: String($0.dropFirst(path.count + 1)), kind: state.nodes[$0]?.kind ?? .regular)
                }
                .sorted { $0.name.utf8Precedes($1.name) }
        }
    }

    public func bytes(_ path: String) throws(FileError) -> [UInt8] {
        try access(.read, "read", path) { state throws(Failure) in try state.content(path) }
    }

    public func content(_ path: String, upTo limit: Int) -> FileContent? {
        try? access(.read, "read", path) { state throws(Failure) in
            let node = try state.node(path, followingLast: false)
            guard case .file(let bytes) = node.content, bytes.count <= limit else { throw Failure(EINVAL) }
            let status = FileStatus(kind: node.kind, mode: node.mode, stamp: node.stamp)
            return FileContent(status: status, bytes: bytes, takenAt: UInt64(clamping: state.clock))
        }
    }

    public func linkTarget(_ path: String) throws(FileError) -> String {
        try access(.link, "read the link", path) { state throws(Failure) in
            guard case .link(let target) = try state.node(path, followingLast: false).content else {
                throw Failure(EINVAL)
            }
            return target
        }
    }

    public func digest(_ path: String) throws(FileError) -> Digest {
        Digest(of: try access(.digest, "read", path) { state throws(Failure) in try state.content(path) })
    }

    struct Failure: Error {
        let code: Int32

        init(_ code: Int32) {
            self.code = code
        }
    }

    /// Notes the access, lets it fail if the test wants that, and puts the error into the seam's form.
    func access<Result: Sendable>(
        _ kind: Access.Kind, _ operation: String, _ path: String, _ body: (inout State) throws(Failure) -> Result
    ) throws(FileError) -> Result {
        let result = state.withLock { state -> Swift.Result<Result, Failure> in
            state.accesses.append(Access(kind, path))
            if let code = state.failures[Access(kind, path)] { return .failure(Failure(code)) }
            do throws(Failure) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let failure):
            let reason = String(cString: strerror(failure.code))
            throw FileError(operation: operation, path: path, code: failure.code, reason: reason)
        }
    }
}
