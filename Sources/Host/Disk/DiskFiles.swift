// The disk, read. Writing is in `DiskFiles+Writing`.

internal import CLinux
internal import Glibc
internal import Hashing
public import Ports
public import Vocabulary

/// Files as the system has them. Paths are absolute, as the seam demands.
public struct DiskFiles: FileReading {
    /// Where what is written is made; nil: beside its place.
    let staging: Staging?

    public init(staging: Staging? = nil) {
        self.staging = staging
    }

    public func status(_ path: String) throws(FileError) -> FileStatus? {
        var status = tg_status()
        let code = tg_lstat(path, &status)
        // Beneath a file that is no directory nothing can be.
        if code == ENOENT || code == ENOTDIR { return nil }
        guard code == 0, let status = FileStatus(status) else { throw FileError("look at", path, code) }
        return status
    }

    public func entries(_ directory: String) throws(FileError) -> [DirectoryEntry] {
        var entries: [DirectoryEntry] = []
        let code = withUnsafeMutablePointer(to: &entries) { entries in
            tg_list(directory, entries) { context, name, kind in
                let entries = context?.assumingMemoryBound(to: [DirectoryEntry].self)
                entries?.pointee.append(
                    DirectoryEntry(name: String(cString: name), kind: FileKind(rawValue: kind) ?? .regular))
            }
        }
        guard code == 0 else { throw FileError("list", directory, code) }
        return entries.sorted { $0.name.utf8Precedes($1.name) }
    }

    public func bytes(_ path: String) throws(FileError) -> [UInt8] {
        let file = try open(path)
        var bytes: [UInt8] = []
        // Files of /proc say 0: then one piece is asked for, and more while more comes.
        bytes.reserveCapacity(size(of: file) + 1)
        try readPieces(of: file, path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    public func linkTarget(_ path: String) throws(FileError) -> String {
        var capacity = 256
        while true {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
            defer { buffer.deallocate() }
            let count = readlink(path, buffer, capacity)
            guard count >= 0 else { throw FileError("read the link", path, errno) }
            // A full buffer may be a cut answer.
            if count < capacity {
                return String(decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
            }
            capacity *= 4
        }
    }

    public func digest(_ path: String) throws(FileError) -> Digest {
        let file = try open(path)
        var hasher = ContentHasher()
        try readPieces(of: file, path) { hasher.update($0) }
        return hasher.finish()
    }

    private func open(_ path: String) throws(FileError) -> Descriptor {
        let number = tg_open_reading(path)
        guard let file = Descriptor(number) else { throw FileError("read", path, -number) }
        return file
    }

    private func size(of file: borrowing Descriptor) -> Int {
        var status = tg_status()
        return tg_fstat(file.number, &status) == 0 ? Int(clamping: status.size) : 0
    }

    private func readPieces(
        of file: borrowing Descriptor, _ path: String, _ each: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) {
        let wanted = min(max(size(of: file), 4096), 256 * 1024)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(file.number, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count > 0 {
                each(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else if errno != EINTR {
                throw FileError("read", path, errno)
            }
        }
    }
}
