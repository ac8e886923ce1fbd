// Who a server runs as. PostgreSQL refuses root, and no other server needs to be.

internal import CLinux
internal import Glibc

/// A user that is not root.
struct ServerUser: Sendable {
    let user: UInt32
    let group: UInt32

    /// The first of the users that there is, else `nobody`; nil when we are not root: then it is we.
    static func choose(_ names: [String]) -> ServerUser? {
        guard geteuid() == 0 else { return nil }
        var (user, group): (UInt32, UInt32) = (65534, 65534)
        for name in names + ["nobody"] where tg_user_named(name, &user, &group) == 0 && user != 0 { break }
        return ServerUser(user: user, group: group)
    }

    /// The launcher's option.
    var option: [String] { ["-u", String(user), String(group)] }

    /// Makes a directory theirs alone.
    func own(_ path: String) throws(SystemFailure) {
        guard chown(path, user, group) == 0 else { throw SystemFailure("change the owner of", path) }
    }
}
