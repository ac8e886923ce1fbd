// How many instances of services memory allows to wait for leases. Does not know what the instances are.

internal import Ports

public enum SpareMemory {
    /// What one instance is taken to need, its data in memory included. A private PostgreSQL that does nothing needs 6 MiB,
    /// a Redis less; the rest is for what its user writes.
    static let ofOneInstance: UInt64 = 32 << 20

    /// Spares may take a quarter of what is free now: of the machine's memory, and of what the control groups (cgroup v2)
    /// leave.
    public static var instances: Int {
        let free = [machine, groups].compactMap { $0 }.min() ?? 0
        return Int(clamping: free / 4 / ofOneInstance)
    }

    private static var machine: UInt64? { text("/proc/meminfo").flatMap(available) }

    private static var groups: UInt64? {
        guard let groups = text("/proc/self/cgroup"), let path = ProcessorQuota.unifiedGroup(groups) else { return nil }
        var free: [UInt64] = []
        var group = Substring(path)
        while true {
            let directory = "/sys/fs/cgroup\(group)"
            if let limit = number("\(directory)/memory.max"), let used = number("\(directory)/memory.current") {
                free.append(limit > used ? limit - used : 0)
            }
            guard let slash = group.lastIndex(of: "/") else { return free.min() }
            group = group[..<slash]
        }
    }

    /// Bytes, of the line `MemAvailable: N kB`.
    static func available(_ meminfo: String) -> UInt64? {
        let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        guard let words = line?.split(separator: " "), words.count == 3 else { return nil }
        return UInt64(words[1]).map { $0 << 10 }
    }

    private static func number(_ path: String) -> UInt64? {
        text(path).flatMap { UInt64($0.split(separator: "\n").first ?? "") }
    }

    private static func text(_ path: String) -> String? {
        (try? DiskFiles().bytes(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
