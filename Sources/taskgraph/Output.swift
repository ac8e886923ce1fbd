// Bytes to the standard streams, all of them, whatever the kernel takes at a time.

internal import Glibc

enum Output {
    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR, errno != EAGAIN {
                // Nobody reads any more: there is no one to tell.
                return
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            }
        }
    }

    static func print(_ text: String) { write(Array(text.utf8)) }
    static func error(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }
}
