// A bare HTTP client: one request, and what comes back as it comes. Adds and understands nothing.

import Glibc
import Testing

final class WebClient {
    private let socket: Int32
    private var pending = ""

    init(_ port: UInt16, _ target: String, host: String? = nil, _ fields: String = "") {
        socket = WebClient.connected(port)
        let request = "GET \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n\(fields)\r\n"
        _ = send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL))
    }

    deinit { close(socket) }

    /// -1 when nobody listens.
    private static func connected(_ port: UInt16) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isThere = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isThere { return socket }
        close(socket)
        return -1
    }

    static func isRefused(_ port: UInt16) -> Bool {
        let socket = connected(port)
        if socket >= 0 { close(socket) }
        return socket < 0
    }

    /// Reads until the text came, and gives everything up to its end.
    @discardableResult
    func until(_ text: String, _ location: SourceLocation = #_sourceLocation) -> String {
        while true {
            if let found = pending.firstRange(of: text) {
                defer { pending = String(pending[found.upperBound...]) }
                return String(pending[..<found.upperBound])
            }
            guard more() else {
                Issue.record("\(text) did not come, but: \(pending)", sourceLocation: location)
                return pending
            }
        }
    }

    /// Everything until the other side hangs up.
    func rest() -> String {
        while more() {}
        return pending
    }

    /// False at the end, and when nothing comes for very long.
    private func more() -> Bool {
        var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 120_000) == 1 else { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(socket, &buffer, buffer.count)
        if count > 0 { pending += String(decoding: buffer[..<count], as: UTF8.self) }
        return count > 0
    }
}
