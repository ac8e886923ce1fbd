// Reads what overlayfs wrote down in a view's upper directory as a layer. Does not know which changes are wanted.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary
internal import Workspace

/// The walk over one upper directory, with the overlay unmounted and all processes gone.
struct UpperCapture {
    private let below: Tree
    private var items: [Tree.Item] = []
    /// Positions in `items` of files whose digest is still to be computed.
    private var files: [Int] = []
    /// Directories made accessible for the walk, and the modes to give back.
    private var opened: [(path: String, mode: UInt16)] = []
    private let isRoot = geteuid() == 0

    private init(below: Tree) {
        self.below = below
    }

    /// The changes in an upper directory compared with what was below.
    /// - Throws: when there is a device node, a name that is not UTF-8, or something cannot be read.
    static func changes(in upper: String, below: Tree) throws(ViewError) -> Tree {
        var capture = UpperCapture(below: below)
        let root = try OpenDirectory(upper)
        let walked = Result { () throws(ViewError) in try capture.walk(root, path: "", inherits: true) }
        let hashed: Result<[Tree.Item], ViewError> = Result { () throws(ViewError) in
            try walked.get()
            return try capture.hashed(in: root.handle)
        }
        // The innermost first, because an outer one may take the right to enter away.
        for directory in capture.opened.reversed() { try root.setMode(directory.path, directory.mode) }
        return Tree(try hashed.get().filter { below[$0.path] != $0.entry })
    }

    /// - Parameter inherits: whether what is below shows through here.
    private mutating func walk(_ directory: borrowing OpenDirectory, path: String, inherits: Bool) throws(ViewError) {
        let names = try directory.names()
        if !inherits { coverBelow(path, except: names) }
        for name in names {
            let isTop = path.isEmpty
            // The view's own repository: history for reading, commits to be thrown away.
            if isTop, name == ".git" { continue }
            guard let status = try directory.status(name) else { continue }
            try add(name, status, path: isTop ? name : path + "/" + name, in: directory, inherits: inherits)
        }
    }

    private mutating func add(
        _ name: String, _ status: EntryStatus, path: String, in directory: borrowing OpenDirectory,
        inherits: Bool
    ) throws(ViewError) {
        switch status.kind {
        case .regular:
            files.append(items.count)
            items.append(Tree.Item(path, .file(mode: status.mode, size: status.stamp.size, digest: .zero)))
        case .symbolicLink:
            items.append(Tree.Item(path, .link(target: try directory.linkTarget(name))))
        case .directory:
            items.append(Tree.Item(path, .directory(mode: status.mode)))
            if !isRoot, status.mode & 0o700 != 0o700 {
                try directory.setMode(name, status.mode | 0o700)
                opened.append((path, status.mode))
            }
            let inner = try OpenDirectory(name, in: directory)
            let merges = inherits && below[path]?.isDirectory == true && tg_view_is_opaque(inner.descriptor) == 0
            try walk(inner, path: path, inherits: merges)
        case .characterDevice where status.isWhiteout, .fifo, .socket:
            // FIFOs and sockets are dropped; what they took the place of is gone all the same.
            if below[path] != nil { items.append(Tree.Item(path, .deleted)) }
        case .characterDevice, .blockDevice:
            throw ViewError("\(path) is a device node, which a workspace cannot hold")
        }
    }

    /// Everything that was directly in a directory and is not there any more.
    private mutating func coverBelow(_ path: String, except names: [String]) {
        guard below[path]?.isDirectory == true else { return }
        let present = Set(names.map { Array($0.utf8) })
        for item in below.items[below.range(beneath: path)] {
            let name = Array(item.path.utf8.dropFirst(path.utf8.count + 1))
            if !name.contains(UInt8(ascii: "/")), !present.contains(name) {
                items.append(Tree.Item(item.path, .deleted))
            }
        }
    }

    private func hashed(in root: DirectoryHandle) throws(ViewError) -> [Tree.Item] {
        let files = files
        let items = items
        let digests = Shared([Digest](repeating: .zero, count: files.count))
        try inParallel(files.count) { (number) throws(ViewError) in
            let item = items[files[number]]
            guard case .file(let mode, _, _) = item.entry else { return }
            let digest = try OpenFile(item.path, in: root, unlocking: mode).digest()
            digests.withLock { $0[number] = digest }
        }
        var complete = items
        let found = digests.withLock { $0 }
        for (position, digest) in zip(files, found) {
            guard case .file(let mode, let size, _) = items[position].entry else { continue }
            complete[position] = Tree.Item(items[position].path, .file(mode: mode, size: size, digest: digest))
        }
        return complete
    }
}
