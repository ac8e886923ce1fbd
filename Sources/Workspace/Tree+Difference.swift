// The smallest layer that makes one tree out of another. Compares entries, not times or owners: trees have none.

public import Vocabulary

extension Tree {
    /// The layer which, applied to this tree, gives the other. Both are complete (every directory has an entry).
    ///
    /// Smallest: what is equal has no entry, the deletion of a directory stands for everything that was beneath it,
    /// and so
    /// does the file or link that took a directory's place.
    public func difference(to other: Tree) -> Tree {
        var layer: [Item] = []
        var own = 0
        var its = 0
        while own < items.count || its < other.items.count {
            let order: Int
            if own == items.count {
                order = 1
            } else if its == other.items.count {
                order = -1
            } else {
                order = items[own].path.utf8Compared(to: other.items[its].path)
            }
            if order < 0 {
                // Without its directory it is gone by that directory's entry.
                if other.hasDirectory(items[own].path.parentPath) { layer.append(Item(items[own].path, .deleted)) }
                own += 1
                continue
            }
            if order > 0 || items[own].entry != other.items[its].entry { layer.append(other.items[its]) }
            if order == 0 { own += 1 }
            its += 1
        }
        return Tree(sorted: layer)
    }
}
