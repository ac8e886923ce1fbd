// An open directory and what is asked of the names in it. Never follows a link, never opens what is not a regular file.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// A directory that somebody else keeps open, for handing to threads.
struct DirectoryHandle: Sendable {
    let descriptor: Int32
    let path: String
}

/// Owns a directory's descriptor. Names are relative to it; a name may be a relative path.
struct OpenDirectory: ~Copyable {
    let descriptor: Int32
    /// For messages only: the directory may since have moved.
    let path: String

    /// Opens by an absolute path, links followed.
    init(_ path: String) throws(ViewError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.path = path
        if descriptor < 0 { throw ViewError.system("open", path) }
    }

    /// Opens a directory inside this one; a link is an error.
    init(_ name: String, in parent: borrowing OpenDirectory) throws(ViewError) {
        path = parent.path + "/" + name
        descriptor = openat(parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0 { throw ViewError.system("open", path) }
    }

    deinit {
        close(descriptor)
    }

    /// Valid as long as this value lives.
    var handle: DirectoryHandle { DirectoryHandle(descriptor: descriptor, path: path) }

    /// The names in the directory in byte order, without `.` and `..`.
    /// - Throws: also when a name is not UTF-8, because no path here could say it.
    func names() throws(ViewError) -> [String] {
        var names: [String] = []
        for bytes in try rawNames() {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw ViewError(
                    "the name \(escaped(bytes)) in \(path) is not UTF-8: rename it, or have it ignored or declared as scratch"
                )
            }
            names.append(name)
        }
        return names.sorted { $0.utf8Precedes($1) }
    }

    /// Removes everything in the directory.
    func removeAll() throws(ViewError) {
        for name in try rawNames() {
            let removed = (name + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { text in
                    text.baseAddress.map { tg_view_remove(descriptor, $0) } ?? 0
                }
            }
            guard removed == 0 else { throw ViewError.system("remove", path + "/" + escaped(name)) }
        }
    }

    private func rawNames() throws(ViewError) -> [[UInt8]] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw ViewError.system("list", path) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
        }
        return names
    }

    /// `lstat`; nil when nothing has the name.
    func status(_ name: String) throws(ViewError) -> EntryStatus? {
        var found = tg_view_status()
        if tg_view_status(descriptor, name, &found) == 0 { return EntryStatus(found) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw ViewError.system("examine", path + "/" + name)
    }

    func status() throws(ViewError) -> EntryStatus {
        var found = tg_view_status()
        guard tg_view_status_of(descriptor, &found) == 0 else { throw ViewError.system("examine", path) }
        return EntryStatus(found)
    }

    func linkTarget(_ name: String) throws(ViewError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(descriptor, name, &buffer, buffer.count)
        guard count >= 0 else { throw ViewError.system("read the link", path + "/" + name) }
        let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
        guard let target = String(validating: bytes, as: UTF8.self) else {
            throw ViewError("the link \(path)/\(name) leads to \(escaped(bytes)), which is not UTF-8")
        }
        return target
    }

    func makeDirectory(_ name: String, mode: UInt16 = 0o755) throws(ViewError) {
        guard mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else {
            throw ViewError.system("create", path + "/" + name)
        }
        try setMode(name, mode)
    }

    func makeLink(_ name: String, target: String) throws(ViewError) {
        guard symlinkat(target, descriptor, name) == 0 else { throw ViewError.system("create", path + "/" + name) }
    }

    func setMode(_ name: String, _ mode: UInt16) throws(ViewError) {
        guard fchmodat(descriptor, name, mode_t(mode), 0) == 0 else {
            throw ViewError.system("set the mode of", path + "/" + name)
        }
    }

    func makeWhiteout(_ name: String) throws(ViewError) {
        guard tg_view_whiteout(descriptor, name) == 0 || errno == EEXIST else {
            throw ViewError.system("make a whiteout at", path + "/" + name)
        }
    }

    /// Removes whatever has the name, with all beneath.
    func remove(_ name: String) throws(ViewError) {
        guard tg_view_remove(descriptor, name) == 0 else { throw ViewError.system("remove", path + "/" + name) }
    }
}

/// What `lstat` says of an entry.
struct EntryStatus {
    let kind: FileKind
    /// Permission bits (`07777`).
    let mode: UInt16
    let stamp: FileStamp
    let owner: UInt32
    /// A character device 0:0, which stands for nothing being there.
    let isWhiteout: Bool

    init(_ status: tg_view_status) {
        kind =
            switch status.mode & UInt32(S_IFMT) {
            case UInt32(S_IFREG): .regular
            case UInt32(S_IFDIR): .directory
            case UInt32(S_IFLNK): .symbolicLink
            case UInt32(S_IFIFO): .fifo
            case UInt32(S_IFSOCK): .socket
            case UInt32(S_IFCHR): .characterDevice
            default: .blockDevice
            }
        mode = UInt16(status.mode & 0o7777)
        stamp = FileStamp(
            inode: status.inode, size: status.size, modified: status.modified, changed: status.changed)
        owner = status.owner
        isWhiteout = kind == .characterDevice && status.represents == 0
    }
}

extension ViewError {
    /// The last system call's failure as a sentence.
    static func system(_ verb: String, _ path: String, code: Int32 = errno) -> ViewError {
        ViewError("cannot \(verb) \(path): \(String(cString: strerror(code)))")
    }
}

/// Bytes for a message: what is not printable ASCII as `\xHH`.
func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        (0x20..<0x7f).contains(byte)
            ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}

/// Creates a directory and the missing ones above it.
func makeDirectories(_ path: String) throws(ViewError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else {
        throw ViewError.system("create", path)
    }
    try makeDirectories(String(path[..<slash]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw ViewError.system("create", path) }
}
