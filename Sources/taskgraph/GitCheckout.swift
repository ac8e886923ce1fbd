// Where the git checkout of a project stands, by git's files. Starts no program.

import Host
import Ports
import Vocabulary

/// The branch and the commit that git's files tell of the checkout that a directory is in.
struct GitCheckout {
    var branch: String?
    /// 40 hexadecimal digits.
    var commit: String?

    /// Empty outside of a checkout, and where the files are unlike what git writes.
    init(around directory: String) {
        guard let git = GitCheckout.directory(above: directory), let head = GitCheckout.line(git + "/HEAD") else {
            return
        }
        guard head.hasPrefix("ref: ") else {
            commit = GitCheckout.commit(head)
            return
        }
        let reference = String(head.dropFirst(5))
        branch = reference.hasPrefix("refs/heads/") ? String(reference.dropFirst(11)) : nil
        // A work tree's own directory has its HEAD; branches are those of the repository.
        let common = GitCheckout.line(git + "/commondir").map { absolute($0, from: git) } ?? git
        commit =
            GitCheckout.line(common + "/" + reference).flatMap(GitCheckout.commit)
            ?? GitCheckout.packed(reference, in: common)
    }

    private static func directory(above directory: String) -> String? {
        var place = directory
        while true {
            let git = (place == "/" ? "" : place) + "/.git"
            if (try? DiskFiles().status(git + "/HEAD")) ?? nil != nil { return git }
            // Of a linked work tree it is a file.
            if let link = line(git), link.hasPrefix("gitdir: ") {
                return absolute(String(link.dropFirst(8)), from: place)
            }
            guard place != "/" else { return nil }
            place = parentDirectory(of: place)
            if place.isEmpty { place = "/" }
        }
    }

    private static func packed(_ reference: String, in git: String) -> String? {
        guard let bytes = try? DiskFiles().bytes(git + "/packed-refs") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasSuffix(" " + reference) }
        return line.flatMap { $0.split(separator: " ").first }.map(String.init).flatMap(commit)
    }

    private static func commit(_ text: String) -> String? {
        text.utf8.count == 40 && text.allSatisfy(\.isHexDigit) ? text : nil
    }

    private static func line(_ path: String) -> String? {
        guard let content = DiskFiles().content(path, upTo: 4096) else { return nil }
        return String(decoding: content.bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
