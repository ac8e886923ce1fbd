// Snapshots of live trees: a copy, then deltas on top of it. Does not know what views are made of them.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Synchronization
internal import Vocabulary
internal import Workspace

/// The snapshots of all trees of one state directory.
///
/// A tree's directory holds numbered copies (the first whole, later ones with what changed and whiteouts for what
/// went),
/// `manifest`, and `users`, a directory of one list per run, of the copies its views are made of.
final class SnapshotStore: Sendable {
    private let directory: String
    private let temporary: String
    private let excluded: [String]
    private let makesWhiteouts: Bool
    private let filter: @Sendable (String) -> TreeFilter
    /// Keeps the lists of copies in use locked until this run ends.
    private let uses = Mutex<[SnapshotUse]>([])
    /// By directory: what no view was made of yet in this run.
    private let unchecked = Mutex<[String: SnapshotManifest]>([:])

    /// - Parameters:
    ///   - directory: absolute, where snapshots are kept.
    ///   - temporary: for unfinished files, on the same filesystem.
    ///   - excluded: absolute paths that are no part of any tree: where state and layers are kept.
    ///   - filter: the rules of what a snapshot leaves out, for the absolute path of a tree.
    ///   - makesWhiteouts: whether deltas are to be of use to overlayfs.
    init(
        directory: String, temporary: String, excluded: [String], makesWhiteouts: Bool,
        filter: @escaping @Sendable (String) -> TreeFilter
    ) {
        self.directory = directory
        self.temporary = temporary
        self.excluded = excluded
        self.makesWhiteouts = makesWhiteouts
        self.filter = filter
    }

    /// Takes a snapshot, or proves that the last one still holds.
    func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot {
        let home = directory + "/" + Digest(of: tree).hex.prefix(16)
        try makeDirectories(home)
        let guarding = try OpenDirectory(home)
        guard tg_view_lock(guarding.descriptor, 1) == 0 else { throw ViewError.system("lock", home) }
        let filter = filter(tree)
        let origin = try OpenDirectory(tree)
        let last = SnapshotManifest.read(
            home + "/manifest", origin: tree, rules: filter.identity, hasWhiteouts: makesWhiteouts)
        let manifest: SnapshotManifest
        if let last, try TreeScan.holds(last.scanned, in: origin) {
            manifest = last
        } else {
            manifest = try renewPatiently(last, of: origin, tree: tree, filter: filter, home: home)
        }
        // Also what a run left that was killed before it came to this.
        try SnapshotUse.removeUnused(in: home, except: manifest.copies)
        let use = try SnapshotUse(of: manifest.copies, in: home)
        uses.withLock { $0.append(use) }
        let directories = manifest.copies.map { "\(home)/\($0)" }
        unchecked.withLock { $0[home] = manifest }
        return BaseSnapshot(
            origin: tree, tree: manifest.scanned.tree, digest: manifest.digest, directories: directories)
    }

    /// To be called before a view is made of a snapshot.
    /// - Throws: when something in its copies is damaged; the next run takes a new one.
    func check(_ snapshot: BaseSnapshot) throws(ViewError) {
        guard let home = snapshot.directories.first.map({ Staging.parent(of: $0) }),
            let manifest = unchecked.withLock({ $0[home] })
        else { return }
        let seals = try? SnapshotStore.seals(of: snapshot.directories)
        if seals != manifest.seals {
            guard let seals, try SnapshotStore.tree(of: snapshot.directories) == manifest.scanned.tree else {
                unlink(home + "/manifest")
                throw ViewError(
                    "the snapshot \(home) of \(snapshot.origin) is damaged: it was thrown away; run the task again")
            }
            // Restored from a backup, perhaps.
            try replaceContents(of: home + "/manifest", with: manifest.with(seals).encoded, madeIn: temporary)
        }
        unchecked.withLock { $0[home] = nil }
    }

    private static func seals(of directories: [String]) throws(ViewError) -> [DirectorySeal] {
        var seals: [DirectorySeal] = []
        for directory in directories { seals.append(try DirectorySeal(of: directory, hasChangeTimes: false)) }
        return seals
    }

    /// What an overlay of the directories, the first on top, shows. Reads everything; damage may give anything.
    private static func tree(of directories: [String]) throws(ViewError) -> Tree? {
        var tree = Tree()
        for directory in directories.reversed() {
            guard let changes = try? UpperCapture.changes(in: directory, below: tree) else { return nil }
            tree = tree.applying(changes)
        }
        return tree
    }

    /// People and their editors go on working: what was listed may be gone before it is copied.
    private func renewPatiently(
        _ last: SnapshotManifest?, of origin: borrowing OpenDirectory, tree: String, filter: TreeFilter, home: String
    ) throws(ViewError) -> SnapshotManifest {
        for _ in 0..<3 {
            if let manifest = try? renew(last, of: origin, tree: tree, filter: filter, home: home) { return manifest }
        }
        return try renew(last, of: origin, tree: tree, filter: filter, home: home)
    }

    private func renew(
        _ last: SnapshotManifest?, of origin: borrowing OpenDirectory, tree: String, filter: TreeFilter, home: String
    ) throws(ViewError) -> SnapshotManifest {
        // By real paths: a tree that is named through a link must not be copied into itself.
        let top = realPath(tree)
        let outside = excluded.map(realPath).compactMap {
            $0.isBeneath(top) ? String($0.dropFirst(top.count + 1)) : nil
        }
        var scan = try TreeScan(origin, previous: last?.scanned, isOurs: false) { path, isDirectory in
            path == ".git" || path.hasSuffix("/.git") || outside.contains(path) || filter.excludes(path, isDirectory)
        }
        // Never the number of a copy that another run's views may be made of.
        let taken = try OpenDirectory(home).names().compactMap { UInt32($0) }.max()
        let number = (taken ?? 0) + 1
        let copy = try TreeCopy(at: "\(home)/\(number)", of: origin, isOurs: false, makesWhiteouts: makesWhiteouts)
        var copies = [number]
        if let last, SnapshotManifest.isWorthADelta(scan, on: last) {
            try copy.read(scan.unread, of: &scan)
            let after = scan.finished().tree
            let changes = last.scanned.tree.difference(to: after)
            if changes.isEmpty {
                try copy.remove()
                copies = last.copies
            } else {
                try copy.finish(changes, view: after)
                copies += last.copies
            }
        } else {
            try copy.read(scan.items.indices.filter { scan.items[$0].isFile }, of: &scan)
            let after = scan.finished().tree
            try copy.finish(after, view: after)
        }
        var seals = last.map { Array($0.seals.suffix(copies.count)) } ?? []
        if copies.first == number {
            seals = last.map { Array($0.seals.suffix(copies.count - 1)) } ?? []
            seals.insert(try DirectorySeal(of: "\(home)/\(number)", hasChangeTimes: false), at: 0)
        }
        let manifest = SnapshotManifest(
            origin: tree, rules: filter.identity, hasWhiteouts: makesWhiteouts, copies: copies, seals: seals,
            scanned: scan.finished())
        try replaceContents(of: home + "/manifest", with: manifest.encoded, madeIn: temporary)
        return manifest
    }
}

/// The path without links; as it is where nothing is there.
private func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}

extension Tree.Item {
    var isFile: Bool {
        if case .file = entry { true } else { false }
    }
}
