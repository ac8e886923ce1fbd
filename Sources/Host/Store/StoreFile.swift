// An open file of the store with positioned reads and whole writes. Does not know what the bytes mean.

import CLinux
import Glibc

/// Owns a descriptor; closed when the last user lets go. Positioned reads need no lock.
final class StoreFile: Sendable {
    let descriptor: Int32
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// - Throws: `errno` as a system failure with the verb `open`, or `create` when the flags ask for it.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemFailure) -> StoreFile {
        // Not blocking: a FIFO in a file's place is damage, not something to wait for.
        let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
        guard descriptor >= 0 else { throw SystemFailure(flags & O_CREAT == 0 ? "open" : "create", path) }
        if flags & O_CREAT != 0 { tg_effect(tg_effect_create) }
        return StoreFile(descriptor: descriptor, path: path)
    }

    /// Nil when the system does not say.
    var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Size in bytes; 0 when the system does not say, so that everything in the file is a miss.
    var size: Int64 { status.map { Int64($0.st_size) } ?? 0 }

    /// Fills as much of the buffer as the file has from the offset on. A failing disk reads as the end of the file:
    /// what is asked for is a miss. Positioned reads, because a mapped file that is truncated kills its readers.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let count = pread(descriptor, base + done, buffer.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// Writes all bytes at the end of what was written through this descriptor.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = writeFile(descriptor, base + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure("write", path) }
            done += count
        }
    }

    func synchronize() throws(SystemFailure) {
        guard fdatasync(descriptor) == 0 else { throw SystemFailure("synchronize", path) }
    }
}
