// One running warden: the first process of a namespace in which every task lives. Knows nothing of tasks.

internal import CLinux
internal import Glibc

/// Why there is none.
struct WardenRefusal: Error, Hashable, CustomStringConvertible {
    /// What could not be done, as in "mount /proc".
    let step: String
    let code: Int32

    var description: String { "cannot \(step): \(String(cString: strerror(code)))" }
}

/// Ends the warden, and so every process in its namespace, when its owner lets go of it; waits until all are gone.
final class Warden {
    /// As this process sees it.
    let pid: Int32
    /// Of the kernel's list of its children.
    let children: Descriptor
    private var connection: Descriptor?

    /// Requests go in, news come out.
    var socket: Int32 { connection?.number ?? -1 }

    init() throws(WardenRefusal) {
        var started = tg_warden()
        var step: UnsafePointer<CChar>?
        let code = tg_warden_start(&started, &step)
        guard code == 0, let connection = Descriptor(started.socket), let children = Descriptor(started.children) else {
            throw WardenRefusal(step: step.map { String(cString: $0) } ?? "start", code: code)
        }
        pid = started.pid
        self.connection = Optional.some(connection)
        self.children = children
    }

    deinit {
        connection = nil
        var ended = tg_ended()
        _ = tg_collect_waiting(pid, &ended)
    }
}
