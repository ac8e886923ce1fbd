// How many processors' worth of time the control groups (cgroup v2) allow. Does not know how many there are.

internal import Ports

enum ProcessorQuota {
    /// The tightest quota of this process' group and those above it, rounded up; nil when there is none.
    static var ofThisProcess: Int? {
        guard let groups = text("/proc/self/cgroup"), let path = unifiedGroup(groups) else { return nil }
        var limits: [Int] = []
        var group = Substring(path)
        while true {
            if let text = text("/sys/fs/cgroup\(group)/cpu.max"), let limit = processors(text) { limits.append(limit) }
            guard let slash = group.lastIndex(of: "/") else { return limits.min() }
            group = group[..<slash]
        }
    }

    /// The path of the unified hierarchy in `/proc/self/cgroup`, without a trailing slash.
    static func unifiedGroup(_ text: String) -> String? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        let path = line.dropFirst(3)
        return String(path == "/" ? "" : path)
    }

    /// `QUOTA PERIOD` in microseconds, or `max PERIOD`.
    static func processors(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0 else {
            return nil
        }
        return (quota + period - 1) / period
    }

    private static func text(_ path: String) -> String? {
        (try? DiskFiles().bytes(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
