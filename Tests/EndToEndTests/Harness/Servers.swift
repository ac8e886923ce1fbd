// Real servers of a test's own, on loopback and gone with the test. Does not wait until they are ready: that is tested.

import Glibc
import Testing

/// A TCP port of 127.0.0.1 that nobody listens on.
func freePort() -> UInt16 {
    let listener = Listener()
    return listener.port
}

/// Listens on a port of 127.0.0.1 and never answers.
final class Listener {
    let port: UInt16
    private let descriptor: Int32

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) | listen(descriptor, 4096) | getsockname(descriptor, $0, &size)
            }
        }
        precondition(code == 0, "no port: errno \(errno)")
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}

/// A cluster of PostgreSQL in a directory of the test.
final class PostgresServer {
    let directory: String
    let port = freePort()
    private let project: Project
    private var server: Child?
    private var starts = 0

    private static let programs: String? = {
        let versions = Disk.names(in: "/usr/lib/postgresql").sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
        return versions.last.map { "/usr/lib/postgresql/\($0)/bin/" }
    }()

    /// PostgreSQL does not run as root.
    private static let user =
        geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []

    init(_ project: Project) {
        self.project = project
        directory = project.base + "/pg"
        chmod(project.base, 0o755)
        Disk.makeDirectory(directory)
        chmod(directory, 0o777)
        project.shell(
            Self.command("initdb", "--no-sync", "-A", "trust", "-U", "owner", "-D", directory + "/data")
                .joined(separator: " "))
    }

    deinit { stop() }

    private static func command(_ program: String, _ arguments: String...) -> [String] {
        user + [(programs ?? "") + program] + arguments
    }

    func start(_ settings: String...) {
        let fixed = ["fsync=off", "listen_addresses=127.0.0.1"]
        let words = Self.command("postgres", "-D", directory + "/data", "-k", directory, "-p", "\(port)")
        starts += 1
        server = Child(
            words + (fixed + settings).flatMap { ["-c", $0] }, in: "/", environment: ["LC_ALL": "C"],
            scratch: "\(project.base)/postgres-\(starts)")
    }

    /// At once, and nothing of it is left.
    func stop() {
        server?.signal(SIGQUIT)
        _ = server?.wait()
        server = nil
    }

    /// From now on it is a copy of a server that is not there: it waits in recovery until it is promoted.
    func makeStandby() {
        project.shell((Self.user + ["touch", directory + "/data/standby.signal"]).joined(separator: " "))
    }

    func promote() {
        project.shell((Self.command("pg_ctl", "promote", "-W", "-D", directory + "/data")).joined(separator: " "))
    }
}
