// Writes one layer's changes onto a real tree, if the tree still is what the layer was made on. Commits nothing.

internal import CLinux
internal import Glibc
public import Ports
public import Vocabulary
internal import Workspace

/// Why a layer was not written.
public enum LayerWriteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// These paths are not what they were when the layer was made; nothing was written.
    case changed(tree: String, paths: [String])
    /// The system refused; the tree may be half written.
    case failed(ViewError)

    public var description: String {
        switch self {
        case .changed(let tree, let paths):
            let shown = paths.prefix(10).map { "\n  \($0)" }.joined()
            let rest = paths.count > 10 ? "\n  and \(paths.count - 10) more" : ""
            return "\(tree) is no longer what the changes were made on:\(shown)\(rest)\n"
                + "nothing was written; run the task again on the tree as it is now"
        case .failed(let error): return error.description
        }
    }
}

extension ViewProviding {
    /// Applies a layer to a real tree.
    ///
    /// Files are replaced by renaming and get the present time. Ignored files that lie in a directory which the layer
    /// removes stay, and the directory with them.
    /// - Parameters:
    ///   - digest: of a layer in the store.
    ///   - below: the complete tree the layer lies on: base and the layers beneath.
    ///   - tree: absolute path.
    ///   - staging: where files are made before they get their names; nil: in the tree.
    ///   - leavesOut: (path, is directory) of what is no part of the tree, as for its snapshot: not written either.
    public func write(
        _ digest: Digest, below: Tree, onto tree: String, staging: Staging? = nil,
        leavesOut: (String, Bool) -> Bool
    ) throws(LayerWriteError) {
        do {
            guard let layer = layer(digest) else { throw ViewError("the layer \(digest.short) is missing or damaged") }
            let kept = Tree(sorted: layer.items.filter { !leavesOut($0.path, $0.entry.isDirectory) })
            let root = try OpenDirectory(tree)
            let changed = try LayerObstacles.paths(inTheWayOf: kept, below: below, in: root, leavesOut: leavesOut)
            guard changed.isEmpty else { throw LayerWriteError.changed(tree: tree, paths: changed) }
            let request = ViewRequest(
                base: BaseSnapshot(origin: tree, tree: Tree(), digest: .zero, directories: []), layers: [digest],
                isAtTree: false)
            let staging = staging ?? Staging(beside: tree + "/.")
            for item in kept.items { try write(item, below: below, in: root, from: request, by: staging) }
            for item in kept.items.reversed() {
                if case .directory(let mode) = item.entry { try root.setMode(item.path, mode) }
            }
        } catch let error as LayerWriteError {
            throw error
        } catch let error as ViewError {
            throw .failed(error)
        } catch {
            throw .failed(ViewError("\(error)"))
        }
    }

    private func write(
        _ item: Tree.Item, below: Tree, in root: borrowing OpenDirectory, from request: ViewRequest,
        by staging: Staging
    ) throws(ViewError) {
        let wasDirectory = below[item.path]?.isDirectory == true
        switch item.entry {
        case .directory:
            if below[item.path] != nil, !wasDirectory { try root.remove(item.path) }
            try root.makeDirectory(item.path, mode: 0o700)
        case .deleted: try removeKnown(item.path, below: below, in: root)
        case .link(let target):
            try removeKnown(item.path, below: below, in: root)
            try root.makeLink(item.path, target: target)
        case .file(let mode, _, let digest):
            if wasDirectory { try removeKnown(item.path, below: below, in: root) }
            guard let source = try location(item.path, in: request) else {
                throw ViewError("\(item.path) is missing from its layer")
            }
            try replace(item.path, mode, digest, from: source, in: root, by: staging)
        }
    }

    /// Puts a copy of a layer's file in the place of what is there.
    private func replace(
        _ path: String, _ mode: UInt16, _ digest: Digest, from source: String, in root: borrowing OpenDirectory,
        by staging: Staging
    ) throws(ViewError) {
        let target = root.path + "/" + path
        do {
            while true {
                let unfinished = try staging.make(for: target) { _ in 0 }
                defer { staging.discard(unfinished) }
                try makeDirectories(Staging.parent(of: unfinished.path))
                let host = try OpenDirectory("/")
                let copied = try copyFile(
                    String(source.dropFirst()), in: host.handle, unlocking: mode, to: unfinished.path, in: host.handle)
                guard copied.digest == digest else {
                    throw ViewError("\(source) is damaged: its content is not what its manifest says")
                }
                try host.setMode(unfinished.path, mode)
                // Builds by time must see that it is new.
                utimensat(AT_FDCWD, unfinished.path, nil, AT_SYMLINK_NOFOLLOW)
                if try staging.place(unfinished, at: target) { return }
            }
        } catch let error as SystemFailure {
            throw ViewError(error.description)
        } catch let error as ViewError {
            throw error
        } catch {
            throw ViewError("\(error)")
        }
    }

    /// Removes a path and what is known beneath; directories that hold anything else stay.
    private func removeKnown(_ path: String, below: Tree, in root: borrowing OpenDirectory) throws(ViewError) {
        for item in below.items[below.range(beneath: path)].reversed() {
            unlinkat(root.descriptor, item.path, item.entry.isDirectory ? AT_REMOVEDIR : 0)
        }
        guard let entry = below[path] else { return }
        let failed = unlinkat(root.descriptor, path, entry.isDirectory ? AT_REMOVEDIR : 0) != 0
        guard !failed || errno == ENOENT || errno == ENOTEMPTY else {
            throw ViewError.system("remove", root.path + "/" + path)
        }
    }
}
