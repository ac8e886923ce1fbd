// Redis' protocol as far as sending lines and telling answers from errors goes.

internal import CLinux
internal import Glibc

/// A connection over a Unix socket; one command at a time, in the inline form, which is what redis-cli reads.
final class RedisLine {
    private let socket: Descriptor
    private var buffer: ArraySlice<UInt8> = []

    /// Nil when nobody listens.
    init?(socket path: String) {
        guard let socket = Descriptor(tg_connect_local(path)) else { return nil }
        self.socket = socket
    }

    /// The first line of the reply, with the character that says its kind (`-` is an error); the rest is read and
    /// forgotten. Nil when the connection is gone.
    func ask(_ command: String) -> String? {
        var bytes = Array((command + "\r\n").utf8)[...]
        while !bytes.isEmpty {
            let flags = Int32(MSG_NOSIGNAL)
            let count = bytes.withUnsafeBytes { send(socket.number, $0.baseAddress, $0.count, flags) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes.removeFirst(count)
        }
        return readReply()
    }

    private func readReply() -> String? {
        guard let line = readLine() else { return nil }
        let number = Int(line.dropFirst()) ?? -1
        switch line.first {
        case "$": guard number < 0 || skip(number + 2) else { return nil }
        case "*": for _ in 0..<max(0, number) { guard readReply() != nil else { return nil } }
        default: break
        }
        return line
    }

    private func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer = buffer[(end + 1)...]
                return String(line.filter { $0 != "\r" })
            }
            guard fill() else { return nil }
        }
    }

    private func skip(_ count: Int) -> Bool {
        while buffer.count < count { guard fill() else { return false } }
        buffer.removeFirst(count)
        return true
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(socket.number, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer += bytes[..<count]
            return true
        }
    }
}
