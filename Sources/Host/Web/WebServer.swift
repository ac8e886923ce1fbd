// A small HTTP server on loopback: one thread, one epoll set. Knows no page: it asks for it, and says when it may differ.

internal import CLinux
internal import Glibc

/// Why the server cannot be had.
public struct WebServerError: Error {
    public let text: String
}

/// What is served, asked for in the server's thread.
public protocol WebContent: AnyObject {
    /// The page as it is now.
    func page() -> String
    /// Whether time alone changes it.
    var isMoving: Bool { get }
    /// For the stream of events: everything for one who is new, else what differs from the last time; nil is nothing.
    func news(isFirst: Bool) -> String?
}

/// Answers until a signal comes.
public final class WebServer {
    private static let listening: UInt64 = 0
    private static let signalled: UInt64 = 1
    private static let changed: UInt64 = 2
    private static let firstConnection: UInt64 = 3
    private static let mostConnections = 100
    private static let mostUnsent = 1 << 20
    /// A page that moves is told about so often.
    private static let beat: UInt64 = 1_000_000_000

    public let port: UInt16
    private let policy: WebPolicy
    private let listener: Descriptor
    private let notifications: Descriptor
    private let signals: SignalGate
    private let file: String
    private var epoll = Epoll()
    private var connections: [UInt64: WebConnection] = [:]
    private var nextKey = firstConnection

