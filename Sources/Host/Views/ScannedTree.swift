// A tree with the stamps that prove it still holds, and its byte form. Touches no disk.

internal import Vocabulary

/// What a directory held at one moment, and how to see cheaply that it still does.
struct ScannedTree: Sendable {
    var tree: Tree
    /// One per item of the tree.
    var stamps: [FileStamp]
    var root: FileStamp
    /// Nanoseconds since the epoch when the scan began.
    var takenAt: Int64

    /// Times this close to the scan prove nothing: kernels before 6.13 advance a file's times only with their tick.
    static let tick: Int64 = 20_000_000

    /// Whether a stamp that has not changed since the scan proves that the content has not.
    func isTrusted(_ stamp: FileStamp) -> Bool {
        max(stamp.modified, stamp.changed) + ScannedTree.tick < takenAt
    }

    /// The entry of a file if its stamp proves that it is still the same.
    func entry(at path: String, stamp: FileStamp) -> TreeEntry? {
        let index = tree.firstIndex(notBefore: path)
        guard index < tree.items.count, tree.items[index].path.utf8Equals(path), stamps[index] == stamp,
            isTrusted(stamp)
        else { return nil }
        return tree.items[index].entry
    }
}

extension ScannedTree {
    func encode(into writer: inout ByteWriter) {
        tree.encode(into: &writer)
        for stamp in stamps { stamp.encode(into: &writer) }
        root.encode(into: &writer)
        writer.integer(takenAt)
    }

    /// Nil when the bytes are torn.
    init?(from reader: inout ByteReader) {
        guard let tree = Tree(from: &reader) else { return nil }
        var stamps: [FileStamp] = []
        stamps.reserveCapacity(tree.items.count)
        for _ in tree.items {
            guard let stamp = FileStamp(from: &reader) else { return nil }
            stamps.append(stamp)
        }
        guard let root = FileStamp(from: &reader), let takenAt: Int64 = reader.integer() else { return nil }
        self.init(tree: tree, stamps: stamps, root: root, takenAt: takenAt)
    }
}

extension FileStamp {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(inode)
        writer.integer(size)
        writer.integer(modified)
        writer.integer(changed)
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let inode: UInt64 = reader.integer(), let size: UInt64 = reader.integer(),
            let modified: Int64 = reader.integer(), let changed: Int64 = reader.integer()
        else { return nil }
        self.init(inode: inode, size: size, modified: modified, changed: changed)
    }
}
