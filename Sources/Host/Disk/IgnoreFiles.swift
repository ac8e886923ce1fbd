// Finds the ignore files of a git work tree. What they mean is the room Patterns'.

internal import Hashing
public import Patterns
public import Ports
public import Vocabulary

/// Reads `.gitignore` files and `.git/info/exclude`. The user's own `core.excludesFile` does not count: it differs
/// between machines, and results must not.
public struct IgnoreFiles: Sendable {
    private let files: any FileReading

    public init(files: any FileReading) {
        self.files = files
    }

    /// The rules above a directory, outermost first, without those in it or beneath; nil outside of a git work tree.
    public func above(_ directory: String) -> IgnoreRules? {
        var identity = ByteWriter()
        return above(directory, &identity)
    }

    private func above(_ directory: String, _ identity: inout ByteWriter) -> IgnoreRules? {
        guard let top = workTree(of: directory) else { return nil }
        let base = directory == top ? "" : String(directory.dropFirst(top == "/" ? 1 : top.count + 1))
        var rules = IgnoreRules(base: base)
        func add(_ file: String, in path: String) {
            guard let bytes = try? files.bytes(file) else { return }
            rules.add(bytes, in: path)
            identity.string(path)
            identity.blob(bytes)
        }
        add(top + "/.git/info/exclude", in: "")
        var path = ""
        for part in base.split(separator: "/") {
            add(join(top, path) + "/.gitignore", in: path)
            path = path.isEmpty ? String(part) : path + "/" + part
        }
        return rules
    }

    /// All rules that apply in a tree, those in it included, and a digest over them. Without a git work tree the tree's
    /// own ignore files apply.
    public func all(in directory: String) -> (rules: IgnoreRules, identity: Digest) {
        var identity = ByteWriter()
        var rules = above(directory, &identity) ?? IgnoreRules()
        collect("", of: directory, &rules, &identity)
        return (rules, Digest(of: identity.bytes))
    }

    private func collect(_ path: String, of root: String, _ rules: inout IgnoreRules, _ identity: inout ByteWriter) {
        guard let entries = try? files.entries(join(root, path)) else { return }
        if entries.contains(where: { $0.name == ".gitignore" && $0.kind == .regular }),
            let bytes = try? files.bytes(join(root, path) + "/.gitignore")
        {
            rules.add(bytes, in: rules.base.isEmpty ? path : path.isEmpty ? rules.base : rules.base + "/" + path)
            identity.string(path)
            identity.blob(bytes)
        }
        for entry in entries where entry.kind == .directory && entry.name != ".git" && entry.name != ".taskgraph" {
            let child = path.isEmpty ? entry.name : path + "/" + entry.name
            if !rules.isIgnored(child, isDirectory: true) { collect(child, of: root, &rules, &identity) }
        }
    }

    /// The nearest directory, this one included, that holds a `.git`.
    private func workTree(of directory: String) -> String? {
        var path = directory
        while true {
            if ((try? files.status(path + "/.git")) ?? nil) != nil { return path }
            guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }

    private func join(_ directory: String, _ path: String) -> String {
        path.isEmpty ? directory : directory == "/" ? "/" + path : directory + "/" + path
    }
}
