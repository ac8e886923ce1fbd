// A layer in the making as a copy: files first, then directories, links and whiteouts around them. Knows no store.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary
internal import Workspace

/// A directory in the form that overlayfs wants, made of what a scan of another directory found.
struct TreeCopy: ~Copyable {
    private let origin: DirectoryHandle
    /// Whether the origin's files may be touched for reading them.
    private let isOurs: Bool
    private let makesWhiteouts: Bool
    private let target: OpenDirectory

    /// Starts an empty directory, in place of anything an interrupted run left there.
    /// - Parameters:
    ///   - isOurs: whether the origin's files may be made readable for a moment.
    ///   - makesWhiteouts: false where the filesystem cannot hold them; the copy is of no use to overlayfs then.
    init(
        at path: String, of origin: borrowing OpenDirectory, isOurs: Bool, makesWhiteouts: Bool
    ) throws(ViewError) {
        self.isOurs = isOurs
        self.makesWhiteouts = makesWhiteouts
        guard tg_view_remove(AT_FDCWD, path) == 0 else { throw ViewError.system("remove", path) }
        try makeDirectories(path)
        target = try OpenDirectory(path)
        self.origin = origin.handle
    }

    /// Copies files and fills in what was copied: not the live file counts, but the copy.
    /// - Parameter positions: of files in the scan.
    func read(_ positions: [Int], of scan: inout TreeScan) throws(ViewError) {
        let files = positions.map { scan.items[$0] }
        var last: String?
        for file in files {
            guard let parent = file.path.parentPath, !(last?.utf8Equals(parent) ?? false) else { continue }
            try makeParents(of: file.path)
            last = parent
        }
        let (origin, target, isOurs) = (origin, target.handle, isOurs)
        let read = Shared([Copied?](repeating: nil, count: files.count))
        try inParallel(files.count) { (number) throws(ViewError) in
            let path = files[number].path
            guard case .file(let mode, _, _) = files[number].entry else { return }
            let copied = try copyFile(path, in: origin, unlocking: isOurs ? mode : nil, to: path, in: target)
            read.withLock {
                $0[number] = Copied(
                    size: copied.size, digest: copied.digest, mode: copied.status.mode, stamp: copied.status.stamp)
            }
        }
        for (position, copied) in zip(positions, read.withLock { $0 }) {
            guard let copied else { continue }
            scan.setContent(position, mode: copied.mode, size: copied.size, digest: copied.digest, stamp: copied.stamp)
        }
    }

    /// Makes the directory exactly a layer: files that turned out unchanged go, the rest comes.
    /// - Parameter view: the whole tree, for the modes of directories that the layer only passes through.
    func finish(_ layer: Tree, view: Tree) throws(ViewError) {
        try removeUnchanged(target, path: "", layer: layer)
        for item in layer.items {
            switch item.entry {
            case .file:
                guard try target.status(item.path)?.kind == .regular else {
                    throw ViewError("\(origin.path)/\(item.path) changed while it was copied: try again")
                }
            case .link(let link):
                try makeParents(of: item.path)
                try target.makeLink(item.path, target: link)
            case .directory:
                try makeParents(of: item.path)
                try target.makeDirectory(item.path, mode: 0o700)
            case .deleted:
                guard makesWhiteouts else { continue }
                try makeParents(of: item.path)
                try target.makeWhiteout(item.path)
            }
        }
        try setModes(target, path: "", view: view)
    }

    func remove() throws(ViewError) {
        guard tg_view_remove(AT_FDCWD, target.path) == 0 else { throw ViewError.system("remove", target.path) }
    }

    private struct Copied: Sendable {
        let size: UInt64
        let digest: Digest
        let mode: UInt16
        let stamp: FileStamp
    }

    private func makeParents(of path: String) throws(ViewError) {
        for directory in sequence(first: path, next: \.parentPath).dropFirst().reversed() {
            guard mkdirat(target.descriptor, directory, 0o700) == 0 || errno == EEXIST else {
                throw ViewError.system("create", target.path + "/" + directory)
            }
        }
    }

    private func removeUnchanged(_ directory: borrowing OpenDirectory, path: String, layer: Tree) throws(ViewError) {
        for name in try directory.names() {
            let path = path.isEmpty ? name : path + "/" + name
            if layer[path] == nil, layer.range(beneath: path).isEmpty {
                try directory.remove(name)
            } else if try directory.status(name)?.kind == .directory {
                try removeUnchanged(OpenDirectory(name, in: directory), path: path, layer: layer)
            }
        }
    }

    private func setModes(_ directory: borrowing OpenDirectory, path: String, view: Tree) throws(ViewError) {
        for name in try directory.names() where try directory.status(name)?.kind == .directory {
            let path = path.isEmpty ? name : path + "/" + name
            try setModes(OpenDirectory(name, in: directory), path: path, view: view)
            if case .directory(let mode)? = view[path] { try directory.setMode(name, mode) }
        }
    }
}
