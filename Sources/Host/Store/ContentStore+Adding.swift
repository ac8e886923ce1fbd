// Taking content in: small into a segment, large as a file of its own. Does not give anything out.

import Glibc
import Hashing
public import Ports
public import Vocabulary

extension ContentStore: BlobWriting {
    public func add(_ bytes: [UInt8]) throws(StoreError) -> Digest {
        let digest = Digest(of: bytes)
        if isRefused || contains(digest) { return digest }
        if bytes.count <= ContentStore.smallSize {
            try append([NewEntry(.blob, digest, bytes)])
            return digest
        }
        return try addFile { (target) throws(SystemFailure) in
            try target.write(bytes)
            return (digest, UInt64(bytes.count))
        }
    }

    public func add(fileAt path: String) throws(StoreError) -> Digest {
        let source = try openRegularFile(path)
        if isRefused {
            do throws(SystemFailure) { return try FileCopies.hash(source).digest } catch { throw error.asStoreError }
        }
        // A file that has grown since is not small; what was read is what counts.
        if source.size <= Int64(ContentStore.smallSize), let bytes = try readSmall(source) { return try add(bytes) }
        return try addFile { (target) throws(SystemFailure) in try FileCopies.copy(source, to: target) }
    }

    /// Not blocking, in case the path is a FIFO by now.
    private func openRegularFile(_ path: String) throws(StoreError) -> StoreFile {
        do throws(SystemFailure) {
            let file = try StoreFile.open(path, O_RDONLY | O_NONBLOCK)
            guard let status = file.status, status.st_mode & S_IFMT == S_IFREG else {
                throw SystemFailure("store (it is not a regular file)", path, code: EINVAL)
            }
            return file
        } catch {
            throw error.asStoreError
        }
    }

    /// Everything from the file's start; nil when that is more than a segment takes.
    private func readSmall(_ source: StoreFile) throws(StoreError) -> [UInt8]? {
        var failure: SystemFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: ContentStore.smallSize + 1) { buffer, count in
            while count < buffer.count {
                let got = pread(
                    source.descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = SystemFailure("read", source.path) }
                guard got > 0 else { return }
                count += got
            }
        }
        if let failure { throw failure.asStoreError }
        return bytes.count <= ContentStore.smallSize ? bytes : nil
    }

    /// Fills a temporary file, gives it its name, and appends the entry that says so.
    private func addFile(
        filledBy fill: (StoreFile) throws(SystemFailure) -> (digest: Digest, size: UInt64)
    ) throws(StoreError) -> Digest {
        let content: (digest: Digest, size: UInt64)
        do throws(SystemFailure) {
            let target = try makeTemporary()
            var isRenamed = false
            defer { if !isRenamed { unlink(target.path) } }
            content = try fill(target)
            if contains(content.digest) { return content.digest }
            fchmod(target.descriptor, 0o444)
            let written = target.status
            try place(target.path, at: blobPath(content.digest))
            isRenamed = true
            noteVerified(content.digest, in: target, since: written)
        } catch {
            throw refuse(error)
        }
        writes.noteFile()
        try append([NewEntry(.largeBlob, content.digest, tag: content.size)])
        return content.digest
    }

    /// Nobody but this process could write to the file while it had no name. Naming it has set another time: from then
    /// on every change shows, and none came between if the content's time is still what it was.
    private func noteVerified(_ digest: Digest, in file: StoreFile, since written: stat?) {
        guard let verified, let written, let named = file.status,
            FileStamp(named).modified == FileStamp(written).modified
        else { return }
        verified.note(digest, in: file, at: blobPath(digest), named, takenAt: Machine.wallTime)
    }

    private func place(_ temporary: String, at path: String) throws(SystemFailure) {
        if rename(temporary, path) == 0 { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw SystemFailure("rename", path) }
        try DirectoryNames.make(String(path[..<slash]))
        guard rename(temporary, path) == 0 else { throw SystemFailure("rename", path) }
    }
}
