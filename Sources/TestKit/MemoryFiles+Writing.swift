// Files without a disk, written.

internal import Glibc
public import Ports
internal import Synchronization

extension MemoryFiles: FileWriting {
    public func makeDirectory(_ path: String, mode: UInt16) throws(FileError) {
        try access(.makeDirectory, "create the directory", path) { state throws(Failure) in
            var missing: [String] = []
            var parent = path.hasSuffix("/") ? String(path.dropLast()) : path
            // Up to what exists, then down again.
            while true {
                do throws(Failure) {
                    guard case .directory = try state.node(parent, followingLast: true).content else {
                        throw Failure(missing.isEmpty ? EEXIST : ENOTDIR)
                    }
                    break
                } catch  where error.code == ENOENT {
                    missing.append(parent)
                    parent = parent.parentPath.isEmpty ? "/" : parent.parentPath
                }
            }
            for directory in missing.reversed() {
                let resolved = try state.resolve(directory, followingLast: true)
                try state.put(.directory, mode: directory == missing.first ? mode : 0o755, at: resolved)
            }
        }
    }

    public func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(FileError) {
        try access(.write, "write", path) { state throws(Failure) in
            let resolved = try state.resolve(path, followingLast: false)
            if case .directory = state.nodes[resolved]?.content { throw Failure(EISDIR) }
            try state.put(.file(bytes), mode: mode, at: resolved)
        }
    }

    public func makeLink(_ path: String, target: String) throws(FileError) {
        try access(.makeLink, "create the link", path) { state throws(Failure) in
            let resolved = try state.resolve(path, followingLast: false)
            if case .directory = state.nodes[resolved]?.content { throw Failure(EISDIR) }
            try state.put(.link(target), mode: 0o777, at: resolved)
        }
    }

    public func setMode(_ path: String, _ mode: UInt16) throws(FileError) {
        try access(.setMode, "set the mode of", path) { state throws(Failure) in
            let resolved = try state.resolve(path, followingLast: true)
            _ = try state.existing(resolved)
            let time = state.tick()
            state.nodes[resolved]?.mode = mode
            state.nodes[resolved]?.changed = time
        }
    }

    public func remove(_ path: String) throws(FileError) {
        try access(.remove, "remove", path) { state throws(Failure) in
            do throws(Failure) {
                let resolved = try state.resolve(path, followingLast: false)
                guard state.nodes[resolved] != nil else { return }
                state.nodes = state.nodes.filter { $0.key != resolved && !$0.key.isBeneath(resolved) }
                state.touch(resolved.parentPath, state.tick())
            } catch  where error.code == ENOENT || error.code == ENOTDIR {
                return
            }
        }
    }

    /// Writes a text with the directories above it, as a test's setting: not an access.
    public func add(_ path: String, _ text: String, mode: UInt16 = 0o644) {
        let accesses = self.accesses
        do {
            try makeDirectory(path.parentPath.isEmpty ? "/" : path.parentPath, mode: 0o755)
            try write(Array(text.utf8), to: path, mode: mode)
        } catch {
            fatalError("\(error)")
        }
        state.withLock { $0.accesses = accesses }
    }

    /// A file's text; nil when there is none. Not an access.
    public func text(_ path: String) -> String? {
        state.withLock { state in
            (try? state.content(path)).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
