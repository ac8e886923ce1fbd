// A tree of files in memory for conditions. Knows no conditions.

import Conditions
import Patterns
import Vocabulary

struct MemoryTree: ConditionTree {
    private var kinds: [String: FileKind] = [:]
    private var contents: [String: [UInt8]] = [:]
    private var unreadable: Set<String> = []

    init(_ files: [String: String] = [:], directories: [String] = [], links: [String] = [], unreadable: [String] = []) {
        for (path, text) in files { add(path, .regular, Array(text.utf8)) }
        for path in directories { add(path, .directory, nil) }
        for path in links { add(path, .symbolicLink, nil) }
        for path in unreadable { add(path, .regular, nil) }
        self.unreadable = Set(unreadable)
    }

    mutating func add(_ path: String, _ kind: FileKind, _ bytes: [UInt8]?) {
        let names = path.split(separator: "/")
        for depth in 1..<max(1, names.count) { kinds[names[..<depth].joined(separator: "/")] = .directory }
        kinds[path] = kind
        contents[path] = bytes
    }

    func kind(at path: String) -> FileKind? { kinds[path] }

    func items(in directory: String) -> [DirectoryItem] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        return kinds.compactMap { path, kind in
            guard path.hasPrefix(prefix), !path.dropFirst(prefix.count).contains("/") else { return nil }
            return DirectoryItem(String(path.dropFirst(prefix.count)), kind)
        }
    }

    func bytes(at path: String) throws(UnreadableFile) -> [UInt8]? {
        if unreadable.contains(path) { throw UnreadableFile(reason: "Permission denied") }
        return contents[path]
    }
}
