// The seam to the memory of file digests: a file is hashed again only when its stamp says so.

public import Vocabulary

/// Digests of files by path, remembered across runs. Safe to use from several threads.
///
/// A remembered digest is used only when inode, size, mtime and ctime are the same and none of the times lies within
/// one clock tick of, or after, the moment the digest was taken.
public protocol FileDigesting: Sendable {
    /// - Parameters:
    ///   - path: absolute path of a regular file.
    ///   - status: its fresh status.
    func digest(of path: String, status: FileStatus) throws(FileError) -> Digest
    /// Takes over a digest that was computed elsewhere, as when an output was stored.
    /// - Parameters:
    ///   - status: as it was before the content was read.
    ///   - takenAt: nanoseconds since the epoch, between the status and the reading.
    func remember(_ digest: Digest, of path: String, status: FileStatus, takenAt: UInt64)
    /// Makes what was learned durable; losing it only costs rehashing.
    func save()
}

extension FileDigesting {
    /// Forgetting costs rehashing only.
    public func remember(_ digest: Digest, of path: String, status: FileStatus, takenAt: UInt64) {}
}
