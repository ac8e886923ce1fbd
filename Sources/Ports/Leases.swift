// The seam to those who lease services while they run: many connections, and bytes on them. Knows no protocol.

/// Somebody who is connected; never given twice by one server.
public struct ConnectionID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (lhs: ConnectionID, rhs: ConnectionID) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// What happened on the connections.
public enum LeaseTraffic: Hashable, Sendable {
    case connected(ConnectionID)
    case received(ConnectionID, [UInt8])
    /// It is gone, or said that it will send no more. Nothing can be sent to it.
    case disconnected(ConnectionID)
}

/// A socket that processes of this machine connect to. Used by one thread only; never waits.
public protocol LeaseServing: AnyObject {
    /// Absolute path of the socket.
    var path: String { get }
    /// Readable when `turn` has something to do.
    var descriptor: Int32 { get }
    /// Accepts, reads and sends what can be without waiting.
    func turn() -> [LeaseTraffic]
    /// Sends bytes, now or as soon as the other side takes them; what comes from it meanwhile has to wait.
    /// - Returns: false when the connection is gone, or was dropped because too much waited to be read by it.
    func send(_ bytes: [UInt8], to connection: ConnectionID) -> Bool
    /// Ends a connection after what was sent to it. `disconnected` is not told.
    func hangUp(_ connection: ConnectionID)
    /// Ends all connections at once and removes the socket.
    func close()
}
