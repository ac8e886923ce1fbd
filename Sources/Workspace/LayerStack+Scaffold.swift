// Where directories as they stand on disk and the algebra of layers would disagree. Says what to lay on top; lays
// nothing.

public import Vocabulary

extension LayerStack {
    /// What must lie on top of the layers' directories so that an overlay of them shows exactly `view`; mostly nothing.
    ///
    /// On disk a layer has a directory (of mode `0755`) above everything it changes, deletions too. Laid over another
    /// base
    /// than the one it was made on, that directory would hide the base's mode, appear where the view has nothing, or
    /// list the whiteouts in it, because overlayfs only filters directories that really merge.
    /// - Parameter view: `self.view`, which the caller has at hand.
    public func scaffold(for view: Tree) -> Tree {
        var needed: [Tree.Item] = []
        for path in directoriesOnDisk() where view.hasDirectory(path.parentPath) {
            switch view[path] {
            case .directory(let mode):
                if mode != impliedDirectoryMode || !base.hasDirectory(path) {
                    needed.append(Tree.Item(path, .directory(mode: mode)))
                }
            case let entry?: needed.append(Tree.Item(path, entry))
            case nil: needed.append(Tree.Item(path, .deleted))
            }
        }
        // Parents of what is laid on top are laid on top with their own modes.
        var complete = Tree(needed)
        for item in complete.items where item.path.parentPath != nil {
            var ancestor = item.path.parentPath
            while let path = ancestor, complete[path] == nil, case .directory(let mode)? = view[path] {
                complete = Tree(complete.items + [Tree.Item(path, .directory(mode: mode))])
                ancestor = path.parentPath
            }
        }
        return complete
    }

    /// Directories that layers have on disk only because something is beneath, or that hold whiteouts.
    private func directoriesOnDisk() -> [String] {
        var seen: Set<ByteString> = []
        for layer in layers {
            var last: String?
            for item in layer.items {
                guard var path = item.path.parentPath else { continue }
                if item.entry != .deleted, let known = last, known.utf8Equals(path) { continue }
                if item.entry == .deleted { seen.insert(ByteString(path)) } else { last = path }
                while true {
                    if layer[path] == nil { seen.insert(ByteString(path)) }
                    guard let parent = path.parentPath else { break }
                    path = parent
                }
            }
        }
        return seen.map(\.text).sorted { $0.utf8Precedes($1) }
    }
}
