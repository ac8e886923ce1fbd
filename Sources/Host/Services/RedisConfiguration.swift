// The configuration of a private Redis: nothing is kept, nothing listens beyond loopback.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

struct RedisConfiguration {
    /// Part of the identity of templates: to be counted up when anything below, or how a dump is made, changes.
    static let format = "redis 1"

    /// What taskgraph itself decides about an instance.
    private static let reserved: Set<String> = [
        "port", "bind", "unixsocket", "unixsocketperm", "dir", "dbfilename", "requirepass", "daemonize", "include",
        "pidfile", "logfile", "tls-port", "supervised", "aclfile", "user", "protected-mode", "save", "appendonly",
    ]

    let recipe: ServiceRecipe
    /// The instance's own.
    let directory: String
    /// 0: none.
    let port: UInt16
    let password: String
    /// Where a container sees the directory, its server being any user; nil: the server is on this machine.
    var inside: String?

    var path: String { directory + "/redis.conf" }
    var socket: String { directory + "/redis.sock" }
    private var data: String { directory + "/data" }
    private var seen: String { inside ?? directory }

    /// Whether the settings are ones that a recipe may choose.
    static func check(_ recipe: ServiceRecipe) throws(ServiceError) {
        for setting in recipe.settings {
            if reserved.contains(setting.name.lowercased()) {
                throw ServiceError(
                    "service \"\(recipe.name)\": the setting \"\(setting.name)\" is not yours to choose: each instance"
                        + " has its own, and none keeps anything",
                    hint: "remove it; ${{ self.port }}, ${{ self.socket }} and their like say what it is")
            }
            guard !(setting.name + setting.value).contains(where: \.isNewline), !setting.name.isEmpty else {
                throw ServiceError(
                    "service \"\(recipe.name)\": \"\(setting.name): \(setting.value)\" is no setting of Redis",
                    hint: "settings are those of redis.conf, each on one line")
            }
        }
    }

    /// With an empty data directory beside it.
    func write(for user: ServerUser?) throws(SystemFailure) {
        let file = try StoreFile.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.write(Array(text.utf8))
        guard mkdir(data, 0o700) == 0 else { throw SystemFailure("create", data) }
        if inside != nil, chmod(path, 0o644) != 0 || chmod(data, 0o777) != 0 {
            throw SystemFailure("set the mode of", path)
        }
        try user?.own(path)
        try user?.own(data)
    }

    private var text: String {
        let own = [
            "bind \(inside == nil ? "127.0.0.1" : "0.0.0.0")", "protected-mode yes", "port \(port)",
            "unixsocket \(seen)/redis.sock", "unixsocketperm \(inside == nil ? "700" : "777")",
            "requirepass \(password)", "dir \(seen)/data", "dbfilename dump.rdb", "save \"\"", "appendonly no",
            "daemonize no",
            "supervised no", "logfile \"\"",
        ]
        let chosen = recipe.settings.map { "\($0.name) \($0.value)" }
        return (own + chosen).joined(separator: "\n") + "\n"
    }
}
