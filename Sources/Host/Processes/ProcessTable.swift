// The kernel's table of processes as values. Changes nothing.

internal import CLinux

/// A process for ever: pids are used again, a pid with a starting time is not.
struct ProcessIdentity: Hashable {
    let pid: Int32
    /// Clock ticks since boot.
    let started: UInt64
}

/// What is known of a process without its cooperation.
struct ProcessRecord: Hashable {
    let identity: ProcessIdentity
    let parent: Int32
    let group: Int32
    let session: Int32
    /// Ended, and not reaped yet.
    let isZombie: Bool

    var pid: Int32 { identity.pid }
}

enum ProcessTable {
    static func record(of pid: Int32) -> ProcessRecord? {
        var process = tg_process()
        guard tg_process_read(pid, &process) == 0 else { return nil }
        return ProcessRecord(
            identity: ProcessIdentity(pid: pid, started: process.started), parent: process.parent, group: process.group,
            session: process.session, isZombie: process.is_zombie != 0)
    }

    /// The children of all threads of a process.
    static func children(of pid: Int32) -> [Int32] {
        list { tg_children(pid, $0, $1) } ?? []
    }

    /// A variable of the environment a process was started with; nil also when it may not be read.
    static func variable(_ name: String, of pid: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String? in
            guard let start = buffer.baseAddress else { return nil }
            let count = tg_process_variable(pid, name, start, buffer.count)
            guard count >= 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }

    /// Calls again with more room when the list did not fit; nil when it cannot be read.
    static func list(_ fill: (UnsafeMutablePointer<Int32>?, Int) -> Int) -> [Int32]? {
        var capacity = 64
        while true {
            var needed = 0
            let pids = [Int32](unsafeUninitializedCapacity: capacity) { buffer, count in
                needed = fill(buffer.baseAddress, buffer.count)
                count = max(0, min(needed, capacity))
            }
            guard needed >= 0 else { return nil }
            guard needed > capacity else { return pids }
            capacity = needed * 2
        }
    }
}