    /// - Parameters:
    ///   - port: nil: one that is free.
    ///   - file: a path whose changes are changes of what is served; its directory must be there.
    public init(port: UInt16?, token: String, watching file: String) throws(WebServerError) {
        // Before any thread is started.
        signals = SignalGate([SIGINT, SIGTERM, SIGHUP])
        guard let address = try? SocketAddress.resolve("127.0.0.1", port ?? 0).first,
            let socket = address.open(SOCK_STREAM)
        else { throw WebServerError(text: "no socket can be made: \(String(cString: strerror(errno)))") }
        // A port whose last connections are not forgotten yet can be had again.
        var yes: Int32 = 1
        _ = setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard address.with({ bind(socket.number, $0, $1) }) == 0, listen(socket.number, 64) == 0 else {
            throw WebServerError(text: "port \(port ?? 0) cannot be had: \(String(cString: strerror(errno)))")
        }
        var bound = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isNamed = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.number, $0, &size) == 0 }
        }
        guard isNamed, let watch = Descriptor(inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))) else {
            throw WebServerError(text: "the kernel gives no descriptor: \(String(cString: strerror(errno)))")
        }
        let slash = file.lastIndex(of: "/") ?? file.startIndex
        let interest = UInt32(IN_MODIFY) | UInt32(IN_MOVED_TO)
        guard inotify_add_watch(watch.number, String(file[..<slash]), interest) >= 0 else {
            throw WebServerError(text: "\(file[..<slash]) cannot be watched: \(String(cString: strerror(errno)))")
        }
        self.port = UInt16(bigEndian: bound.sin_port)
        self.file = String(file[slash...].dropFirst())
        policy = WebPolicy(port: self.port, token: token)
        listener = socket
        notifications = watch
        _ = epoll.add(listener.number, key: Self.listening)
        _ = epoll.add(signals.descriptor.number, key: Self.signalled)
        _ = epoll.add(notifications.number, key: Self.changed)
    }

    /// - Returns: the signal that ended it.
    public func serve(_ content: some WebContent) -> Int32 {
        var nextBeat = Machine.monotonicTime + Self.beat
        while true {
            let now = Machine.monotonicTime
            let hasReaders = connections.values.contains(where: \.isStream)
            epoll.wait(atMost: hasReaders ? (nextBeat > now ? nextBeat - now : 0) : nil)
            var isChanged = false
            while let key = epoll.takeKey() {
                switch key {
                case Self.listening: acceptAll()
                case Self.signalled:
                    guard let signal = signals.next() else { continue }
                    for connection in connections.values { drop(connection) }
                    return signal
                case Self.changed: isChanged = takeChanges() || isChanged
                default: if let connection = connections[key] { turn(connection, content) }
                }
            }
            if Machine.monotonicTime >= nextBeat {
                nextBeat = Machine.monotonicTime + Self.beat
                isChanged = isChanged || content.isMoving
            }
            if isChanged, let news = content.news(isFirst: false) { tellAll(news) }
        }
    }

    private func tellAll(_ news: String) {
        for connection in connections.values where connection.isStream {
            connection.unsent += Self.event(news)
            if connection.unsent.count > Self.mostUnsent || !send(connection) { drop(connection) }
        }
    }

    private static func event(_ data: String) -> [UInt8] { Array("event: change\ndata: \(data)\n\n".utf8) }

    /// Whether the file that is watched is among what changed.
    private func takeChanges() -> Bool {
        var isOurs = false
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 8) { buffer in
            while case .bytes(let count) = notifications.read(into: buffer) {
                for event in InotifyEvents(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                where event.name == file || event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                    isOurs = true
                }
            }
        }
        return isOurs
    }

    // MARK: Connections

    private func acceptAll() {
        while let socket = Descriptor(tg_accept(listener.number)) {
            // Whoever waits longest without having asked for anything makes room, then whoever reads longest.
            if connections.count >= Self.mostConnections,
                let oldest = connections.values.min(by: { $0.rank < $1.rank })
            {
                drop(oldest)
            }
            let connection = WebConnection(nextKey, socket)
            nextKey += 1
            if epoll.add(connection.socket.number, key: connection.key) { connections[connection.key] = connection }
        }
    }

    private func turn(_ connection: WebConnection, _ content: some WebContent) {
        if !connection.unsent.isEmpty {
            if !send(connection) { drop(connection) }
            return
        }
        var result = ReadResult.empty
        let bytes = [UInt8](unsafeUninitializedCapacity: WebRequest.longestHead) { buffer, count in
            result = connection.socket.read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let read) = result { count = read }
        }
        switch result {
        case .empty: return
        case .end: return drop(connection)
        case .bytes: break
        }
        // A stream of events is asked for once and then only read.
        guard !connection.isStream else { return }
        connection.received += bytes
        switch WebRequest.read(connection.received) {
        case .incomplete: return
        case .malformed(let what): refuse(connection, 400, "the request is malformed: \(what)")
        case .tooLong: refuse(connection, 431, "the request is too long")
        case .whole(let request): answer(connection, request, content)
        }
        if !send(connection) { drop(connection) }
    }

    private func answer(_ connection: WebConnection, _ request: WebRequest, _ content: some WebContent) {
        switch policy.answer(to: request) {
        case .refusal(let status, let reason): refuse(connection, status, reason)
        case .page:
            let page = Array(content.page().utf8)
            connection.unsent = WebAnswer.head(200, type: "text/html", length: page.count) + page
            connection.isEnding = true
        case .events:
            connection.isStream = true
            connection.unsent = WebAnswer.head(200, type: "text/event-stream", length: nil)
            if let news = content.news(isFirst: true) { connection.unsent += Self.event(news) }
        }
    }

    private func refuse(_ connection: WebConnection, _ status: Int, _ reason: String) {
        let text = Array("taskgraph ui: \(reason)\n".utf8)
        connection.unsent = WebAnswer.head(status, type: "text/plain", length: text.count) + text
        connection.isEnding = true
    }

    /// Sends what can be sent now, and waits for what it waits for next. False when it is over.
    private func send(_ connection: WebConnection) -> Bool {
        guard connection.flush() else { return false }
        if connection.unsent.isEmpty, connection.isEnding { return false }
        return epoll.set(connection.socket.number, key: connection.key, forWriting: !connection.unsent.isEmpty)
    }

    private func drop(_ connection: WebConnection) {
        epoll.remove(connection.socket.number)
        connections[connection.key] = nil
    }
}
