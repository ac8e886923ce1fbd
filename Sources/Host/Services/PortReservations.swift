// Ports of loopback for instances: no two get one, and nobody else gets it before the server listens.

internal import CLinux
internal import Glibc
internal import Ports
internal import Synchronization
internal import Vocabulary

/// Holds a bound socket for each port of a server that we know: the kernel gives the port to nobody who asks for any, and
/// lets a server that sets SO_REUSEADDR, as servers do, listen on it all the same.
final class PortReservations: Sendable {
    private let held = Mutex<[UInt16: HeldPort]>([:])

    /// - Parameter fixed: nil: any that is free.
    func reserve(_ fixed: UInt16?, for service: String) throws(ServiceError) -> UInt16 {
        var port = fixed ?? 0
        let isOurs = held.withLock { $0[port] != nil }
        guard !isOurs, let descriptor = Descriptor(tg_reserve_port(&port)) else {
            throw failure(port, service, isOurs ? EADDRINUSE : errno)
        }
        let held = HeldPort(descriptor)
        let number = port
        self.held.withLock { $0[number] = held }
        return port
    }

    /// For a program of which nothing is known: it may not be able to share a port with a reservation. Outside the range
    /// that the system gives ports from, under a name that keeps other taskgraphs away.
    func reserveUnshared(for service: String) throws(ServiceError) -> UInt16 {
        for _ in 0..<1000 {
            var port = UInt16.random(in: 20000..<32768)
            guard let claim = Descriptor(tg_claim_name("taskgraph-port-\(port)")) else { continue }
            // Closed at once: it is free.
            guard Descriptor(tg_reserve_port(&port)) != nil else { continue }
            let (held, number) = (HeldPort(claim), port)
            self.held.withLock { $0[number] = held }
            return port
        }
        throw ServiceError("service \"\(service)\" cannot have a port: none of 20000 to 32767 is free")
    }

    func release(_ port: UInt16) {
        held.withLock { _ = $0.removeValue(forKey: port) }
    }

    private func failure(_ port: UInt16, _ service: String, _ code: Int32) -> ServiceError {
        let reason = String(cString: strerror(code))
        guard code == EADDRINUSE else {
            return ServiceError("service \"\(service)\" cannot have port \(port) of 127.0.0.1: \(reason)")
        }
        let owner = PortOwner.of(port).map { ": \($0) listens there" } ?? ""
        return ServiceError(
            "service \"\(service)\" cannot have port \(port) of 127.0.0.1: it is taken\(owner)",
            hint: "stop that program, or remove `port`: then the service gets one that is free")
    }
}

/// A reservation, for a dictionary.
private final class HeldPort: Sendable {
    private let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }
}
