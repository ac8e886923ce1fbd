// Small whole files and directories: version marks, tags, lock owners. Not for content.

import Glibc

enum SmallFile {
    static let longest = 1 << 16

    /// Nil when the file is missing, unreadable or longer than such files are.
    static func read(_ path: String) -> [UInt8]? {
        (try? StoreFile.open(path, O_RDONLY)).flatMap { read($0) }
    }

    static func read(_ file: StoreFile) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: longest) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return bytes.count < longest ? bytes : nil
    }

    /// Writes in place, with one write, a text that several may write at once because it always is the same: a reader
    /// may find the file empty, which is the same as not finding it.
    static func write(_ text: String, to path: String) throws(SystemFailure) {
        try StoreFile.open(path, O_WRONLY | O_CREAT, mode: 0o644).write(Array(text.utf8))
    }
}

extension StoreFile {
    func write(_ bytes: [UInt8]) throws(SystemFailure) {
        var failure: SystemFailure?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemFailure) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

enum DirectoryNames {
    /// Names in a directory in no order; empty when it cannot be listed.
    static func list(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a directory and those above it; one that is there is fine.
    static func make(_ path: String) throws(SystemFailure) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        let code = errno
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw SystemFailure("create", path, code: code)
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemFailure("create", path) }
    }
}
