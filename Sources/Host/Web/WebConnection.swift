// One connection of the web server: what came, and what is still to be sent. Knows no HTTP.

internal import Glibc

final class WebConnection {
    let key: UInt64
    let socket: Descriptor
    var received: [UInt8] = []
    var unsent: [UInt8] = []
    /// Reads events until it goes away.
    var isStream = false
    /// To be dropped when everything is sent.
    var isEnding = false

    /// Who goes first when there are too many.
    var rank: (Int, UInt64) { (isStream ? 1 : 0, key) }

    init(_ key: UInt64, _ socket: consuming Descriptor) {
        self.key = key
        self.socket = socket
    }

    /// Sends what can be sent now. False when the other side is gone.
    func flush() -> Bool {
        var sent = 0
        defer { unsent.removeFirst(sent) }
        while sent < unsent.count {
            let count = unsent.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(socket.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
