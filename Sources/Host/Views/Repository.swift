// Where a tree's git repository is. Reads git's pointers, never its objects, and runs no git.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary
internal import Workspace

/// The directories of a repository as one work tree sees it.
struct Repository {
    /// HEAD and index: `.git`, or for a linked work tree its directory under `worktrees`.
    let gitDirectory: String
    /// Objects, references, configuration.
    let commonDirectory: String

    /// The repository whose work tree begins at this directory; nil when there is none.
    init?(at tree: String) {
        guard let directory = try? OpenDirectory(tree), let status = try? directory.status(".git") else { return nil }
        var git = tree + "/.git"
        if status.kind == .regular {
            guard let pointer = Repository.pointer(in: git, prefix: "gitdir: ") else { return nil }
            git = Repository.absolute(pointer, from: tree)
        }
        var common = git
        if let pointer = Repository.pointer(in: git + "/commondir", prefix: "") {
            common = Repository.absolute(pointer, from: git)
        }
        guard let resolved = realpath(common + "/objects", nil) else { return nil }
        free(resolved)
        gitDirectory = git
        commonDirectory = common
    }

    /// The repository that a tree lies inside of, without being its top.
    init?(enclosing tree: String) {
        var directory = tree
        while let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/")), slash != directory.startIndex {
            directory = String(directory[..<slash])
            if let found = Repository(at: directory) {
                self = found
                return
            }
        }
        return nil
    }

    /// Its directories, none beneath another.
    var directories: [String] {
        gitDirectory.isBeneath(commonDirectory) || gitDirectory == commonDirectory
            ? [commonDirectory] : [gitDirectory, commonDirectory]
    }

    /// A one-line file of git that names another place.
    private static func pointer(in path: String, prefix: String) -> String? {
        guard let bytes = try? contents(path) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix(prefix) else { return nil }
        var line = text.dropFirst(prefix.count)
        while line.last == "\n" || line.last == "\r\n" { line.removeLast() }
        return line.isEmpty ? nil : String(line)
    }

    private static func absolute(_ path: String, from directory: String) -> String {
        path.hasPrefix("/") ? path : directory + "/" + path
    }
}
