// The one byte form of a tree: what is hashed is what is stored.

extension Tree {
    /// Version of the format, the first byte.
    public static let formatVersion: UInt8 = 1

    public func encode(into writer: inout ByteWriter) {
        writer.integer(Tree.formatVersion)
        writer.integer(UInt32(items.count))
        for item in items {
            writer.string(item.path)
            switch item.entry {
            case .file(let mode, let size, let digest):
                writer.integer(UInt8(0))
                writer.integer(mode)
                writer.integer(size)
                writer.digest(digest)
            case .link(let target):
                writer.integer(UInt8(1))
                writer.string(target)
            case .directory(let mode):
                writer.integer(UInt8(2))
                writer.integer(mode)
            case .deleted:
                writer.integer(UInt8(3))
            }
        }
    }

    public var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// Nil when the bytes are torn or of another version.
    public init?(from reader: inout ByteReader) {
        guard reader.integer(UInt8.self) == Tree.formatVersion, let count = reader.integer(UInt32.self) else {
            return nil
        }
        var items: [Item] = []
        for _ in 0..<count {
            guard let path = reader.string(), let kind = reader.integer(UInt8.self),
                let entry = TreeEntry(kind: kind, from: &reader)
            else { return nil }
            items.append(Item(path, entry))
        }
        self.init(sorted: items)
    }
}

extension TreeEntry {
    fileprivate init?(kind: UInt8, from reader: inout ByteReader) {
        switch kind {
        case 0:
            guard let mode = reader.integer(UInt16.self), let size = reader.integer(UInt64.self),
                let digest = reader.digest()
            else { return nil }
            self = .file(mode: mode, size: size, digest: digest)
        case 1:
            guard let target = reader.string() else { return nil }
            self = .link(target: target)
        case 2:
            guard let mode = reader.integer(UInt16.self) else { return nil }
            self = .directory(mode: mode)
        case 3: self = .deleted
        default: return nil
        }
    }
}
