// What stat says about a file, as values. Touches no disk.

/// What decides cheaply whether a file is the one whose digest is known. 32 bytes.
///
/// Times are nanoseconds since the epoch. ctime is there because mtime can be set back.
public struct FileStamp: Hashable, Sendable {
    public let inode: UInt64
    public let size: UInt64
    public let modified: Int64
    public let changed: Int64

    @inlinable
    public init(inode: UInt64, size: UInt64, modified: Int64, changed: Int64) {
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}

/// The type of a directory entry.
public enum FileKind: UInt8, Sendable {
    case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice
}

/// The answer of `lstat`.
public struct FileStatus: Hashable, Sendable {
    public let kind: FileKind
    /// Permission bits only (`07777`).
    public let mode: UInt16
    public let stamp: FileStamp

    @inlinable
    public init(kind: FileKind, mode: UInt16, stamp: FileStamp) {
        self.kind = kind
        self.mode = mode
        self.stamp = stamp
    }
}
