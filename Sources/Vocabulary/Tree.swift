// A set of paths and what is at them: outputs of a task, the base of a workspace, a layer. Values only.

/// What is at one path.
public enum TreeEntry: Hashable, Sendable {
    /// A regular file: permission bits, size in bytes, digest of the content.
    case file(mode: UInt16, size: UInt64, digest: Digest)
    /// A symbolic link and its target, as written.
    case link(target: String)
    /// A directory and its permission bits.
    case directory(mode: UInt16)
    /// In a layer: what the layers below have here, and everything beneath it, is gone.
    case deleted
}

/// Paths in ascending order of their UTF-8 bytes, each with its entry.
///
/// Paths are relative, separated by `/`, without `.`, `..`, empty parts or a trailing slash; the root itself has no
/// entry. A directory's own entry precedes what is beneath it, though names that continue it with a byte before `/`
/// (`a-b` after `a`) stand in between. Two paths are one only if their bytes are: Linux keeps names apart that Unicode
/// calls equivalent.
///
/// In a complete tree (a base, a view) every directory has an entry of its own with its mode, also one that is there
/// only because something is beneath it. A layer lists what differs from the tree below: a directory that is below
/// with the same mode has no entry, and a parent that turns out to be missing below is implied with mode `0755`.
public struct Tree: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        public let path: String
        public let entry: TreeEntry

        public init(_ path: String, _ entry: TreeEntry) {
            self.path = path
            self.entry = entry
        }

        public static func == (lhs: Item, rhs: Item) -> Bool {
            lhs.entry == rhs.entry && lhs.path.utf8Equals(rhs.path)
        }
    }

    public let items: [Item]

    public init() {
        items = []
    }

    /// - Parameter items: in any order; of two with one path the last wins.
    public init(_ items: some Sequence<Item>) {
        // The standard sort is stable, so the last of equal paths stays last.
        var unique: [Item] = []
        for item in items.sorted(by: { $0.path.utf8Precedes($1.path) }) {
            if let last = unique.last, last.path.utf8Equals(item.path) { unique.removeLast() }
            unique.append(item)
        }
        self.items = unique
    }

    /// - Parameter sorted: ascending by UTF-8 bytes and without duplicates; this is the caller's promise.
    public init(sorted items: [Item]) {
        self.items = items
    }

    public var isEmpty: Bool { items.isEmpty }

    /// The entry at a path, found by binary search.
    public subscript(path: String) -> TreeEntry? {
        let index = firstIndex(notBefore: path)
        guard index < items.count, items[index].path.utf8Equals(path) else { return nil }
        return items[index].entry
    }

    /// Position of the first item whose path does not precede the given one.
    public func firstIndex(notBefore path: String) -> Int {
        var low = 0
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if items[middle].path.utf8Precedes(path) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension String {
    /// Byte order, the order of all path lists: Swift's own `<` compares by Unicode normalisation.
    public func utf8Precedes(_ other: String) -> Bool {
        utf8Compared(to: other) < 0
    }

    /// Byte equality, the identity of paths: `==` also holds for names that Unicode merely calls equivalent.
    public func utf8Equals(_ other: String) -> Bool {
        utf8.count == other.utf8.count && utf8Compared(to: other) == 0
    }

    /// Negative, zero or positive, as `memcmp` has it, the shorter of two that begin alike first.
    public func utf8Compared(to other: String) -> Int {
        let byBytes = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                compare(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        if let result = byBytes, let result { return result }
        // Strings that are not stored as UTF-8 do not occur on Linux; this is for completeness.
        return utf8.elementsEqual(other.utf8) ? 0 : utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
    }
}

/// Eight bytes at a time: long paths mostly begin alike.
private func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    var position = 0
    while position + 8 <= common {
        let one = left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let other = right.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        if one != other { return one.bigEndian < other.bigEndian ? -1 : 1 }
        position += 8
    }
    while position < common {
        if left[position] != right[position] { return left[position] < right[position] ? -1 : 1 }
        position += 1
    }
    return left.count - right.count
}
