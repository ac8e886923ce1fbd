// The process that keeps a container for as long as this one wants it. Does not know what runs in it.

internal import CLinux
internal import Glibc
internal import Ports
internal import Synchronization

/// Runs an engine's client outside of the warden, and removes the container when it is let go of or this process is
/// killed. See `tg_service_main`, option `-c`.
final class ContainerKeeper: Sendable {
    private let pid: Int32
    private let guardEnd: Mutex<Descriptor?>

    /// Returns when the stand-in can come.
    init(
        _ words: [String], name: String, control: String, launcher: [String], environment: [String]
    ) throws(SystemFailure) {
        let ends = try GuardPipe()
        let output = try GuardPipe()
        pid = try GuardedCommand.spawn(
            launcher + ["-c", name, control, "--"] + words, environment: environment, directory: "/",
            input: ends.reading.number, output: output.writing.number)
        guardEnd = Mutex(ends.writing)
        let reading = output.reading
        ContainerKeeper.close(output.writing)
        guard ContainerKeeper.hasLine(reading) else {
            end()
            throw SystemFailure("listen on", control, code: EADDRNOTAVAIL)
        }
    }

    deinit { end() }

    /// Removes the container if it is still there, and waits until it is gone.
    func end() {
        let isEnded = guardEnd.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor == nil
        }
        guard !isEnded else { return }
        var ended = tg_ended()
        _ = tg_collect_waiting(pid, &ended)
    }

    private static func close(_ descriptor: consuming Descriptor) {}

    /// Whether something was written before the other end was closed.
    private static func hasLine(_ reading: borrowing Descriptor) -> Bool {
        var ready = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
        while poll(&ready, 1, -1) < 0, errno == EINTR {}
        return Int32(ready.revents) & POLLIN != 0
    }
}
