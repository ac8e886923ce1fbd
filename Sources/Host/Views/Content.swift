// Reading, hashing and copying the content of regular files. Knows nothing of trees.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

/// A regular file, open for reading.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    /// Opens without following a link.
    /// - Parameter mode: of a file of our own, its permission bits: if its owner may not read it, it is made readable
    ///   for the
    ///   moment of opening. Nil for files that are not ours to touch.
    init(_ name: String, in directory: DirectoryHandle, unlocking mode: UInt16?) throws(ViewError) {
        path = directory.path + "/" + name
        // Without O_NONBLOCK a FIFO that took the file's place would block.
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        var file = openat(directory.descriptor, name, flags)
        if file < 0, errno == EACCES, let mode, mode & 0o400 == 0,
            fchmodat(directory.descriptor, name, mode_t(mode | 0o400), 0) == 0
        {
            file = openat(directory.descriptor, name, flags)
            let code = errno
            fchmodat(directory.descriptor, name, mode_t(mode), 0)
            errno = code
        }
        descriptor = file
        if descriptor < 0 { throw ViewError.system("read", path) }
    }

    deinit {
        close(descriptor)
    }

    func status() throws(ViewError) -> EntryStatus {
        var found = tg_view_status()
        guard tg_view_status_of(descriptor, &found) == 0 else { throw ViewError.system("examine", path) }
        return EntryStatus(found)
    }

    /// Hands the content to a closure piece by piece.
    func read(_ body: (UnsafeRawBufferPointer) throws(ViewError) -> Void) throws(ViewError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw ViewError.system("read", path)
            }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    func digest() throws(ViewError) -> Digest {
        var hasher = ContentHasher()
        try read { (piece) throws(ViewError) in hasher.update(piece) }
        return hasher.finish()
    }
}

/// Copies a file's content, mode and modification time to a new name.
/// - Parameter mode: as for `OpenFile`, of the source.
/// - Returns: size and digest of exactly the bytes that were copied, and the source's status, the same before and
///   after.
/// - Throws: also when the source keeps changing.
func copyFile(
    _ name: String, in source: DirectoryHandle, unlocking mode: UInt16?, to target: String,
    in directory: DirectoryHandle
) throws(ViewError) -> (size: UInt64, digest: Digest, status: EntryStatus) {
    for _ in 0..<5 {
        let file = try OpenFile(name, in: source, unlocking: mode)
        let before = try file.status()
        guard before.kind == .regular else { throw ViewError("\(file.path) is no longer a regular file") }
        unlinkat(directory.descriptor, target, 0)
        let copy = openat(directory.descriptor, target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard tg_effected(tg_effect_create, copy) >= 0 else {
            throw ViewError.system("create", directory.path + "/" + target)
        }
        defer { close(copy) }
        var hasher = ContentHasher()
        var size: UInt64 = 0
        try file.read { (piece) throws(ViewError) in
            hasher.update(piece)
            size += UInt64(piece.count)
            try writeAll(piece, to: copy, path: directory.path + "/" + target)
        }
        let after = try file.status()
        guard after.stamp == before.stamp, size == after.stamp.size else { continue }
        var times = [time(after.stamp.modified), time(after.stamp.modified)]
        futimens(copy, &times)
        guard fchmod(copy, mode_t(after.mode)) == 0 else {
            throw ViewError.system("set the mode of", directory.path + "/" + target)
        }
        return (size, hasher.finish(), after)
    }
    throw ViewError("\(source.path)/\(name) keeps changing while it is read")
}

func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(ViewError) {
    var rest = bytes
    while !rest.isEmpty {
        let count = writeFile(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw ViewError.system("write", path)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
}

/// The whole content of a small file of our own; nil when it is not there.
func contents(_ path: String) throws(ViewError) -> [UInt8]? {
    // A FIFO in its place is damage, not something to wait for.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if file < 0 {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw ViewError.system("read", path)
    }
    defer { close(file) }
    var status = tg_view_status()
    guard tg_view_status_of(file, &status) == 0 else { throw ViewError.system("read", path) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.size))
    let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(4096, Int(min(status.size + 1, 1 << 20))), alignment: 16)
    defer { buffer.deallocate() }
    while true {
        let count = read(file, buffer.baseAddress, buffer.count)
        if count == 0 { return bytes }
        guard count > 0 else { throw ViewError.system("read", path) }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}

/// Writes a file of another name and renames it, so that readers see the old content or the new.
/// - Parameter directory: where the other name is, on the same filesystem; nil: beside the path, in a directory that is
///   cleared away as a whole.
func replaceContents(
    of path: String, with bytes: [UInt8], mode: mode_t = 0o644, madeIn directory: String? = nil
) throws(ViewError) {
    if let directory { try makeDirectories(directory) }
    let name = directory.map { $0 + "/" + path.split(separator: "/").suffix(2).joined(separator: "-") }
    let temporary = (name ?? path) + ".new.\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard tg_effected(tg_effect_create, file) >= 0 else { throw ViewError.system("create", temporary) }
    defer { close(file) }
    let written = bytes.withUnsafeBytes { buffer in
        Result { () throws(ViewError) in try writeAll(buffer, to: file, path: temporary) }
    }
    try written.get()
    guard rename(temporary, path) == 0 else { throw ViewError.system("replace", path) }
}

private func time(_ nanoseconds: Int64) -> timespec {
    let second: Int64 = 1_000_000_000
    let seconds = nanoseconds >= 0 ? nanoseconds / second : (nanoseconds - second + 1) / second
    return timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds - seconds * second))
}
