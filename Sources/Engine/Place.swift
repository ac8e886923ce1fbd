// Where a task's paths are looked up: beneath the root on disk, or in a view. One way to ask both.

import Patterns
import Ports
import Vocabulary

/// The tree that a task's relative paths belong to.
enum Place: Sendable {
    case root(DiskTree)
    /// The view's parts and everything it shows.
    case view(ViewRequest, Tree, any ViewProviding)

    /// Files and links that the patterns match, in byte order.
    ///
    /// - Parameter made: declared outputs that no ignore file hides.
    func paths(_ patterns: PatternSet, made: [Pattern]) -> [String] {
        switch self {
        case .root(let disk): return disk.paths(patterns, made: made)
        case .view(_, let tree, _): return tree.matching(patterns).map(\.path)
        }
    }

    /// Whether anything is there: a file, a link or a directory.
    func exists(_ path: String) -> Bool {
        switch self {
        case .root(let disk):
            return (try? disk.ports.files.status(absolutePath(path, in: disk.root))).flatMap { $0 } != nil
        case .view(_, let tree, _):
            if tree[path] != nil { return true }
            let next = tree.firstIndex(notBefore: path + "/")
            return next < tree.items.count && tree.items[next].path.hasPrefix(path + "/")
        }
    }
}

extension Tree {
    /// Files and links that the patterns match.
    func matching(_ patterns: PatternSet) -> [Item] {
        var found: [Item] = []
        var isFound = Set<Int>()
        for include in patterns.includes where !include.isAbsolute {
            let prefix = include.literalPrefix
            var index = firstIndex(notBefore: prefix)
            // Directories that nothing beneath can match, with a slash. What lies in one need not follow it at once:
            // `a-b` stands between `a` and `a/c`.
            var passedBy: [String] = []
            while index < items.count, items[index].path.utf8.starts(with: prefix.utf8) {
                let item = items[index]
                if let directory = passedBy.first(where: { item.path.utf8.starts(with: $0.utf8) }) {
                    // "0" is the byte after "/".
                    index = firstIndex(notBefore: directory.dropLast() + "0")
                    continue
                }
                if case .directory = item.entry, !patterns.couldMatchBeneath(item.path) {
                    passedBy.append(item.path + "/")
                } else if item.entry.isContent, patterns.matches(item.path), isFound.insert(index).inserted {
                    found.append(item)
                }
                index += 1
            }
        }
        return found.sorted { $0.path.utf8Precedes($1.path) }
    }
}

extension TreeEntry {
    /// A file or a link.
    var isContent: Bool {
        switch self {
        case .file, .link: true
        case .directory, .deleted: false
        }
    }
}
