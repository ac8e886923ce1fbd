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
    /// The digest that somebody takes who reads the file anyway, as when an output is stored; it is remembered.
    /// - Parameters:
    ///   - status: as it was before the content is read.
    ///   - take: reads the content.
    func digest(
        of path: String, status: FileStatus, takenBy take: () throws(StoreError) -> Digest
    ) throws(StoreError) -> Digest
    /// Takes over the digest of a file that somebody has read as a whole.
    func remember(_ digest: Digest, of path: String, _ content: FileContent)
    /// Makes what was learned durable; losing it only costs rehashing.
    func save()
}

extension FileDigesting {
    /// Forgetting costs rehashing only.
    public func digest(
        of path: String, status: FileStatus, takenBy take: () throws(StoreError) -> Digest
    ) throws(StoreError) -> Digest {
        try take()
    }

    /// Forgetting costs rehashing only.
    public func remember(_ digest: Digest, of path: String, _ content: FileContent) {}
}
