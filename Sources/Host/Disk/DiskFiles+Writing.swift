// The disk, written. Nothing is synced: who needs durability asks for it himself.

internal import CLinux
internal import Glibc
public import Ports

extension DiskFiles: FileWriting {
    /// What is there already keeps its mode; what is new gets exactly this one, the directories above it the usual one.
    public func makeDirectory(_ path: String, mode: UInt16) throws(FileError) {
        if mkdir(path, mode_t(mode)) == 0 { return try setMode(path, mode) }
        switch errno {
        case EEXIST:
            guard isDirectory(path) else { throw FileError("create the directory", path, EEXIST) }
        case ENOENT:
            let parent = DiskFiles.parent(of: path)
            guard parent != path else { throw FileError("create the directory", path, ENOENT) }
            try makeParent(parent)
            guard mkdir(path, mode_t(mode)) == 0 || (errno == EEXIST && isDirectory(path)) else {
                throw FileError("create the directory", path, errno)
            }
            try setMode(path, mode)
        default: throw FileError("create the directory", path, errno)
        }
    }

    /// Readers see the old content or the new one. The mode is exactly this one, whatever the umask.
    public func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(FileError) {
        try replace(path, "write") { temporary in
            let number = tg_create(temporary, 0o600)
            guard let file = Descriptor(number) else { return -number }
            do throws(FileError) {
                try write(bytes, to: file, path)
            } catch {
                return error.code
            }
            return fchmod(file.number, mode_t(mode)) == 0 ? 0 : errno
        }
    }

    /// Replaces a file or link that is there, at one instant.
    public func makeLink(_ path: String, target: String) throws(FileError) {
        try replace(path, "create the link") { symlink(target, $0) == 0 ? 0 : errno }
    }

    /// Has something made under another name and renames it over what is there.
    /// - Parameter make: gives `errno`, or 0.
    private func replace(_ path: String, _ verb: String, _ make: (String) -> Int32) throws(FileError) {
        let staging = staging ?? Staging(beside: path)
        do throws(SystemFailure) {
            while true {
                let unfinished = try staging.make(for: path) { name in
                    let code = make(name)
                    if code != 0, code != ENOENT, code != EEXIST { unlink(name) }
                    return code
                }
                if try staging.place(unfinished, at: path) { return }
            }
        } catch {
            throw FileError(verb, path, error.code)
        }
    }

    public func setMode(_ path: String, _ mode: UInt16) throws(FileError) {
        guard chmod(path, mode_t(mode)) == 0 else { throw FileError("set the mode of", path, errno) }
    }

    /// Never follows a symbolic link, also one that is put there meanwhile.
    public func remove(_ path: String) throws(FileError) {
        var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
        let code = tg_remove_tree(path, &culprit, culprit.count)
        guard code != 0 else { return }
        let place = String(decoding: culprit.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw FileError("remove", place.isEmpty ? path : place, code)
    }

    /// Another may make the same directory at the same time.
    private func makeParent(_ path: String) throws(FileError) {
        if mkdir(path, 0o777) == 0 || (errno == EEXIST && isDirectory(path)) { return }
        let parent = DiskFiles.parent(of: path)
        guard errno == ENOENT, parent != path else { throw FileError("create the directory", path, errno) }
        try makeParent(parent)
        guard mkdir(path, 0o777) == 0 || (errno == EEXIST && isDirectory(path)) else {
            throw FileError("create the directory", path, errno)
        }
    }

    private func write(_ bytes: [UInt8], to file: borrowing Descriptor, _ path: String) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeFile(file.number, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError("write", path, errno)
            }
        }
    }

    /// Links are followed: a link to a directory serves as one.
    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.dropLast(path.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else { return path }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
