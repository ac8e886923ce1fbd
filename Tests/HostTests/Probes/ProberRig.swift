// A prober with a real clock, and sockets that the test itself holds: it decides when they listen, answer and close.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

/// Drives a prober as a loop would, and keeps what it says.
final class ProberRig {
    let prober = Prober()
    private(set) var outcomes: [ProbeOutcome] = []

    /// Does what is due, once.
    func turn(now: UInt64 = Machine.monotonicTime) { outcomes += prober.turn(now: now) }

    func add(
        _ kind: ProbeKind, at address: ProbeAddress = ProbeAddress(), for purpose: ProbePurpose = .startup,
        _ timing: ProbeTiming = ProbeTiming(period: 2_000_000)
    ) -> ProbeID {
        prober.add(ProbeSpec(kind, timing: timing), at: address, for: purpose, now: Machine.monotonicTime)
    }

    /// Goes on until something was said. The limit is no measure of anything: it ends a test that would hang.
    func wait(
        _ location: SourceLocation = #_sourceLocation, until isEnough: (ProberRig) -> Bool
    ) {
        let limit = Machine.monotonicTime + 60_000_000_000
        while true {
            turn()
            if isEnough(self) { return }
            guard Machine.monotonicTime < limit else {
                Issue.record("it does not come: \(outcomes)", sourceLocation: location)
                return
            }
            var ready = pollfd(fd: prober.descriptor, events: Int16(POLLIN), revents: 0)
            let now = Machine.monotonicTime
            let deadline = min(prober.nextDeadline ?? .max, limit)
            poll(&ready, 1, deadline > now ? Int32((deadline - now) / 1_000_000) + 1 : 0)
        }
    }

    func waitForEnd(of id: ProbeID, _ location: SourceLocation = #_sourceLocation) -> ProbeOutcome? {
        wait(location) { $0.end(of: id) != nil }
        return end(of: id)
    }

    func end(of id: ProbeID) -> ProbeOutcome? {
        outcomes.first {
            switch $0 {
            case .ready(id, _), .failed(id, _): true
            default: false
            }
        }
    }

    func failure(of id: ProbeID) -> ProbeFailure? {
        if case .failed(_, let failure)? = end(of: id) { failure } else { nil }
    }

    func isReady(_ id: ProbeID) -> Bool {
        if case .ready? = end(of: id) { true } else { false }
    }

    func attempts(of id: ProbeID) -> [AttemptResult] {
        outcomes.compactMap { if case .attempted(id, let result) = $0 { result } else { nil } }
    }
}

/// A TCP port of 127.0.0.1 that is the test's, bound but not yet listening: whoever connects is refused.
final class TestPort {
    let number: UInt16
    private let socket: Descriptor
    private var asking: Int32?

    init() {
        guard let address = try? SocketAddress.resolve("127.0.0.1", 0).first, let socket = address.open(SOCK_STREAM)
        else {
            fatalError("no socket: errno \(errno)")
        }
        guard address.with({ bind(socket.number, $0, $1) }) == 0 else { fatalError("bind: errno \(errno)") }
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.number, $0, &size) }
        }
        number = UInt16(bigEndian: name.sin_port)
        self.socket = socket
    }

    deinit {
        if let asking { close(asking) }
    }

    var address: ProbeAddress { ProbeAddress(host: "127.0.0.1", port: number) }

    /// From now on connections come about; nobody answers them.
    func open() { Glibc.listen(socket.number, 4096) }

    /// Says something on a connection whose question has come, and closes it. False when there is none.
    func answer(_ text: String) -> Bool {
        if asking == nil {
            let connection = accept(socket.number, nil, nil)
            asking = connection >= 0 ? connection : nil
        }
        var question = [UInt8](repeating: 0, count: 4096)
        guard let connection = asking, recv(connection, &question, question.count, Int32(MSG_DONTWAIT)) > 0 else {
            return false
        }
        let bytes = Array(text.utf8)
        send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        close(connection)
        asking = nil
        return true
    }

    /// Nobody listens any more, and everyone is refused.
    func shut() { shutdown(socket.number, Int32(SHUT_RDWR)) }
}
