// The one directory in which views of a tree appear where nothing can be mounted. Knows no layers, only trees.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Synchronization
internal import Vocabulary
internal import Workspace

/// `HOME/view`, brought to what a view shows by changing what differs, and compared with it afterwards.
///
/// Belongs to one run at a time, and there to one view at a time.
final class WorkingCopy: Sendable {
    let root: String
    private let home: String
    private let temporary: String
    private let descriptor: Int32
    private let state = Mutex(State())

    private struct State {
        /// The view that processes may be running in.
        var occupant: String?
        var last: ScannedTree?
    }

    /// - Parameters:
    ///   - home: absolute; created.
    ///   - temporary: for unfinished files, on the same filesystem.
    /// - Throws: when another run has it.
    init(home: String, temporary: String) throws(ViewError) {
        self.home = home
        self.temporary = temporary
        root = home + "/view"
        try makeDirectories(root)
        descriptor = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ViewError.system("open", home) }
        guard tg_view_lock(descriptor, 0) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw ViewError.system("lock", home, code: code) }
            throw ViewError("the copy \(root) is in use by another taskgraph: wait for it, or end it")
        }
        // Git looks upwards: this stops it before it finds, and writes, the repository around the state directory.
        try replaceContents(
            of: home + "/.git", with: Array("gitdir: none-in-this-view\n".utf8), madeIn: temporary)
        state.withLock { $0.last = readIndex() }
    }

    deinit {
        close(descriptor)
    }

    /// Makes the copy show what the contents say, and `id` its occupant.
    func enter(_ id: String, showing contents: ViewContents, repository: Repository?) throws(ViewError) {
        let occupied = state.withLock { state in
            if let occupant = state.occupant { return occupant as String? }
            state.occupant = id
            return nil
        }
        if let occupied {
            throw ViewError("the view \(id) cannot be opened while \(occupied) is: both are the copy \(root)")
        }
        do {
            try show(contents)
            try renewRepository(repository)
        } catch {
            leave(id)
            throw error
        }
    }

    /// The view is closed, or captured; what it left behind is put right when the next one enters.
    func leave(_ id: String) {
        state.withLock { if $0.occupant == id { $0.occupant = nil } }
    }

    /// What differs from `below`, and copies of it in a directory as overlayfs would have made it.
    func changes(from below: Tree, to upper: String, makesWhiteouts: Bool) throws(ViewError) -> Tree {
        let directory = try OpenDirectory(root)
        var scan = try scan(directory)
        let found = Result { () throws(ViewError) -> Tree in
            try read(&scan, in: directory.handle)
            let changes = below.difference(to: scan.finished().tree)
            let copy = try TreeCopy(at: upper, of: directory, isOurs: true, makesWhiteouts: makesWhiteouts)
            var copied = scan
            try copy.read(scan.items.indices.filter { changes[scan.items[$0].path]?.isFile == true }, of: &copied)
            guard copied.items == scan.items else {
                throw ViewError("\(root) changed while it was captured: a process is still running in it")
            }
            try copy.finish(changes, view: scan.finished().tree)
            return changes
        }
        try relock(scan, in: directory)
        let changes = try found.get()
        keep(scan.finished())
        return changes
    }

    private func show(_ contents: ViewContents) throws(ViewError) {
        let directory = try OpenDirectory(root)
        let wanted = contents.stack.view
        var current = Tree()
        var unlocked: [String] = []
        do {
            var scan = try scan(directory)
            unlocked = scan.unlocked.map(\.path)
            try read(&scan, in: directory.handle)
            for path in scan.dropped { try directory.remove(path) }
            keep(scan.finished())
            current = scan.finished().tree
        } catch {
            // A device, a name that is not UTF-8: whatever a task left there, everything is copied anew.
            try directory.removeAll()
            unlocked = []
        }
        let changes = current.difference(to: wanted)
        for item in changes.items {
            let there = current[item.path]
            if item.entry.isDirectory, there?.isDirectory == true { continue }
            if let there, there.sameContent(as: item.entry) { continue }
            if there != nil { try directory.remove(item.path) }
            switch item.entry {
            case .deleted: continue
            case .directory: try directory.makeDirectory(item.path, mode: 0o700)
            case .file, .link: try contents.materialise(item, in: directory)
            }
        }
        for item in changes.items {
            if case .file(let mode, _, _) = item.entry { try directory.setMode(item.path, mode) }
        }
        // Innermost first: modes may take away the right to enter.
        let directories = Tree(
            (changes.items.map(\.path) + unlocked).compactMap { path in
                wanted[path].map { Tree.Item(path, $0) }
            })
        for item in directories.items.reversed() {
            if case .directory(let mode) = item.entry { try directory.setMode(item.path, mode) }
        }
        guard chmod(root, 0o755) == 0 else { throw ViewError.system("set the mode of", root) }
    }

    private func renewRepository(_ repository: Repository?) throws(ViewError) {
        let directory = try OpenDirectory(root)
        try directory.remove(".git")
        guard let repository else { return }
        try PrivateRepository.make(of: repository, in: root, objects: repository.commonDirectory + "/objects")
    }

    private func scan(_ directory: borrowing OpenDirectory) throws(ViewError) -> TreeScan {
        let last = state.withLock { $0.last }
        return try TreeScan(directory, previous: last, isOurs: true) { path, _ in path == ".git" }
    }

    /// Hashes what stamps do not prove known.
    private func read(_ scan: inout TreeScan, in directory: DirectoryHandle) throws(ViewError) {
        let files = scan.unread.map { scan.items[$0] }
        let digests = Shared([Digest](repeating: .zero, count: files.count))
        try inParallel(files.count) { (number) throws(ViewError) in
            guard case .file(let mode, _, _) = files[number].entry else { return }
            let digest = try OpenFile(files[number].path, in: directory, unlocking: mode).digest()
            digests.withLock { $0[number] = digest }
        }
        for (position, digest) in zip(scan.unread, digests.withLock({ $0 })) {
            guard case .file(let mode, let size, _) = scan.items[position].entry else { continue }
            scan.setContent(position, mode: mode, size: size, digest: digest, stamp: scan.stamps[position])
        }
    }

    private func relock(_ scan: TreeScan, in directory: borrowing OpenDirectory) throws(ViewError) {
        for (path, mode) in scan.unlocked.reversed() { try directory.setMode(path, mode) }
    }

    private func keep(_ scanned: ScannedTree) {
        state.withLock { $0.last = scanned }
        var writer = ByteWriter()
        writer.string(bootIdentity)
        scanned.encode(into: &writer)
        // Losing it only costs reading everything again.
        try? replaceContents(of: home + "/index", with: writer.bytes, madeIn: temporary)
    }

    private func readIndex() -> ScannedTree? {
        guard let bytes = try? contents(home + "/index") else { return nil }
        var reader = ByteReader(bytes)
        guard reader.string() == bootIdentity else { return nil }
        return ScannedTree(from: &reader)
    }
}

extension TreeEntry {
    var isFile: Bool {
        if case .file = self { true } else { false }
    }

    /// Whether both are files that differ at most in their modes.
    fileprivate func sameContent(as other: TreeEntry) -> Bool {
        guard case .file(_, let size, let digest) = self, case .file(_, size, digest) = other else { return false }
        return true
    }
}
