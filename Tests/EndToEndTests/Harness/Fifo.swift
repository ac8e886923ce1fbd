// A FIFO between a test and a task: one waits until the other says so. Not a clock: the limit only ends a test that hangs.

import Glibc
import Testing

/// Both ends stay open here, so that neither side blocks on opening.
final class Fifo {
    let path: String
    private let descriptor: Int32
    private var pending = ""

    init(_ path: String) {
        self.path = path
        mkfifo(path, 0o666)
        chmod(path, 0o666)
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        precondition(descriptor >= 0, "cannot open \(path): errno \(errno)")
    }

    deinit { close(descriptor) }

    /// The next line that a task writes.
    func line(_ location: SourceLocation = #_sourceLocation) -> String? {
        while true {
            if let end = pending.firstIndex(of: "\n") {
                let line = String(pending[..<end])
                pending = String(pending[pending.index(after: end)...])
                return line
            }
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 120_000) == 1 else {
                Issue.record("nothing was written to \(path)", sourceLocation: location)
                return nil
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { pending += String(decoding: buffer[..<count], as: UTF8.self) }
        }
    }

    /// Lets a task that reads a line go on.
    func release(_ text: String = "go") {
        let bytes = Array((text + "\n").utf8)
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}

/// Waits until a condition holds that only looking can tell.
func eventually(
    _ what: String, _ location: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) {
    let start = monotonicSeconds()
    while !condition() {
        guard monotonicSeconds() - start < 120 else {
            Issue.record("never: \(what)", sourceLocation: location)
            return
        }
        usleep(5_000)
    }
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec
}
