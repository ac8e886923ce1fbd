// Whether items that came from outside really form a tree or a layer. Decides what is trusted after reading a manifest.

public import Vocabulary

extension Tree {
    /// Whether this is a layer: paths ascending, relative and without `.` and `..`, and nothing beneath what is not a
    /// directory. A complete tree is one too.
    public var isWellFormed: Bool {
        var lastParent: String?
        for (position, item) in items.enumerated() {
            guard item.path.isPlainRelativePath else { return false }
            guard position == 0 || items[position - 1].path.utf8Precedes(item.path) else { return false }
            // Neighbours mostly share their directory, which then is looked at once.
            guard let parent = item.path.parentPath, lastParent.map({ $0.utf8Equals(parent) }) != true else { continue }
            lastParent = parent
            for ancestor in sequence(first: parent, next: \.parentPath) {
                guard let entry = self[ancestor] else { continue }
                if entry.isDirectory { break }
                return false
            }
        }
        return true
    }

    /// Whether this is a complete tree: a well-formed one without deletions in which every parent has an entry.
    public var isComplete: Bool {
        isWellFormed && items.allSatisfy { $0.entry != .deleted && hasDirectory($0.path.parentPath) }
    }
}

extension String {
    /// Relative, no empty part, no `.` or `..`, no zero byte. One pass: manifests have thousands of paths.
    var isPlainRelativePath: Bool {
        var length = 0
        var isOnlyDots = true
        for byte in utf8 {
            if byte == UInt8(ascii: "/") {
                if length == 0 || (isOnlyDots && length <= 2) { return false }
                length = 0
                isOnlyDots = true
            } else {
                if byte == 0 { return false }
                length += 1
                isOnlyDots = isOnlyDots && byte == UInt8(ascii: ".")
            }
        }
        return length > 0 && !(isOnlyDots && length <= 2)
    }
}
