// One connection of the web server: what came, and what is still to be sent. Knows no HTTP.

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
    func flush() -> Bool { socket.send(&unsent) }
}
