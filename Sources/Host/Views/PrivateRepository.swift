// The `.git` of a view: the history can be read, what is committed is thrown away, the real repository is never
// written.

internal import Glibc
internal import Ports
internal import Vocabulary

/// Makes private copies of what git writes to; objects are shared as an alternate.
///
/// In a mounted view they are bound read-only. In a copy nothing keeps git from giving an object that it finds again a
/// new time; names and contents stay as they are.
struct PrivateRepository {
    /// Where in a view the real objects are bound, read-only, so that they are there even if their own path is hidden.
    static let boundObjects = ".git/origin-objects"

    /// What git keeps for one work tree.
    private static let ownFiles = ["HEAD", "index", "config.worktree", "info/sparse-checkout"]
    /// What it keeps for all of them.
    private static let commonFiles = ["packed-refs", "shallow", "info/exclude", "info/attributes"]
    private static let commonDirectories = ["refs", "reftable"]

    /// Makes `.git` in a directory.
    /// - Parameter objects: the alternate as its `objects/info/alternates` is to name it.
    static func make(of repository: Repository, in directory: String, objects: String) throws(ViewError) {
        let git = directory + "/.git"
        for name in ["objects/info", "objects/pack", "refs/heads", "info", "origin-objects"] {
            try makeDirectories("\(git)/\(name)")
        }
        let target = try OpenDirectory(git)
        let own = try OpenDirectory(repository.gitDirectory)
        let common = try OpenDirectory(repository.commonDirectory)
        for name in ownFiles + (try own.names().filter { $0.hasPrefix("sharedindex.") }) {
            try copy(name, from: own, to: target)
        }
        for name in commonFiles { try copy(name, from: common, to: target) }
        for name in commonDirectories where try common.status(name)?.kind == .directory {
            try copyDirectory(name, from: common, to: target)
        }
        let config = try contents(repository.commonDirectory + "/config") ?? []
        try replaceContents(of: git + "/config", with: config + Array(overrides(of: config).utf8))
        try replaceContents(of: git + "/objects/info/alternates", with: Array((objects + "\n").utf8))
    }

    /// Settings that would lead out of the view; the last one of a name wins.
    private static func overrides(of config: [UInt8]) -> String {
        var lines = "\n[core]\n\tbare = false\n\tfsmonitor = false\n"
        // Only where it is set: it usually is in submodules, to the real work tree.
        if String(decoding: config, as: UTF8.self).lowercased().contains("worktree =") { lines += "\tworktree = ..\n" }
        return lines
    }

    private static func copy(_ name: String, from source: borrowing OpenDirectory, to target: borrowing OpenDirectory)
        throws(ViewError)
    {
        guard try source.status(name)?.kind == .regular else { return }
        _ = try copyFile(name, in: source.handle, unlocking: nil, to: name, in: target.handle)
    }

    private static func copyDirectory(
        _ name: String, from source: borrowing OpenDirectory, to target: borrowing OpenDirectory
    ) throws(ViewError) {
        try target.makeDirectory(name)
        let inner = try OpenDirectory(name, in: source)
        let copied = try OpenDirectory(name, in: target)
        for entry in try inner.names() where !entry.hasSuffix(".lock") {
            switch try inner.status(entry)?.kind {
            case .directory?: try copyDirectory(entry, from: inner, to: copied)
            case .regular?: try copy(entry, from: inner, to: copied)
            default: continue
            }
        }
    }
}
