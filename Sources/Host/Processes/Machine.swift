// Facts about this machine and this program's surroundings: time, environment, directory, terminal, processors.

internal import CLinux
internal import Glibc
public import Ports

public enum Machine {
    /// Nanoseconds since some fixed moment; never set back.
    public static var monotonicTime: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Nanoseconds since the epoch.
    public static var wallTime: UInt64 { nanoseconds(CLOCK_REALTIME) &+ UInt64(bitPattern: tg_wall_shift()) }

    /// Clock ticks since boot, as the kernel's process table counts.
    static var processTick: UInt64 {
        nanoseconds(CLOCK_BOOTTIME) / (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// Whole days that this machine has been up.
    static var daysSinceBoot: UInt64 { nanoseconds(CLOCK_BOOTTIME) / 86_400_000_000_000 }

    /// A moment on the clock of this place: `10:31` today, `2026-11-22 10:31` on any other day.
    /// - Parameter wallTime: nanoseconds since the epoch.
    public static func clockText(_ wallTime: UInt64) -> String {
        func broken(_ wallTime: UInt64) -> tm {
            var seconds = time_t(clamping: wallTime / 1_000_000_000)
            var parts = tm()
            localtime_r(&seconds, &parts)
            return parts
        }
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        let (then, now) = (broken(wallTime), broken(Machine.wallTime))
        let time = two(then.tm_hour) + ":" + two(then.tm_min)
        if then.tm_year == now.tm_year, then.tm_yday == now.tm_yday { return time }
        return "\(then.tm_year + 1900)-\(two(then.tm_mon + 1))-\(two(then.tm_mday)) " + time
    }

    /// This program's environment in its order, names with their values. Entries without `=` are left out.
    public static var environment: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        var entry = environ
        while let text = entry.pointee {
            let bytes = UnsafeBufferPointer(
                start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
            if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
                let name = String(decoding: bytes[..<equals], as: UTF8.self)
                pairs.append((name, String(decoding: bytes[(equals + 1)...], as: UTF8.self)))
            }
            entry += 1
        }
        return pairs
    }

    /// Absolute path of the directory this program runs in, without symbolic links.
    public static func currentDirectory() throws(FileError) -> String {
        guard let path = getcwd(nil, 0) else { throw FileError("find", ".", errno) }
        defer { free(path) }
        return String(cString: path)
    }

    /// Absolute path of something that exists, without symbolic links, `.` and `..`.
    public static func canonicalPath(_ path: String) throws(FileError) -> String {
        guard let resolved = realpath(path, nil) else { throw FileError("find", path, errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    public static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    public static var processNumber: Int32 { getpid() }

    /// Whether one can wait until a descriptor can be read. Files cannot be waited for, nor can `/dev/null`.
    public static func canWait(for descriptor: Int32) -> Bool {
        let set = Epoll()
        return set.add(descriptor, key: 0)
    }

    /// Reads what is there, for its end alone.
    /// - Returns: whether nothing more will come.
    public static func discardInput(_ descriptor: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count == 0 || count < 0 && errno != EINTR && errno != EAGAIN
        }
    }

    /// Columns; nil when the descriptor is no terminal or it does not say.
    public static func terminalWidth(_ descriptor: Int32) -> Int? {
        let width = Int(tg_terminal_width(descriptor))
        return width > 0 ? width : nil
    }

    /// Rows; nil when the descriptor is no terminal or it does not say.
    public static func terminalHeight(_ descriptor: Int32) -> Int? {
        let height = Int(tg_terminal_height(descriptor))
        return height > 0 ? height : nil
    }

    /// Processors this program may use: its affinity, cut by the quota of its control groups, at least 1.
    public static var coreCount: Int {
        let allowed = Int(tg_affinity_count())
        return max(1, min(allowed, ProcessorQuota.ofThisProcess ?? allowed))
    }

    /// Operating system and processor, as `uname` names them: `Linux-x86_64`.
    public static var platform: String {
        var names = utsname()
        uname(&names)
        return "\(text(&names.sysname))-\(text(&names.machine))"
    }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// A field of fixed length that holds a C string.
    private static func text<Field>(_ field: inout Field) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
