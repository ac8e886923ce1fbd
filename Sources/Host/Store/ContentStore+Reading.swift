// Giving blobs out: in memory or as files, verified. Does not add anything.

import Glibc
import Hashing
public import Ports
import Synchronization
public import Vocabulary

extension ContentStore: BlobReading {
    public func contains(_ digest: Digest) -> Bool {
        guard let (place, file) = locate(digest) else { return false }
        guard let file else { return sizeOfFile(at: blobPath(digest)) == place.size }
        return withUnsafeTemporaryAllocation(byteCount: SegmentEntry.headerSize, alignment: 8) { buffer in
            guard file.read(into: buffer, at: place.offset) == buffer.count,
                let entry = SegmentEntry(header: UnsafeRawBufferPointer(buffer)), entry.address == digest,
                UInt64(entry.length) == place.size
            else { return false }
            // A segment without a name is about to be gone for everybody else.
            guard let status = file.status, status.st_nlink > 0 else { return false }
            return place.offset + Int64(entry.totalSize) <= status.st_size
        }
    }

    public func bytes(_ digest: Digest) -> [UInt8]? {
        guard let (place, file) = locate(digest) else { return nil }
        let found = file.map { payload(of: digest, .blob, in: $0, at: place.offset, size: Int(place.size)) }
        guard let bytes = found ?? wholeFile(digest, size: place.size), Digest(of: bytes) == digest else {
            forgetDamaged(digest, isOwnFile: file == nil)
            return nil
        }
        return bytes
    }

    public func restore(_ digest: Digest, to path: String, mode: UInt16) throws(StoreError) -> Bool {
        guard let (place, file) = locate(digest) else { return false }
        do throws(SystemFailure) {
            guard file == nil else {
                guard let bytes = bytes(digest) else { return false }
                try replace(path, mode: mode) { (target) throws(SystemFailure) in
                    try target.write(bytes)
                    return true
                }
                return true
            }
            guard try restoreFile(digest, size: place.size, to: path, mode: mode) else {
                forgetDamaged(digest, isOwnFile: true)
                return false
            }
            return true
        } catch {
            throw StoreError("cannot restore \(path): \(error)")
        }
    }

    /// Content in a file of its own: read and hashed on the way unless that file is known to be right.
    private func restoreFile(
        _ digest: Digest, size: UInt64, to path: String, mode: UInt16
    ) throws(SystemFailure) -> Bool {
        let blob = blobPath(digest)
        guard let source = try? StoreFile.open(blob, O_RDONLY), let status = source.status,
            UInt64(status.st_size) == size
        else { return false }
        let takenAt = Machine.wallTime
        let isKnown = verified?.know(digest, at: blob, status) ?? false
        return try replace(path, mode: mode) { (target) throws(SystemFailure) in
            lseek(source.descriptor, 0, SEEK_SET)
            if isKnown {
                guard try FileCopies.copyUnread(source, to: target) == size else { return false }
                // Else somebody has changed it since it was looked at: it is no longer known.
                if let now = source.status, FileStamp(now) == FileStamp(status) { return true }
                ftruncate(target.descriptor, 0)
                lseek(target.descriptor, 0, SEEK_SET)
                lseek(source.descriptor, 0, SEEK_SET)
            }
            guard try FileCopies.copy(source, to: target).digest == digest else { return false }
            verified?.note(digest, in: source, at: blob, status, takenAt: takenAt)
            return true
        }
    }

    /// Fills a temporary file and renames it over what is there, unless filling says no.
    @discardableResult
    private func replace(
        _ path: String, mode: UInt16, filledBy fill: (StoreFile) throws(SystemFailure) -> Bool
    ) throws(SystemFailure) -> Bool {
        // Again when the directory has to be made first, and when it turns out to be on another filesystem.
        for attempt in 0... {
            let (file, unfinished) = try makeUnfinished(for: path)
            do throws(SystemFailure) {
                guard try fill(file) else {
                    staging.discard(unfinished)
                    return false
                }
                guard fchmod(file.descriptor, mode_t(mode)) == 0 else {
                    throw SystemFailure("change the mode of", file.path)
                }
            } catch {
                staging.discard(unfinished)
                throw error
            }
            do throws(SystemFailure) {
                if try staging.place(unfinished, at: path) { return true }
            } catch {
                guard error.code == ENOENT, attempt < 3 else { throw error }
                try DirectoryNames.make(Staging.parent(of: path))
            }
        }
        return false
    }

    private func makeUnfinished(for path: String) throws(SystemFailure) -> (StoreFile, Staging.Unfinished) {
        var file: StoreFile?
        let unfinished = try staging.make(for: path) { name in
            do throws(SystemFailure) {
                file = try StoreFile.open(name, O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
                return 0
            } catch {
                return error.code
            }
        }
        guard let file else { throw SystemFailure("create", unfinished.path, code: EIO) }
        return (file, unfinished)
    }
}

extension ContentStore {
    /// Where the content should be: in a segment's file, or (nil) in a file of its own.
    private func locate(_ digest: Digest) -> (place: BlobPlace, file: StoreFile?)? {
        catalogue.withLock { catalogue in
            catalogue.blob(digest).map { place in (place, place.segment.map { catalogue.segments[$0].file }) }
        }
    }

    /// The payload of an entry whose header says what was expected; nil otherwise. Its bytes are not verified.
    func payload(
        of address: Digest, _ kind: SegmentEntry.Kind, in file: StoreFile, at offset: Int64, size: Int,
        isChecked: Bool = false
    ) -> [UInt8]? {
        // A damaged index may ask for more than there is; do not allocate for it.
        guard offset >= 0, size < 4096 || offset <= file.size - Int64(size) else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: SegmentEntry.headerSize + size, alignment: 8) { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            guard file.read(into: buffer, at: offset) == buffer.count, let entry = SegmentEntry(header: bytes),
                entry.kind == kind, entry.address == address, Int(entry.length) == size,
                !isChecked || SegmentEntry.isIntact(bytes)
            else { return nil }
            return Array(bytes[SegmentEntry.headerSize...])
        }
    }

    private func wholeFile(_ digest: Digest, size: UInt64) -> [UInt8]? {
        guard let file = try? StoreFile.open(blobPath(digest), O_RDONLY), UInt64(file.size) == size else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return bytes.count == Int(size) ? bytes : nil
    }

    /// So that the next `add` of the same content replaces it.
    private func forgetDamaged(_ digest: Digest, isOwnFile: Bool) {
        catalogue.withLock { $0.markDamaged(digest) }
        if isOwnFile { unlink(blobPath(digest)) }
    }

    func blobPath(_ digest: Digest) -> String {
        let hex = digest.hex
        return "\(layout.blobs)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    private func sizeOfFile(at path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_size) : nil
    }
}
