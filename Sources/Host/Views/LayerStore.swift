// Layers on disk, by digest, shared by checkouts and processes. Does not know how views are mounted.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Synchronization
internal import Vocabulary
internal import Workspace

/// `LAYERS/DIGEST/manifest` is the layer's byte form, `LAYERS/DIGEST/tree` its content as overlayfs wants it: files and
/// links, directories (those that are there for their content only with mode `0755`), whiteouts for deletions, and no
/// extended attributes. A layer appears under its digest complete, by one rename, and is never changed afterwards.
final class LayerStore: Sendable {
    let directory: String
    /// Whether layers are for overlayfs: then one that was kept without whiteouts is no use.
    private let makesWhiteouts: Bool
    private let seals: LayerSeals?
    private let readable: String?
    private let uses: LayerUse
    private let usesElsewhere: LayerUse?
    private let known = Mutex<[Digest: Tree]>([:])

    /// - Parameters:
    ///   - directory: absolute; created when the first layer is published.
    ///   - seals: what this checkout knows of their content; nil: content is taken for what it was.
    ///   - readable: another directory of layers, to which nothing is added.
    init(directory: String, makesWhiteouts: Bool, seals: LayerSeals? = nil, readable: String? = nil) {
        self.directory = directory
        self.makesWhiteouts = makesWhiteouts
        self.seals = seals
        self.readable = readable
        uses = LayerUse(of: directory)
        usesElsewhere = readable.map { LayerUse(of: $0) }
    }

    /// The directory that an overlay of the layer is made of.
    func content(of digest: Digest) -> String {
        home(of: digest) + "/tree"
    }

    private func home(of digest: Digest) -> String {
        let own = "\(directory)/\(digest.hex)"
        guard let readable, access(own + "/manifest", F_OK) != 0 else { return own }
        return "\(readable)/\(digest.hex)"
    }

    /// The layer's manifest; nil when the layer is missing or damaged, which is a miss.
    func layer(_ digest: Digest) -> Tree? {
        if let tree = known.withLock({ $0[digest] }) { return tree }
        uses.hold(digest)
        usesElsewhere?.hold(digest)
        guard let tree = usable(digest), isIntact(digest) else { return nil }
        known.withLock { $0[digest] = tree }
        return tree
    }

    /// Reads the content only if something about the files is not as when it was last verified.
    private func isIntact(_ digest: Digest) -> Bool {
        guard let seals, !seals.holds(digest, on: content(of: digest)) else { return true }
        guard let wrong = try? mismatches(in: digest), wrong.isEmpty else { return false }
        seals.put(digest, on: content(of: digest))
        return true
    }

    /// The manifest alone; nil when it is missing or damaged, or the layer has not the form that is needed here.
    private func usable(_ digest: Digest) -> Tree? {
        guard let tree = manifest(of: digest), let content = try? OpenDirectory(content(of: digest)) else { return nil }
        if makesWhiteouts, let deletion = tree.items.first(where: { $0.entry == .deleted }) {
            guard let there = try? content.status(deletion.path), there.isWhiteout else { return nil }
        }
        return tree
    }

    private func manifest(of digest: Digest) -> Tree? {
        guard let bytes = try? contents(home(of: digest) + "/manifest"), Digest(of: bytes) == digest else {
            return nil
        }
        var reader = ByteReader(bytes)
        guard let tree = Tree(from: &reader), reader.isAtEnd, tree.isWellFormed else { return nil }
        return tree
    }

    /// What does not agree with the manifest: paths, ascending. Reads all content.
    func mismatches(in digest: Digest) throws(ViewError) -> [String] {
        guard let layer = manifest(of: digest) else { return ["manifest"] }
        let found = try UpperCapture.changes(in: content(of: digest), below: Tree(deletedItemsOf: layer))
        let scaffold = Set(layer.items.flatMap { sequence(first: $0.path, next: \.parentPath).dropFirst() })
        let extra = found.items.filter {
            layer[$0.path] == nil && !($0.entry.isDirectory && scaffold.contains($0.path))
        }
        let wrong = layer.items.filter { ($0.entry != .deleted || makesWhiteouts) && found[$0.path] != $0.entry }
        return Tree(extra + wrong).items.map(\.path)
    }

    /// Makes an upper directory the layer.
    ///
    /// The directory is consumed: pruned to what is in the layer, flushed, and renamed into place.
    /// - Parameters:
    ///   - upper: on the same filesystem as the store.
    ///   - staging: a directory beside it, of the same owner, that is removed with the run.
    func publish(_ layer: Tree, upper: String, staging: String) throws(ViewError) -> Digest {
        let digest = layer.digest
        if self.layer(digest) != nil { return digest }
        try makeDirectories(directory)
        uses.hold(digest)
        try makeDirectories(staging)
        try LayerPruning.prune(upper, to: layer, makesWhiteouts: makesWhiteouts)
        guard rename(upper, staging + "/tree") == 0 else { throw ViewError.system("move", upper) }
        try replaceContents(of: staging + "/manifest", with: layer.encoded)
        let root = try OpenDirectory(staging)
        guard tg_view_sync(root.descriptor) == 0 else { throw ViewError.system("flush", staging) }
        try install(staging, as: digest)
        seals?.put(digest, on: content(of: digest))
        known.withLock { $0[digest] = layer }
        return digest
    }

    /// Renames a finished layer to its digest. Another process may have been first: then its layer is the same.
    private func install(_ staging: String, as digest: Digest) throws(ViewError) {
        let target = "\(directory)/\(digest.hex)"
        for attempt in 0... {
            if rename(staging, target) == 0 { return }
            guard errno == EEXIST || errno == ENOTEMPTY, attempt < 3 else { throw ViewError.system("publish", target) }
            if layer(digest) != nil { return }
            // Damaged: out of the way with it, by a rename first, so that nobody sees half of it.
            let old = "\(staging).damaged"
            _ = rename(target, old)
            _ = tg_view_remove(AT_FDCWD, old)
        }
    }
}

extension Tree {
    /// A tree in which there is something at every path that a layer deletes: without it a whiteout says nothing.
    fileprivate init(deletedItemsOf layer: Tree) {
        self.init(sorted: layer.items.filter { $0.entry == .deleted }.map { Item($0.path, .link(target: "")) })
    }
}
