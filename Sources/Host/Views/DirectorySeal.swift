// Whether a directory that nobody should touch was touched: a digest over what `lstat` says. Reads no content.

internal import Hashing
internal import Ports
internal import Vocabulary

/// Content that was verified once is trusted as long as nothing about the files changed, and only until the next boot:
/// nothing flushes them file by file.
struct DirectorySeal: Equatable {
    private let digest: Digest

    /// - Parameter hasChangeTimes: whether ctime counts: it sees through times that were set back, but also changes when
    ///   a file is made readable for a moment.
    /// - Throws: when something cannot be listed.
    init(of directory: String, hasChangeTimes: Bool) throws(ViewError) {
        var writer = ByteWriter()
        writer.string(bootIdentity)
        try DirectorySeal.walk(OpenDirectory(directory), hasChangeTimes, &writer)
        digest = Digest(of: writer.bytes)
    }

    private init(_ digest: Digest) {
        self.digest = digest
    }

    private static func walk(
        _ directory: borrowing OpenDirectory, _ hasChangeTimes: Bool, _ writer: inout ByteWriter
    ) throws(ViewError) {
        for name in try directory.names() {
            guard let status = try directory.status(name) else { continue }
            writer.string(name)
            writer.integer(status.kind.rawValue)
            writer.integer(status.mode)
            writer.integer(status.stamp.inode)
            writer.integer(status.stamp.modified)
            if hasChangeTimes { writer.integer(status.stamp.changed) }
            if status.kind == .directory {
                try walk(OpenDirectory(name, in: directory), hasChangeTimes, &writer)
                writer.integer(UInt8.max)
            } else {
                writer.integer(status.stamp.size)
            }
        }
    }

    func encode(into writer: inout ByteWriter) { writer.digest(digest) }

    init?(from reader: inout ByteReader) {
        guard let digest = reader.digest() else { return nil }
        self.init(digest)
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }
}
