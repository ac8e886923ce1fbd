// Which processes of a project are there. Seen from outside: a task's processes know each other by other numbers.

import Glibc

extension Project {
    /// A process that has this project's directory in its arguments, its environment or its working directory: the
    /// program itself, its warden, and whatever tasks started.
    struct Process: Hashable, CustomStringConvertible {
        var pid: Int32
        var parent: Int32
        var name: String
        var description: String { "\(pid) \(name)" }
    }

    /// Those that are alive: neither gone nor zombies.
    func processes() -> [Process] {
        let pids = Disk.names(in: "/proc").compactMap { Int32($0) }
        return pids.filter { $0 != getpid() && mentionsUs($0) }.compactMap(Self.process)
    }

    /// The program under test as it runs for this project.
    func engine() -> Process? { processes().first { $0.name == "taskgraph" } }
    /// The first process of the namespace in which tasks run.
    func warden() -> Process? { processes().first { $0.name == "tg-warden" } }

    /// Those that are there although so many (each noted by a line of a file beside the project) are to be gone.
    func livingProcesses(in file: String, atLeast count: Int) -> [String] {
        let noted = (Disk.text(base + "/" + file) ?? "").split(separator: "\n").count
        guard noted >= count else { return ["only \(noted) were ever there"] }
        return processes().map(\.description)
    }

    private func mentionsUs(_ pid: Int32) -> Bool {
        let texts = ["cmdline", "environ"].map { Disk.text("/proc/\(pid)/\($0)") ?? "" }
        return (texts + [Disk.link("/proc/\(pid)/cwd") ?? ""]).contains { $0.contains(base) }
    }

    /// The name stands in parentheses, and may contain some; state and parent follow.
    private static func process(_ pid: Int32) -> Process? {
        guard let line = Disk.text("/proc/\(pid)/stat"), let start = line.firstIndex(of: "("),
            let end = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[end...].split(separator: " ")
        guard fields.count > 2, fields[1] != "Z", fields[1] != "X", let parent = Int32(fields[2]) else { return nil }
        return Process(pid: pid, parent: parent, name: String(line[line.index(after: start)..<end]))
    }
}
