// The socket that a service tells its state to with sd_notify. Judges nothing but READY=1.

internal import Glibc

/// Made for one service; its path is the service's `NOTIFY_SOCKET`. The file goes with it.
final class NotifySocket {
    let descriptor: Descriptor
    private let path: String
    private(set) var isReady = false
    /// What the service last said of itself with `STATUS=`.
    private(set) var status: String?

    /// Nil, with `errno`, when the socket cannot be made there.
    init?(_ path: String) {
        guard let address = SocketAddress.unix(path), let descriptor = address.open(SOCK_DGRAM) else { return nil }
        unlink(path)
        guard address.with({ bind(descriptor.number, $0, $1) }) == 0 else { return nil }
        // The service may run as another user; who cannot enter the directory cannot write here all the same.
        chmod(path, 0o666)
        self.descriptor = descriptor
        self.path = path
    }

    deinit { unlink(path) }

    func take() {
        withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 16) { buffer in
            while true {
                let count = recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
                guard count >= 0 else { return }
                note(String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self))
            }
        }
    }

    private func note(_ message: String) {
        for line in message.split(separator: "\n") {
            if line == "READY=1" { isReady = true }
            if line.hasPrefix("STATUS=") { status = String(line.dropFirst(7)) }
        }
    }
}
