// Who listens on a TCP port of this machine, as far as /proc shows it. Only looked at to explain a failure.

internal import Glibc
internal import Ports
internal import Vocabulary

enum PortOwners {
    private struct Listener {
        let inode: String
        let user: UInt32
    }

    static func owner(of port: UInt16) -> ProbeFailure.PortOwner {
        let listeners = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { self.listeners(in: $0, on: port) }
        guard let first = listeners.first else { return .nobody }
        let wanted = Set(listeners.map { "socket:[\($0.inode)]" })
        let pids = ((try? DiskFiles().entries("/proc")) ?? []).compactMap { Int32($0.name) }
        guard let pid = pids.sorted().first(where: { holds(one: wanted, $0) }) else { return .user(first.user) }
        return .process(pid: pid, command: command(of: pid))
    }

    /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode`; `0A` is a listening socket.
    private static func listeners(in table: String, on port: UInt16) -> [Listener] {
        let text = (try? DiskFiles().bytes(table)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 9, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
                UInt16(words[1][words[1].index(after: colon)...], radix: 16) == port
            else { return nil }
            return Listener(inode: String(words[9]), user: UInt32(words[7]) ?? 0)
        }
    }

    private static func holds(one sockets: Set<String>, _ pid: Int32) -> Bool {
        let directory = "/proc/\(pid)/fd"
        let names = (try? DiskFiles().entries(directory)) ?? []
        return names.contains {
            (try? DiskFiles().linkTarget("\(directory)/\($0.name)")).map(sockets.contains) ?? false
        }
    }

    private static func command(of pid: Int32) -> String {
        let bytes = (try? DiskFiles().bytes("/proc/\(pid)/cmdline")) ?? []
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let text = words.joined(separator: " ")
        return text.count > 80 ? String(text.prefix(77)) + "..." : text
    }
}
