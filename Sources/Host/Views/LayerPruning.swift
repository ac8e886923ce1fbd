// Turns an upper directory into exactly one layer as it is kept. Trusts the content: it was hashed when captured.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary
internal import Workspace

/// The walk that removes what is not in the layer and puts the rest into the store's form.
struct LayerPruning {
    private let layer: Tree
    private let owner = geteuid()
    private let group = getegid()
    private let makesWhiteouts: Bool
    private var kept = 0

    private init(layer: Tree, makesWhiteouts: Bool) {
        self.layer = layer
        self.makesWhiteouts = makesWhiteouts
    }

    /// - Throws: also when the directory lacks something that the layer lists.
    static func prune(_ upper: String, to layer: Tree, makesWhiteouts: Bool) throws(ViewError) {
        var pruning = LayerPruning(layer: layer, makesWhiteouts: makesWhiteouts)
        let root = try OpenDirectory(upper)
        try pruning.walk(root, path: "")
        try pruning.addWhiteouts(in: root)
        _ = tg_view_strip_attributes(root.descriptor)
        guard fchmod(root.descriptor, 0o755) == 0 else { throw ViewError.system("set the mode of", upper) }
        guard pruning.kept == layer.items.count else {
            throw ViewError(
                "\(layer.items.count - pruning.kept) of \(layer.items.count) captured changes are no longer in \(upper)"
            )
        }
        try pruning.setModes(in: root)
    }

    private mutating func walk(_ directory: borrowing OpenDirectory, path: String) throws(ViewError) {
        for name in try directory.names() {
            let path = path.isEmpty ? name : path + "/" + name
            guard let status = try directory.status(name) else { continue }
            switch (status.kind, layer[path]) {
            case (.regular, .file(let mode, _, _)?):
                try own(name, status, in: directory)
                tg_view_strip_attributes_at(directory.descriptor, name, UInt32(mode))
                kept += 1
            case (.symbolicLink, .link?):
                try own(name, status, in: directory)
                kept += 1
            case (.directory, let entry) where entry?.isDirectory == true || isNeeded(path, entry):
                try own(name, status, in: directory)
                if status.mode & 0o700 != 0o700 { try directory.setMode(name, 0o700) }
                let inner = try OpenDirectory(name, in: directory)
                _ = tg_view_strip_attributes(inner.descriptor)
                try walk(inner, path: path)
                if entry != nil { kept += 1 }
            case (_, .deleted?) where status.isWhiteout: continue
            default: try directory.remove(name)
            }
        }
    }

    /// Whether the layer has something beneath a directory without an entry of its own.
    private func isNeeded(_ path: String, _ entry: TreeEntry?) -> Bool {
        entry == nil && !layer.range(beneath: path).isEmpty
    }

    /// Layers belong to whoever publishes them; owners are not recorded.
    private func own(_ name: String, _ status: EntryStatus, in directory: borrowing OpenDirectory) throws(ViewError) {
        guard status.owner != owner else { return }
        guard fchownat(directory.descriptor, name, owner, group, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw ViewError.system("take over", directory.path + "/" + name)
        }
        // Changing the owner clears the set-user-id bit.
        if status.kind != .symbolicLink { try directory.setMode(name, status.mode) }
    }

    /// Deletions that overlayfs had written down as opaque directories.
    private mutating func addWhiteouts(in root: borrowing OpenDirectory) throws(ViewError) {
        for item in layer.items where item.entry == .deleted {
            kept += 1
            guard makesWhiteouts, try root.status(item.path)?.isWhiteout != true else { continue }
            for directory in sequence(first: item.path, next: \.parentPath).dropFirst().reversed() {
                if try root.status(directory) == nil { try root.makeDirectory(directory) }
            }
            try root.makeWhiteout(item.path)
        }
    }

    /// The modes of directories come last: they may take the right to change what is inside away.
    private func setModes(in root: borrowing OpenDirectory) throws(ViewError) {
        var last: String?
        for item in layer.items {
            var path = item.path.parentPath
            if let path, let last, path.utf8Equals(last) { continue }
            last = path
            // A directory with an entry of its own looks after those above it.
            while let directory = path, layer[directory] == nil {
                // Above deletions alone there is no directory where there are no whiteouts.
                if !makesWhiteouts, try root.status(directory) == nil { break }
                try root.setMode(directory, impliedDirectoryMode)
                path = directory.parentPath
            }
        }
        for item in layer.items.reversed() {
            if case .directory(let mode) = item.entry { try root.setMode(item.path, mode) }
        }
    }
}
