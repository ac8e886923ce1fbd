// Whether items that came from outside really form a tree or a layer. Decides what is trusted after reading a manifest.

public import Vocabulary

extension Tree {
    /// Whether this is a layer: paths ascending, relative and without `.` and `..`, and nothing beneath what is not a
    /// directory. A complete tree is one too.
    public var isWellFormed: Bool {
        for (position, item) in items.enumerated() {
            guard item.path.isPlainRelativePath else { return false }
            guard position == 0 || items[position - 1].path.utf8Precedes(item.path) else { return false }
            if !item.entry.isDirectory, !range(beneath: item.path).isEmpty { return false }
        }
        return true
    }

    /// Whether this is a complete tree: a well-formed one without deletions in which every parent has an entry.
    public var isComplete: Bool {
        isWellFormed && items.allSatisfy { $0.entry != .deleted && hasDirectory($0.path.parentPath) }
    }
}

extension String {
    var isPlainRelativePath: Bool {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8) && !part.contains(0)
        }
    }
}
