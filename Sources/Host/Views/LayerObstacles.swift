// Where a real tree is not what a layer was made on. Looks only at what the layer touches; changes nothing.

internal import Glibc
internal import Ports
internal import Vocabulary
internal import Workspace

struct LayerObstacles {
    private let below: Tree
    private let leavesOut: (String, Bool) -> Bool
    private var paths: [String] = []

    /// Paths at which the tree differs from `below`, ascending.
    static func paths(
        inTheWayOf layer: Tree, below: Tree, in root: borrowing OpenDirectory, leavesOut: (String, Bool) -> Bool
    ) throws(ViewError) -> [String] {
        try withoutActuallyEscaping(leavesOut) { leavesOut in
            Result { () throws(ViewError) -> [String] in
                var obstacles = LayerObstacles(below: below, leavesOut: leavesOut)
                for item in layer.items { try obstacles.examine(item, in: root) }
                return Set(obstacles.paths).sorted { $0.utf8Precedes($1) }
            }
        }.get()
    }

    private init(below: Tree, leavesOut: @escaping (String, Bool) -> Bool) {
        self.below = below
        self.leavesOut = leavesOut
    }

    private mutating func examine(_ item: Tree.Item, in root: borrowing OpenDirectory) throws(ViewError) {
        guard try hasRealParents(item.path, in: root) else {
            // A parent that the layer itself makes is missing until then.
            if below[item.path] != nil || below[item.path.parentPath ?? ""]?.isDirectory == true {
                paths.append(item.path)
            }
            return
        }
        let real = try entry(at: item.path, in: root)
        switch (below[item.path], item.entry) {
        case (nil, .deleted): return
        case (nil, .directory): if let real, !real.isDirectory { paths.append(item.path) }
        case (let expected, .directory): if real != expected { paths.append(item.path) }
        case (.directory?, _):
            guard real?.isDirectory == true else { return paths.append(item.path) }
            try examineAll(beneath: item.path, isRemoval: item.entry == .deleted, in: root)
        case (let expected, _): if real != expected { paths.append(item.path) }
        }
    }

    /// A directory that is to go must hold what it held, and nothing else that belongs to the tree.
    private mutating func examineAll(beneath path: String, isRemoval: Bool, in root: borrowing OpenDirectory)
        throws(ViewError)
    {
        for item in below.items[below.range(beneath: path)] where try entry(at: item.path, in: root) != item.entry {
            paths.append(item.path)
        }
        try findUnknown(OpenDirectory(path, in: root), path: path, isRemoval: isRemoval)
    }

    private mutating func findUnknown(_ directory: borrowing OpenDirectory, path: String, isRemoval: Bool)
        throws(ViewError)
    {
        for name in try directory.names() {
            let path = path + "/" + name
            let isDirectory = try directory.status(name)?.kind == .directory
            if below[path] == nil {
                // What is ignored stays when a directory goes, but cannot stay when something else takes its place.
                if !isRemoval || !leavesOut(path, isDirectory) { paths.append(path) }
            } else if isDirectory {
                try findUnknown(OpenDirectory(name, in: directory), path: path, isRemoval: isRemoval)
            }
        }
    }

    /// Whether all directories above are real ones, so that nothing is written through a link.
    private func hasRealParents(_ path: String, in root: borrowing OpenDirectory) throws(ViewError) -> Bool {
        for parent in sequence(first: path, next: \.parentPath).dropFirst()
        where try root.status(parent)?.kind != .directory {
            return false
        }
        return true
    }

    private func entry(at path: String, in root: borrowing OpenDirectory) throws(ViewError) -> TreeEntry? {
        guard let status = try root.status(path) else { return nil }
        switch status.kind {
        case .directory: return .directory(mode: status.mode)
        case .symbolicLink: return .link(target: try root.linkTarget(path))
        case .regular:
            // Content of another size is other content, whatever its digest.
            guard case .file(_, let size, _)? = below[path], size == status.stamp.size else {
                return .file(mode: status.mode, size: status.stamp.size, digest: .zero)
            }
            let digest = try OpenFile(path, in: root.handle, unlocking: nil).digest()
            return .file(mode: status.mode, size: status.stamp.size, digest: digest)
        default: return .deleted
        }
    }
}
