// Which process listens on a TCP port of this machine, as far as /proc shows it to us.

internal import Glibc

enum PortOwner {
    /// `PROGRAM (process N)`; nil when nobody listens, or it is not ours to see.
    static func of(_ port: UInt16) -> String? {
        let sockets = ["tcp", "tcp6"].flatMap { listening(on: port, in: "/proc/net/" + $0) }
        guard !sockets.isEmpty else { return nil }
        for name in DirectoryNames.list("/proc") {
            guard let pid = Int32(name), holds(pid, sockets) else { continue }
            let program = SmallFile.read("/proc/\(pid)/comm").map { String(decoding: $0, as: UTF8.self) } ?? "a program"
            return "\(program.filter { !$0.isNewline }) (process \(pid))"
        }
        return nil
    }

    /// Inode numbers of sockets in the state LISTEN.
    private static func listening(on port: UInt16, in table: String) -> [String] {
        guard let bytes = try? DiskFiles().bytes(table) else { return [] }
        let wanted = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - wanted.count) + wanted
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", fields[1].hasSuffix(suffix) else { return nil }
            return "socket:[\(fields[9])]"
        }
    }

    private static func holds(_ pid: Int32, _ sockets: [String]) -> Bool {
        let directory = "/proc/\(pid)/fd"
        return DirectoryNames.list(directory).contains { name in
            (try? DiskFiles().linkTarget(directory + "/" + name)).map(sockets.contains) ?? false
        }
    }
}
