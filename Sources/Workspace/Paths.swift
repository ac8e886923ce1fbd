// Relative paths as the algebra of trees needs them: parents, what is beneath, byte order. Touches no disk.

public import Vocabulary

extension String {
    /// The path of the directory this path is in; nil for a name directly in the root.
    public var parentPath: String? {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return String(self[..<slash])
    }

    /// Whether this path lies beneath another (not when it is the same).
    public func isBeneath(_ directory: String) -> Bool {
        let own = utf8
        let other = directory.utf8
        guard own.count > other.count, own.starts(with: other) else { return false }
        return own[own.index(own.startIndex, offsetBy: other.count)] == UInt8(ascii: "/")
    }
}

extension TreeEntry {
    public var isDirectory: Bool {
        if case .directory = self { true } else { false }
    }
}

extension Tree {
    /// Positions of the items beneath a path. They stand together because `0` is the byte after `/`.
    public func range(beneath path: String) -> Range<Int> {
        let first = firstIndex(notBefore: path + "/")
        return first..<max(first, firstIndex(notBefore: path + "0"))
    }

    /// Whether there is a directory at the path; nil stands for the root, which always is one.
    func hasDirectory(_ path: String?) -> Bool {
        guard let path else { return true }
        return self[path]?.isDirectory ?? false
    }
}
