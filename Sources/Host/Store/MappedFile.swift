// A whole file as read-only memory. Only for files that are replaced by renaming and never changed in place.

import Glibc

/// Unmapped when the last user lets go; the file may be gone from its directory by then.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let inode: UInt64

    /// Nil when the file is missing, empty or cannot be mapped.
    init?(_ path: String) {
        guard let file = try? StoreFile.open(path, O_RDONLY), let status = file.status, status.st_size > 0,
            let base = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file.descriptor, 0), base != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: base, count: Int(status.st_size))
        inode = UInt64(status.st_ino)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
