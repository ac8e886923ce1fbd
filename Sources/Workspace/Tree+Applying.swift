// What a view shows: a tree with layers on it. Knows nothing of how a view is mounted or copied.

public import Vocabulary

/// The mode of a directory that a layer needs and nothing below has.
public let impliedDirectoryMode: UInt16 = 0o755

extension Tree {
    /// This tree with a layer on it.
    ///
    /// A file, link or deletion hides whatever is at its path and everything beneath. A directory joins a directory
    /// that
    /// is there, giving it its mode, and replaces anything else. Parents that are missing are made.
    public func applying(_ layer: Tree) -> Tree {
        guard !layer.isEmpty else { return self }
        let hidden = ranges(hiddenBy: layer)
        let upper = layer.addingImpliedDirectories(over: self)
        var merged: [Item] = []
        merged.reserveCapacity(items.count + upper.count)
        var nextHidden = 0
        var own = 0
        var other = 0
        while own < items.count || other < upper.count {
            if nextHidden < hidden.count, own >= hidden[nextHidden].lowerBound {
                own = max(own, hidden[nextHidden].upperBound)
                nextHidden += 1
                continue
            }
            let order: Int
            if own == items.count {
                order = 1
            } else if other == upper.count {
                order = -1
            } else {
                order = items[own].path.utf8Compared(to: upper[other].path)
            }
            if order < 0 {
                merged.append(items[own])
                own += 1
            } else {
                if upper[other].entry != .deleted { merged.append(upper[other]) }
                other += 1
                if order == 0 { own += 1 }
            }
        }
        return Tree(sorted: merged)
    }

    /// This tree with several layers on it, the lowest first.
    public func applying(_ layers: [Tree]) -> Tree {
        layers.reduce(self) { $0.applying($1) }
    }

    /// Several layers, the lowest first, as the one layer that does the same to this tree.
    ///
    /// There is no such layer for all trees at once: "all of `d` is gone, and `d/new` is there" can only be written
    /// down by
    /// naming what was in `d`.
    public func combining(_ layers: [Tree]) -> Tree {
        difference(to: applying(layers))
    }

    /// Positions of what lies beneath the files, links and deletions of a layer; ascending, none empty.
    private func ranges(hiddenBy layer: Tree) -> [Range<Int>] {
        layer.items.lazy
            .filter { !$0.entry.isDirectory }
            .map { range(beneath: $0.path) }
            .filter { !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
    }

    /// The items of this layer and the parents which they need and neither the layer nor the tree below has.
    private func addingImpliedDirectories(over below: Tree) -> [Item] {
        var implied: [Item] = []
        var checked: String?
        for item in items where item.entry != .deleted {
            var path = item.path.parentPath
            guard path != nil, path.map({ parent in checked.map { $0.utf8Equals(parent) } ?? false }) != true else {
                continue
            }
            checked = path
            while let parent = path, self[parent] == nil, !below.hasDirectory(parent) {
                implied.append(Item(parent, .directory(mode: impliedDirectoryMode)))
                path = parent.parentPath
            }
        }
        return implied.isEmpty ? items : Tree(items + implied).items
    }
}
