// A Unix socket with many connections behind one descriptor. Knows no protocol: it carries bytes.

internal import CLinux
internal import Glibc
public import Ports

/// Listens in a directory of its own that nobody else may enter, and lets only this user and root connect: where the
/// socket's file is reached all the same (a bind mount, an inherited directory), the kernel's word on the peer counts.
public final class LeaseServer: LeaseServing {
    /// Bytes that may wait for one connection to read them.
    static let mostUnsent = 1 << 20
    /// More than this many wait in the listening socket.
    static let mostConnections = 1000
    /// What one connection may send before the others have their turn.
    private static let chunk = 64 * 1024
    private static let listening: UInt64 = 0

    public let path: String
    private let listener: Descriptor
    private let removal: (String) -> Void
    private let directory: String
    private var epoll = Epoll()
    private var connections: [ConnectionID: LeaseConnection] = [:]
    private var lastConnection: UInt32 = 0
    private var isListening = false
    private var isClosed = false

    /// - Parameters:
    ///   - directory: empty, and its owner's alone; removed by `close`.
    ///   - removal: removes it with everything beneath.
    init(in directory: String, removal: @escaping (String) -> Void) throws(SystemFailure) {
        let path = directory + "/leases"
        guard let address = SocketAddress.unix(path) else {
            throw SystemFailure("bind the socket", path, code: ENAMETOOLONG)
        }
        guard let socket = address.open(SOCK_STREAM) else { throw SystemFailure("make the socket", path) }
        guard address.with({ bind(socket.number, $0, $1) }) == 0, chmod(path, 0o600) == 0 else {
            throw SystemFailure("bind the socket", path)
        }
        guard listen(socket.number, 128) == 0 else { throw SystemFailure("listen on the socket", path) }
        self.path = path
        self.directory = directory
        self.removal = removal
        listener = socket
        listenAgain()
    }

    deinit { close() }

    public var descriptor: Int32 { epoll.number }

    public func turn() -> [LeaseTraffic] {
        var traffic: [LeaseTraffic] = []
        epoll.wait(atMost: 0)
        while let key = epoll.takeKey() {
            if key == Self.listening {
                acceptAll(&traffic)
            } else if let connection = connections[ConnectionID(UInt32(key))] {
                serve(connection, &traffic)
            }
        }
        return traffic
    }

    public func send(_ bytes: [UInt8], to id: ConnectionID) -> Bool {
        guard let connection = connections[id], !connection.isEnding else { return false }
        let wasEmpty = connection.unsent.isEmpty
        connection.unsent += bytes
        // What waited already is sent when the socket can take it.
        guard wasEmpty else {
            if connection.unsent.count <= Self.mostUnsent { return true }
            drop(connection)
            return false
        }
        guard connection.flush(), connection.unsent.isEmpty || watch(connection) else {
            drop(connection)
            return false
        }
        return true
    }

    public func hangUp(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        connection.isEnding = true
        if connection.unsent.isEmpty { drop(connection) }
    }

    public func close() {
        guard !isClosed else { return }
        isClosed = true
        for connection in connections.values { drop(connection) }
        if isListening { epoll.remove(listener.number) }
        removal(directory)
    }

    // MARK: Connections

    private func listenAgain() {
        guard !isListening, !isClosed else { return }
        isListening = epoll.add(listener.number, key: Self.listening)
    }

    private func acceptAll(_ traffic: inout [LeaseTraffic]) {
        while connections.count < Self.mostConnections {
            guard let socket = Descriptor(tg_accept(listener.number)) else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                // Without a free descriptor it would be told again and again that somebody waits.
                if errno != EAGAIN, !connections.isEmpty { stopListening() }
                return
            }
            guard Self.isWelcome(socket.number) else { continue }
            lastConnection += 1
            let connection = LeaseConnection(ConnectionID(lastConnection), socket)
            guard watch(connection) else { continue }
            connections[connection.id] = connection
            traffic.append(.connected(connection.id))
        }
        stopListening()
    }

    /// Until a connection ends.
    private func stopListening() {
        guard isListening else { return }
        epoll.remove(listener.number)
        isListening = false
    }

    private static func isWelcome(_ socket: Int32) -> Bool {
        var user: UInt32 = 0
        return tg_peer_user(socket, &user) == 0 && (user == geteuid() || user == 0)
    }

    private func serve(_ connection: LeaseConnection, _ traffic: inout [LeaseTraffic]) {
        if !connection.unsent.isEmpty {
            let isThere = connection.flush()
            if isThere, !connection.unsent.isEmpty { return }
            if isThere, !connection.isEnding, watch(connection) { return }
            if !connection.isEnding { traffic.append(.disconnected(connection.id)) }
            return drop(connection)
        }
        var result = ReadResult.empty
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
            result = connection.socket.read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let read) = result { count = read }
        }
        switch result {
        case .bytes: traffic.append(.received(connection.id, bytes))
        case .empty: break
        case .end:
            traffic.append(.disconnected(connection.id))
            drop(connection)
        }
    }

    /// For what it sends, or, while something waits for it, until it takes that.
    private func watch(_ connection: LeaseConnection) -> Bool {
        epoll.set(
            connection.socket.number, key: UInt64(connection.id.rawValue), forWriting: !connection.unsent.isEmpty)
    }

    private func drop(_ connection: LeaseConnection) {
        epoll.remove(connection.socket.number)
        connections[connection.id] = nil
        listenAgain()
    }
}

/// One who is connected.
private final class LeaseConnection {
    let id: ConnectionID
    let socket: Descriptor
    var unsent: [UInt8] = []
    /// To be dropped when everything is sent.
    var isEnding = false

    init(_ id: ConnectionID, _ socket: consuming Descriptor) {
        self.id = id
        self.socket = socket
    }

    /// Sends what can be sent now. False when the other side is gone.
    func flush() -> Bool { socket.send(&unsent) }
}
