// What was seen at a path, so that a later look can be compared with it. Touches no disk.

/// One look at one path.
public struct Observation: Hashable, Sendable {
    /// Absolute.
    public let path: String
    /// Nil: nothing was there.
    public let status: FileStatus?
    /// Whether only type and mode count, as for a directory whose names nobody asked for.
    public let isTypeOnly: Bool

    public init(path: String, status: FileStatus?, isTypeOnly: Bool = false) {
        self.path = path
        self.status = status
        self.isTypeOnly = isTypeOnly
    }
}

extension Observation {
    public func encode(into writer: inout ByteWriter) {
        writer.string(path)
        writer.integer(UInt8(isTypeOnly ? 1 : 0))
        writer.integer(status.map { $0.kind.rawValue } ?? UInt8.max)
        guard let status else { return }
        writer.integer(status.mode)
        writer.integer(status.stamp.inode)
        writer.integer(status.stamp.size)
        writer.integer(status.stamp.modified)
        writer.integer(status.stamp.changed)
    }

    /// Nil when the bytes are torn.
    public init?(from reader: inout ByteReader) {
        guard let path = reader.string(), let isTypeOnly: UInt8 = reader.integer(),
            let kind: UInt8 = reader.integer()
        else { return nil }
        if kind == UInt8.max {
            self.init(path: path, status: nil, isTypeOnly: isTypeOnly != 0)
            return
        }
        guard let kind = FileKind(rawValue: kind), let mode: UInt16 = reader.integer(),
            let inode: UInt64 = reader.integer(), let size: UInt64 = reader.integer(),
            let modified: Int64 = reader.integer(), let changed: Int64 = reader.integer()
        else { return nil }
        let stamp = FileStamp(inode: inode, size: size, modified: modified, changed: changed)
        self.init(
            path: path, status: FileStatus(kind: kind, mode: mode, stamp: stamp), isTypeOnly: isTypeOnly != 0)
    }
}
