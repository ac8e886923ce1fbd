// Copies content between files while hashing it. Does not know where content belongs.

import CLinux
import Glibc
import Hashing
import Synchronization
import Vocabulary

/// Makes temporary files and fills them.
enum FileCopies {
    private static let piece = 256 << 10
    private static let counter = Atomic<UInt64>(0)

    /// A new empty file for reading and writing that nobody else has; the caller renames or unlinks it.
    static func makeTemporary(in directory: String) throws(SystemFailure) -> StoreFile {
        while true {
            let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
            let path = "\(directory)/\(Staging.prefix)\(getpid())-\(number).tmp"
            do throws(SystemFailure) {
                return try StoreFile.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
            } catch {
                // Left by a killed process with the same number, or in use in another pid namespace.
                guard error.code == EEXIST else { throw error }
            }
        }
    }

    /// Fills an empty file with the rest of another one: by sharing its blocks where the filesystem can, else by
    /// copying, and hashes what passes.
    /// - Returns: digest and size of what the target now has.
    static func copy(_ source: StoreFile, to target: StoreFile) throws(SystemFailure) -> (digest: Digest, size: UInt64)
    {
        if tg_clone_file(target.descriptor, source.descriptor) == 0 { return try hash(target, copyingTo: nil) }
        return try hash(source, copyingTo: target)
    }

    /// Fills an empty file with another one, which stands at its start, without looking at a byte if that can be.
    /// - Returns: how many bytes the target now has.
    static func copyUnread(_ source: StoreFile, to target: StoreFile) throws(SystemFailure) -> UInt64 {
        if tg_clone_file(target.descriptor, source.descriptor) == 0 { return UInt64(target.size) }
        var size: UInt64 = 0
        while true {
            let count = tg_copy_range(target.descriptor, source.descriptor, 1 << 30)
            if count == 0 { return size }
            if count > 0 {
                size += UInt64(count)
            } else if errno != EINTR {
                // Between these filesystems, or at all: nothing has been lost, both stand where they stood.
                guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else {
                    throw SystemFailure("write", target.path)
                }
                return try size + hash(source, copyingTo: target).size
            }
        }
    }

    /// Digest and size of a file from its current position to its end.
    /// - Parameter expected: the size the file should have, which spares a small file the large buffer.
    static func hash(
        _ source: StoreFile, copyingTo target: StoreFile? = nil, expected: UInt64 = .max
    ) throws(SystemFailure) -> (digest: Digest, size: UInt64) {
        let capacity = Int(min(UInt64(piece), min(max(expected, 4095), UInt64(piece)) + 1))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        defer { buffer.deallocate() }
        var hasher = ContentHasher()
        var size: UInt64 = 0
        while true {
            let count = Glibc.read(source.descriptor, buffer.baseAddress, capacity)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure("read", source.path) }
            if count == 0 { return (hasher.finish(), size) }
            let filled = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(filled)
            try target?.write(filled)
            size += UInt64(count)
            if size == expected, count < capacity { return (hasher.finish(), size) }
        }
    }
}
