// A directory on disk as the patterns see it: which files match, and what is at them.

public import Patterns
public import Ports
public import Vocabulary

/// Lists directories of a tree for `PatternSet.expand`.
public struct DiskDirectories: DirectoryReader, Sendable {
    private let files: any FileReading
    /// Absolute path.
    private let root: String

    public init(files: any FileReading, root: String) {
        self.files = files
        self.root = root
    }

    public func kind(at path: String) -> FileKind? { status(at: path)?.kind }

    func status(at path: String) -> FileStatus? { (try? files.status(absolute(path))) ?? nil }

    public func items(in directory: String) -> [DirectoryItem] {
        // The engine's own state is never anybody's input.
        let entries = (try? files.entries(absolute(directory))) ?? []
        return entries.lazy.filter { $0.name != ".taskgraph" }.map { DirectoryItem($0.name, $0.kind) }
    }

    public func ignoreFile(in directory: String) -> [UInt8]? {
        try? files.bytes(absolute(directory.isEmpty ? ".gitignore" : directory + "/.gitignore"))
    }

    private func absolute(_ path: String) -> String { absolutePath(path, in: root) }
}

/// The same for one examination: what was looked up once is not looked up again.
private final class LookedUp: DirectoryReader {
    private let directories: DiskDirectories
    /// Nil: nothing is there.
    private(set) var statuses: [String: FileStatus?] = [:]

    init(_ directories: DiskDirectories) {
        self.directories = directories
    }

    func kind(at path: String) -> FileKind? {
        let status = directories.status(at: path)
        statuses[path] = .some(status)
        return status?.kind
    }

    func items(in directory: String) -> [DirectoryItem] { directories.items(in: directory) }
    func ignoreFile(in directory: String) -> [UInt8]? { directories.ignoreFile(in: directory) }
}

extension [String] {
    /// For paths in byte order.
    func containsSorted(_ path: String) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let order = self[middle].utf8Compared(to: path)
            if order == 0 { return true }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

/// The absolute path of one that is relative to a directory.
func absolutePath(_ path: String, in directory: String) -> String {
    if path.isEmpty { return directory }
    return path.hasPrefix("/") ? path : directory == "/" ? "/" + path : directory + "/" + path
}

/// What is on disk beneath one directory, with digests.
struct DiskTree: Sendable {
    let ports: EnginePorts
    /// Absolute path.
    let root: String
    /// What takes the content of files into the store as they are looked at.
    var keeper: ContentKeeper?

    /// One input on disk.
    struct Found: Sendable {
        let path: String
        let status: FileStatus
        let entry: TreeEntry
    }

    /// The paths that input patterns match, in byte order. Ignore files hide what nobody declared, never what a task makes.
    ///
    /// - Parameter made: declared outputs of the tasks that the inputs come from.
    func paths(_ patterns: PatternSet, made: [Pattern]) -> [String] {
        paths(patterns, made: made, in: lookedUp)
    }

    private func paths(_ patterns: PatternSet, made: [Pattern], in directories: LookedUp) -> [String] {
        let paths = patterns.expand(in: directories, ignoring: ports.ignoreRules(root))
        let open = made.filter { pattern in pattern.literalPath.map { !paths.containsSorted($0) } ?? true }
        guard !open.isEmpty else { return paths }
        let hidden = PatternSet(open).expand(in: directories, ignoring: nil)
            .filter { !paths.containsSorted($0) && patterns.matches($0) }
        return hidden.isEmpty ? paths : (paths + hidden).sorted { $0.utf8Precedes($1) }
    }

    /// The files that input patterns match, in byte order. Absolute patterns are looked up from the file system's root.
    func inputs(_ patterns: PatternSet, made: [Pattern]) throws(FileError) -> [Found] {
        let directories = lookedUp
        let paths = paths(patterns, made: made, in: directories)
        var found: [Found] = []
        found.reserveCapacity(paths.count)
        for path in paths {
            guard let status = try listedStatus(path, in: directories), let entry = try entry(at: path, status) else {
                continue
            }
            found.append(Found(path: path, status: status, entry: entry))
        }
        return found
    }

    private var lookedUp: LookedUp { LookedUp(DiskDirectories(files: ports.files, root: root)) }

    /// Nil: it is gone since it was listed.
    private func listedStatus(_ path: String, in directories: LookedUp) throws(FileError) -> FileStatus? {
        if let status = directories.statuses[path] ?? nil { return status }
        let absolute = absolutePath(path, in: root)
        if let status = try ports.files.status(absolute) { return status }
        // A name that is no text was read with replacements, and nothing is found under it. Left out it would make a
        // result that lacks it look whole.
        guard path.unicodeScalars.contains("\u{FFFD}") else { return nil }
        throw FileError(
            operation: "use", path: absolute, code: DiskTree.illegalSequence, reason: "its name is not UTF-8")
    }

    /// EILSEQ.
    private static let illegalSequence: Int32 = 84

    /// What output patterns match: files and links, and directories that are matched themselves with all beneath.
    func outputs(_ patterns: PatternSet) throws(FileError) -> Tree {
        var items: [Tree.Item] = []
        let directories = lookedUp
        for path in patterns.expand(in: directories, ignoring: nil) {
            guard let status = try listedStatus(path, in: directories), let entry = try entry(at: path, status) else {
                continue
            }
            items.append(.init(path, entry))
        }
        for pattern in patterns.includes {
            guard let path = pattern.literalPath else { continue }
            if let status = directories.statuses[path], status?.kind != .directory { continue }
            try addDirectories(path, patterns, to: &items)
        }
        return Tree(items)
    }

    /// Removes what the patterns match, except directories in which something else remains.
    ///
    /// - Parameter removes: which of the items.
    func remove(_ patterns: PatternSet, where removes: (Tree.Item) -> Bool = { _ in true }) throws(FileError) {
        let items = try outputs(patterns).items
        // Directories that forbid writing to their owner let nothing go.
        for case (let path, .directory(let mode)) in items.lazy.map({ ($0.path, $0.entry) }) where mode & 0o200 == 0 {
            try ports.files.setMode(absolutePath(path, in: root), mode | 0o700)
        }
        for item in items.reversed() where removes(item) {
            let path = absolutePath(item.path, in: root)
            if case .directory = item.entry, try !ports.files.entries(path).isEmpty { continue }
            try ports.files.remove(path)
        }
    }

    private func addDirectories(
        _ path: String, _ patterns: PatternSet, to items: inout [Tree.Item]
    ) throws(FileError) {
        let absolute = absolutePath(path, in: root)
        guard let status = try ports.files.status(absolute), status.kind == .directory, patterns.matches(path) else {
            return
        }
        items.append(.init(path, .directory(mode: status.mode)))
        for entry in try ports.files.entries(absolute) where entry.kind == .directory {
            try addDirectories(path + "/" + entry.name, patterns, to: &items)
        }
    }

    func entry(at path: String, _ status: FileStatus) throws(FileError) -> TreeEntry? {
        let absolute = absolutePath(path, in: root)
        switch status.kind {
        case .regular:
            return .file(mode: status.mode, size: status.stamp.size, digest: try digest(of: absolute, status))
        case .symbolicLink: return .link(target: try ports.files.linkTarget(absolute))
        case .directory: return .directory(mode: status.mode)
        default: return nil
        }
    }
    private func digest(of path: String, _ status: FileStatus) throws(FileError) -> Digest {
        if let keeper { return try keeper.digest(of: path, status: status) }
        return try ports.digests.digest(of: path, status: status)
    }
}
