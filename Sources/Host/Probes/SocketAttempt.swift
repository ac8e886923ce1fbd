// An attempt over a socket of our own: connect, say something, judge the answer. Knows no protocol.

internal import Glibc
internal import Ports

/// What is said on a connection, and when the answer is enough.
protocol Dialogue {
    var request: [UInt8] { get }
    /// Takes what came; nil while more is needed.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> AttemptResult?
    /// Nothing more will come.
    mutating func end() -> AttemptResult
}

final class SocketAttempt: ProbeAttempt {
    private enum State {
        case idle, connecting, talking
    }

    private var addresses: ArraySlice<SocketAddress>
    private var dialogue: (any Dialogue)?
    private var unsent: ArraySlice<UInt8>
    private var socket: Descriptor?
    private var state = State.idle
    private var lastError = "there is no address to try"

    /// - Parameters:
    ///   - addresses: tried one after the other until one accepts.
    ///   - dialogue: none: to be accepted is enough.
    init(_ addresses: [SocketAddress], _ dialogue: (any Dialogue)?) {
        self.addresses = addresses[...]
        self.dialogue = dialogue
        unsent = (dialogue?.request ?? [])[...]
    }

    var watched: Int32? { socket?.number }

    var stage: String {
        state == .talking ? "the connection was accepted, but no answer came" : "no connection came about"
    }

    func advance() -> AttemptProgress {
        if state == .connecting { finishConnecting() }
        while state == .idle {
            guard let address = addresses.popFirst() else { return .over(.failed(lastError)) }
            connect(to: address)
        }
        if state == .connecting, let socket = socket?.number { return .waiting(socket, .writing) }
        return talk()
    }

    private func connect(to address: SocketAddress) {
        guard let socket = address.open(SOCK_STREAM) else { return fail(errno) }
        let result = address.with { Glibc.connect(socket.number, $0, $1) }
        let code = errno
        self.socket = consume socket
        if result == 0 { return connected() }
        if code == EINPROGRESS { state = .connecting } else { fail(code) }
    }

    private func finishConnecting() {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket?.number ?? -1, SOL_SOCKET, SO_ERROR, &code, &size)
        if code == 0 { connected() } else { fail(code) }
    }

    private func connected() {
        if isConnectedToItself { fail(ECONNREFUSED) } else { state = .talking }
    }

    /// Who tries a free port again and again is once in a while given that very port for his own end, and TCP connects
    /// the socket with itself.
    private var isConnectedToItself: Bool {
        func name(_ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) -> [UInt8] {
            var storage = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            return withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    guard pointer.pointee.sa_family != AF_UNIX, ask(socket?.number ?? -1, pointer, &size) == 0 else {
                        return []
                    }
                    return Array(UnsafeRawBufferPointer(start: pointer, count: Int(size)))
                }
            }
        }
        let own = name { getsockname($0, $1, $2) }
        guard let family = own.first, family != UInt8(AF_UNIX) else { return false }
        return own == name { getpeername($0, $1, $2) }
    }

    private func fail(_ code: Int32) {
        // A Unix socket whose queue is full says this instead of letting us wait.
        lastError = code == EAGAIN ? "too many connections wait to be accepted" : String(cString: strerror(code))
        socket = nil
        state = .idle
    }

    private func talk() -> AttemptProgress {
        guard let socket = socket?.number, dialogue != nil else { return .over(.succeeded) }
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 {
                unsent = unsent.dropFirst(count)
            } else if errno == EAGAIN {
                return .waiting(socket, .writing)
            } else if errno != EINTR {
                return .over(.failed("the connection was closed: \(String(cString: strerror(errno)))"))
            }
        }
        return listen(socket)
    }

    private func listen(_ socket: Int32) -> AttemptProgress {
        withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { buffer in
            while true {
                let count = recv(socket, buffer.baseAddress, buffer.count, 0)
                if count > 0 {
                    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                    if let result = dialogue?.receive(bytes) { return .over(result) }
                } else if count == 0 {
                    return .over(dialogue?.end() ?? .succeeded)
                } else if errno == EAGAIN {
                    return .waiting(socket, .reading)
                } else if errno != EINTR {
                    return .over(.failed("the connection was closed: \(String(cString: strerror(errno)))"))
                }
            }
        }
    }
}
