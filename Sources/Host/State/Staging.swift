// Where files are made before they get their names: in the state directory, so that a killed run leaves nothing beside
// outputs. Does not know what is in the files.

internal import Glibc
internal import Ports
internal import Synchronization

/// A directory for unfinished files of one run at a time. Safe to use from several threads.
///
/// What is renamed from here must lie on the same filesystem. For outputs elsewhere the unfinished file stands beside
/// them under a name that begins with `prefix`, and a link in the directory says where, until it has its name.
public final class Staging: Sendable {
    static let prefix = ".taskgraph-"

    let directory: String
    private static let counter = Atomic<UInt64>(0)
    /// Directories that turned out to be on another filesystem.
    private let foreign = Mutex<Set<String>>([])

    private let makesDirectory: Bool

    /// - Parameter directory: absolute; made when it is first needed.
    public convenience init(directory: String) {
        self.init(directory, makesDirectory: true)
    }

    /// For one who has no directory of his own: unfinished files stand beside the path, and nobody clears them away.
    convenience init(beside path: String) {
        self.init(Staging.parent(of: path), makesDirectory: false)
    }

    private init(_ directory: String, makesDirectory: Bool) {
        self.directory = directory
        self.makesDirectory = makesDirectory
    }

    /// A file that has not got its name yet.
    struct Unfinished: Sendable {
        let path: String
        /// Says where `path` is when it is not in the directory.
        fileprivate let note: String?
    }

    /// A name that nobody else uses, for a file that will be `target`.
    func name(for target: String) throws(SystemFailure) -> Unfinished {
        let number = Staging.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let parent = Staging.parent(of: target)
        let name = "\(Staging.prefix)\(getpid())-\(number)"
        guard foreign.withLock({ !$0.isEmpty && $0.contains(parent) }) else {
            return Unfinished(path: "\(directory)/\(name)", note: nil)
        }
        let beside = "\(parent == "/" ? "" : parent)/\(name)"
        let note = "\(directory)/\(name).beside"
        while symlink(beside, note) != 0 {
            guard errno == ENOENT else { throw SystemFailure("note", note) }
            try DirectoryNames.make(directory)
        }
        return Unfinished(path: beside, note: note)
    }

    /// Makes something at the name for a target, and what is missing above the name.
    /// - Parameter body: makes it; gives `errno` when it cannot, else 0.
    func make(for target: String, _ body: (String) -> Int32) throws(SystemFailure) -> Unfinished {
        let unfinished = try name(for: target)
        var code = body(unfinished.path)
        if code == ENOENT, makesDirectory {
            try DirectoryNames.make(Staging.parent(of: unfinished.path))
            code = body(unfinished.path)
        }
        guard code == 0 else {
            forget(unfinished)
            throw SystemFailure("create", unfinished.path, code: code)
        }
        return unfinished
    }

    /// Gives the file its name, replacing what is there.
    /// - Returns: false when the target is on another filesystem: then the file is gone and has to be made again, which
    ///   will be beside the target.
    func place(_ unfinished: Unfinished, at target: String) throws(SystemFailure) -> Bool {
        if Host.rename(unfinished.path, target) == 0 {
            forget(unfinished)
            return true
        }
        let code = errno
        discard(unfinished)
        guard code == EXDEV, unfinished.note == nil else { throw SystemFailure("replace", target, code: code) }
        foreign.withLock { _ = $0.insert(Staging.parent(of: target)) }
        return false
    }

    func discard(_ unfinished: Unfinished) {
        unlink(unfinished.path)
        forget(unfinished)
    }

    private func forget(_ unfinished: Unfinished) {
        if let note = unfinished.note { unlink(note) }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Removes what dead runs left. The caller is the only run on this state.
    public func removeLeftovers() {
        if rmdir(directory) == 0 || errno == ENOENT { return }
        for name in DirectoryNames.list(directory) {
            let path = directory + "/" + name
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(path, &target, target.count - 1)
            if length > 0, name.hasSuffix(".beside") {
                let beside = String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                // A damaged note must not cost anybody a file.
                if beside.dropFirst(Staging.parent(of: beside).utf8.count).hasPrefix("/" + Staging.prefix) {
                    unlink(beside)
                }
            }
            try? DiskFiles().remove(path)
        }
        rmdir(directory)
    }
}
