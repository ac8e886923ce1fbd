// Whose a container is, as a label that outlives its owner, and which of them have none any more. Removes nothing itself.

internal import CLinux
internal import Glibc

/// A process of this machine, named for ever: containers belong to the taskgraph that started them.
struct ContainerOwner: Hashable, Sendable {
    static let label = "taskgraph.owner"

    /// Boot and PID namespace: numbers of processes mean something within them only.
    let realm: String
    let pid: Int32
    /// Clock ticks since boot.
    let started: UInt64

    static let current: ContainerOwner = {
        let boot = SmallFile.read("/proc/sys/kernel/random/boot_id").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let space = (try? DiskFiles().linkTarget("/proc/self/ns/pid")) ?? ""
        let realm = "\(boot)\(space)".filter { $0.isLetter || $0.isNumber || $0 == "-" }
        return ContainerOwner(realm: realm, pid: getpid(), started: ContainerOwner.start(of: getpid()) ?? 0)
    }()

    /// `REALM/PID/STARTED`
    var text: String { "\(realm)/\(pid)/\(started)" }

    init(realm: String, pid: Int32, started: UInt64) {
        self.realm = realm
        self.pid = pid
        self.started = started
    }

    init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let pid = Int32(parts[1]), let started = UInt64(parts[2]) else { return nil }
        self.init(realm: parts[0], pid: pid, started: started)
    }

    /// Nil: there is no such process, or it has ended and nobody has taken note of that.
    static func start(of pid: Int32) -> UInt64? {
        var process = tg_process()
        return tg_process_read(pid, &process) == 0 && process.is_zombie == 0 ? process.started : nil
    }

    /// The containers in a list of lines `ID OWNER` whose owner lived where we do, and is dead. Those of other realms
    /// are for others to judge.
    static func dead(_ list: String, among us: ContainerOwner, start: (Int32) -> UInt64? = start) -> [String] {
        list.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let owner = ContainerOwner(text: String(words[1])), owner.realm == us.realm,
                start(owner.pid) != owner.started
            else { return nil }
            return String(words[0])
        }
    }
}
