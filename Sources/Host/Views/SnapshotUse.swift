// Which copies of a snapshot a run's views are made of, so that nobody removes them under it.

internal import CLinux
internal import Glibc
internal import Ports

/// A list of copies in `HOME/users`, locked as long as the run that needs them lives.
final class SnapshotUse: Sendable {
    private let path: String
    private let descriptor: Int32

    /// - Parameter home: the directory of a tree's snapshots, locked by the caller.
    init(of copies: [UInt32], in home: String) throws(ViewError) {
        try makeDirectories(home + "/users")
        var number = 0
        var file: Int32 = -1
        while file < 0 {
            file = open("\(home)/users/\(getpid())-\(number)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard tg_effected(tg_effect_create, file) >= 0 || errno == EEXIST else {
                throw ViewError.system("create a file in", home + "/users")
            }
            number += 1
        }
        path = "\(home)/users/\(getpid())-\(number - 1)"
        descriptor = file
        let bytes = Array(copies.map { "\($0)\n" }.joined().utf8)
        guard tg_view_lock(file, 0) == 0, writeFile(file, bytes, bytes.count) == bytes.count else {
            throw ViewError.system("write", path)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Removes all that is kept of a tree, unless a living run needs it.
    /// - Parameter isUnwanted: decides by the manifest's path.
    /// - Returns: whether it is gone.
    static func removeAll(in home: String, if isUnwanted: (String) -> Bool) -> Bool {
        guard let guarding = try? OpenDirectory(home), tg_view_lock(guarding.descriptor, 0) == 0,
            (try? guarding.names().isEmpty) == false, isUnwanted(home + "/manifest"),
            let users = try? OpenDirectory(home + "/users"),
            let names = try? users.names()
        else { return false }
        for name in names {
            let file = openat(users.descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard file >= 0 else { continue }
            defer { close(file) }
            if tg_view_lock(file, 0) != 0 { return false }
        }
        return (try? guarding.removeAll()) != nil
    }

    /// Removes copies that neither the manifest nor a living run needs.
    /// - Parameter home: locked by the caller.
    static func removeUnused(in home: String, except current: [UInt32]) throws(ViewError) {
        try makeDirectories(home + "/users")
        let users = try OpenDirectory(home + "/users")
        var needed = Set(current.map { "\($0)" })
        for name in try users.names() {
            let file = openat(users.descriptor, name, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { continue }
            defer { close(file) }
            if tg_view_lock(file, 0) == 0 {
                try users.remove(name)
            } else if let bytes = try contents(home + "/users/" + name) {
                needed.formUnion(String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init))
            }
        }
        let directory = try OpenDirectory(home)
        for name in try directory.names() where UInt32(name) != nil && !needed.contains(name) {
            try directory.remove(name)
        }
    }
}
