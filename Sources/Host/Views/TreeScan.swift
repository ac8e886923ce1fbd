// Finds out what a real directory holds. Content is read by its caller, and only where stamps do not prove it known.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// The entries of a directory, with the files whose content is not known yet.
struct TreeScan {
    private(set) var items: [Tree.Item] = []
    private(set) var stamps: [FileStamp] = []
    /// Positions of files whose digest is missing.
    private(set) var unread: [Int] = []
    /// FIFOs and sockets, which are no part of a tree.
    private(set) var dropped: [String] = []
    /// Directories that were made accessible, and the modes to give back, outer ones first.
    private(set) var unlocked: [(path: String, mode: UInt16)] = []
    private(set) var root: FileStamp
    let takenAt: Int64

    private let excludes: (String, Bool) -> Bool
    private let previous: ScannedTree?
    private let unlocks: Bool

    /// Lists the directory and everything beneath.
    /// - Parameters:
    ///   - previous: an earlier scan of the same directory.
    ///   - isOurs: whether directories may be made accessible; the caller gives them their modes back.
    ///   - excludes: (path, is directory) of what is not part of the tree.
    /// - Throws: when something cannot be read, is a device, or has a name that is not UTF-8.
    init(
        _ directory: borrowing OpenDirectory, previous: ScannedTree?, isOurs: Bool,
        excludes: @escaping (String, Bool) -> Bool
    ) throws(ViewError) {
        unlocks = isOurs && geteuid() != 0
        takenAt = Int64(Machine.wallTime)
        root = try directory.status().stamp
        self.excludes = excludes
        self.previous = previous
        try walk(directory, path: "")
    }

    /// Whether a directory is still exactly as it was scanned: one `lstat` for each path that is known.
    ///
    /// New and removed names show in the stamp of their directory.
    static func holds(_ scanned: ScannedTree, in directory: borrowing OpenDirectory) throws(ViewError) -> Bool {
        guard try directory.status().stamp == scanned.root, scanned.isTrusted(scanned.root) else { return false }
        var status = tg_view_status()
        for (item, stamp) in zip(scanned.tree.items, scanned.stamps) {
            guard tg_view_status(directory.descriptor, item.path, &status) == 0 else { return false }
            let found = EntryStatus(status)
            guard found.stamp == stamp, scanned.isTrusted(stamp), item.entry.agrees(with: found) else { return false }
        }
        return true
    }

    /// Fills in the content of a file that was unread.
    mutating func setContent(_ position: Int, mode: UInt16, size: UInt64, digest: Digest, stamp: FileStamp) {
        items[position] = Tree.Item(items[position].path, .file(mode: mode, size: size, digest: digest))
        stamps[position] = stamp
    }

    /// The result, once everything is read.
    func finished() -> ScannedTree {
        let order = items.indices.sorted { items[$0].path.utf8Precedes(items[$1].path) }
        return ScannedTree(
            tree: Tree(sorted: order.map { items[$0] }), stamps: order.map { stamps[$0] }, root: root, takenAt: takenAt)
    }

    private mutating func walk(_ directory: borrowing OpenDirectory, path: String) throws(ViewError) {
        for name in try directory.names() {
            let path = path.isEmpty ? name : path + "/" + name
            guard let status = try directory.status(name) else { continue }
            if excludes(path, status.kind == .directory) { continue }
            switch status.kind {
            case .regular:
                let known = previous?.entry(at: path, stamp: status.stamp)
                if case .file(_, let size, let digest)? = known {
                    items.append(Tree.Item(path, .file(mode: status.mode, size: size, digest: digest)))
                } else {
                    unread.append(items.count)
                    items.append(Tree.Item(path, .file(mode: status.mode, size: status.stamp.size, digest: .zero)))
                }
            case .symbolicLink: items.append(Tree.Item(path, .link(target: try directory.linkTarget(name))))
            case .directory:
                items.append(Tree.Item(path, .directory(mode: status.mode)))
                stamps.append(status.stamp)
                if unlocks, status.mode & 0o700 != 0o700 {
                    try directory.setMode(name, status.mode | 0o700)
                    unlocked.append((path, status.mode))
                }
                try walk(OpenDirectory(name, in: directory), path: path)
                continue
            case .fifo, .socket:
                dropped.append(path)
                continue
            case .characterDevice, .blockDevice:
                throw ViewError("\(directory.path)/\(name) is a device node, which a workspace cannot hold")
            }
            stamps.append(status.stamp)
        }
    }
}

extension TreeEntry {
    /// Whether type and mode are what was found; content is not looked at.
    fileprivate func agrees(with status: EntryStatus) -> Bool {
        switch self {
        case .file(let mode, _, _): status.kind == .regular && status.mode == mode
        case .link: status.kind == .symbolicLink
        case .directory(let mode): status.kind == .directory && status.mode == mode
        case .deleted: false
        }
    }
}
