// The seam to the disk: reading apart from writing. Paths are absolute.

public import Vocabulary

/// A failed operation on a path, with the system's reason.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as a verb: `read`, `create`, `rename` …
    public let operation: String
    public let path: String
    /// `errno`.
    public let code: Int32
    /// The system's text for the code.
    public let reason: String

    public init(operation: String, path: String, code: Int32, reason: String) {
        self.operation = operation
        self.path = path
        self.code = code
        self.reason = reason
    }

    public var description: String { "cannot \(operation) \(path): \(reason)" }
}

/// One name in a directory.
public struct DirectoryEntry: Hashable, Sendable {
    public let name: String
    public let kind: FileKind

    public init(name: String, kind: FileKind) {
        self.name = name
        self.kind = kind
    }
}

/// A regular file as one opening found it: status and content are of the same file.
public struct FileContent: Sendable {
    public let status: FileStatus
    public let bytes: [UInt8]
    /// Nanoseconds since the epoch, after the status was read and before the content was.
    public let takenAt: UInt64

    public init(status: FileStatus, bytes: [UInt8], takenAt: UInt64) {
        self.status = status
        self.bytes = bytes
        self.takenAt = takenAt
    }
}

public protocol FileReading: Sendable {
    /// `lstat`; nil when nothing is there.
    func status(_ path: String) throws(FileError) -> FileStatus?
    /// The names in a directory in byte order, without `.` and `..`.
    func entries(_ directory: String) throws(FileError) -> [DirectoryEntry]
    func bytes(_ path: String) throws(FileError) -> [UInt8]
    /// A small file as a whole. Nil when anything is unusual: it is not there, no regular file, longer than the limit (in
    /// bytes), or changes meanwhile. A link is not followed.
    func content(_ path: String, upTo limit: Int) -> FileContent?
    func linkTarget(_ path: String) throws(FileError) -> String
    /// SHA-256 of a regular file's content, read in pieces.
    func digest(_ path: String) throws(FileError) -> Digest
}

public protocol FileWriting: Sendable {
    /// Creates the directory and the missing ones above it.
    func makeDirectory(_ path: String, mode: UInt16) throws(FileError)
    /// Writes a temporary file beside the path and renames it into place.
    func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(FileError)
    func makeLink(_ path: String, target: String) throws(FileError)
    func setMode(_ path: String, _ mode: UInt16) throws(FileError)
    /// Removes whatever is there, with everything beneath; nothing there is no error.
    func remove(_ path: String) throws(FileError)
}
