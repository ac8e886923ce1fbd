// The table of nodes behind MemoryFiles: paths, links, times. Knows nothing of the seams.

internal import Glibc
internal import Vocabulary

extension MemoryFiles.Node {
    var kind: FileKind {
        switch content {
        case .file: .regular
        case .directory: .directory
        case .link: .symbolicLink
        }
    }

    var stamp: FileStamp {
        let size =
            switch content {
            case .file(let bytes): bytes.count
            case .directory: 4096
            case .link(let target): target.utf8.count
            }
        return FileStamp(inode: inode, size: UInt64(size), modified: modified, changed: changed)
    }
}

extension MemoryFiles.State {
    typealias Failure = MemoryFiles.Failure
    typealias Node = MemoryFiles.Node

    mutating func tick() -> Int64 {
        clock += 1
        return clock
    }

    func existing(_ resolved: String) throws(Failure) -> Node {
        guard let node = nodes[resolved] else { throw Failure(ENOENT) }
        return node
    }

    func node(_ path: String, followingLast: Bool) throws(Failure) -> Node {
        try existing(resolve(path, followingLast: followingLast))
    }

    func content(_ path: String) throws(Failure) -> [UInt8] {
        switch try node(path, followingLast: true).content {
        case .file(let bytes): return bytes
        case .directory: throw Failure(EISDIR)
        case .link: throw Failure(ELOOP)
        }
    }

    /// The path without links; its last part need not exist.
    func resolve(_ path: String, followingLast: Bool) throws(Failure) -> String {
        precondition(path.hasPrefix("/"), "the path \(path) is not absolute")
        var rest = path.split(separator: "/").map(String.init)
        rest.reverse()
        var resolved = ""
        var links = 0
        while let part = rest.popLast() {
            if part == "." { continue }
            if part == ".." {
                resolved = resolved.parentPath
                continue
            }
            let next = resolved + "/" + part
            guard let node = nodes[next] else {
                if rest.isEmpty { return next }
                throw Failure(ENOENT)
            }
            switch node.content {
            case .link(let target) where followingLast || !rest.isEmpty:
                links += 1
                if links > 40 { throw Failure(ELOOP) }
                if target.hasPrefix("/") { resolved = "" }
                rest += target.split(separator: "/").map(String.init).reversed()
            case .file where !rest.isEmpty: throw Failure(ENOTDIR)
            default: resolved = next
            }
        }
        return resolved
    }

    /// Puts a node at a resolved path whose parent is a directory. What is replaced loses its inode.
    mutating func put(_ content: Node.Content, mode: UInt16, at path: String) throws(Failure) {
        guard case .directory = try existing(path.parentPath).content else { throw Failure(ENOTDIR) }
        let time = tick()
        lastInode += 1
        nodes[path] = Node(content: content, mode: mode, inode: lastInode, modified: time, changed: time)
        touch(path.parentPath, time)
    }

    /// A directory changes when a name in it does.
    mutating func touch(_ path: String, _ time: Int64) {
        nodes[path]?.modified = time
        nodes[path]?.changed = time
    }
}

extension String {
    var parentPath: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }

    func isBeneath(_ directory: String) -> Bool {
        utf8.starts(with: (directory + "/").utf8)
    }

    func isDirectly(in directory: String) -> Bool {
        isBeneath(directory) && parentPath == directory
    }
}
