// Who is connected, what each of them holds and waits for. A pure machine: no socket, no server, no clock.

public import Ports
public import Schedule
public import Vocabulary

/// A service that can be leased at a desk.
public struct LeaseOffer: Hashable, Sendable {
    public let name: String
    public let driver: ServiceRecipe.Driver
    public let service: ServiceID

    public init(_ name: String, _ driver: ServiceRecipe.Driver, _ service: ServiceID) {
        self.name = name
        self.driver = driver
        self.service = service
    }
}

/// What happened.
public enum LeaseDeskEvent: Sendable {
    case traffic(LeaseTraffic)
    case granted(LeaseID, LeasedService)
    case refused(LeaseID, String)
    case lost(LeaseID, String)
    /// Nobody is to be served any more.
    case closing
}

/// What is to be done, in this order.
public enum LeaseDeskAction: Hashable, Sendable {
    case send(ConnectionID, [UInt8])
    /// End the connection after what was sent. No more is to be heard of it.
    case hangUp(ConnectionID)
    case ask(LeaseID, ServiceID)
    case release(LeaseID)
}

/// The lease protocol of docs/leases.md for the connections of one socket. What a connection holds it gives back when it
/// ends; locks are handed on in the order in which they were asked for.
public struct LeaseDesk: Sendable {
    /// Of the protocol.
    static let version: Int64 = 1

    private struct Connection: Sendable {
        var lines = LeaseLines()
        var hasGreeted = false
    }

    private struct Lease: Sendable {
        let connection: ConnectionID
        let request: LeaseRequest.ID
        /// Or lost since: the client knows of it.
        var isGranted = false
    }

    private struct Waiter: Sendable {
        let connection: ConnectionID
        let request: LeaseRequest.ID
    }

    /// The first of each holds the lock.
    private var locks: [String: [Waiter]] = [:]
    private var connections: [ConnectionID: Connection] = [:]
    private var leases: [LeaseID: Lease] = [:]
    private let number: UInt32
    private let offers: [LeaseOffer]
    private var lastLease: UInt32 = 0
    private var isClosing = false
    private var actions: [LeaseDeskAction] = []

    /// - Parameter number: not 0, and no other desk's: the upper half of the numbers of its leases.
    public init(number: UInt32, offers: [LeaseOffer]) {
        precondition(number > 0, "these numbers are other people's")
        self.number = number
        self.offers = offers
    }

    /// The number of the desk that a lease was asked for at; 0: at none.
    public static func number(of lease: LeaseID) -> UInt32 { UInt32(lease.rawValue >> 32) }

    /// Takes in what happened; what is to be done because of it.
    /// - Parameter tally: the instances of a service at this moment, for whoever asks.
    public mutating func handle(
        _ event: LeaseDeskEvent, tally: (ServiceID) -> ServiceTally
    ) -> [LeaseDeskAction] {
        switch event {
        case .traffic(.connected(let id)):
            if isClosing { act(.hangUp(id)) } else { connections[id] = Connection() }
        case .traffic(.received(let id, let bytes)): receive(bytes, from: id, tally)
        case .traffic(.disconnected(let id)): forget(id)
        case .granted(let lease, let service): granted(lease, service)
        case .refused(let lease, let why): refused(lease, why)
        case .lost(let lease, let why):
            if let holder = leases[lease] { act(.send(holder.connection, LeaseAnswer.lost(text: text(lease), why))) }
        case .closing: close()
        }
        defer { actions = [] }
        return actions
    }

    // MARK: Requests

    private mutating func receive(_ bytes: [UInt8], from id: ConnectionID, _ tally: (ServiceID) -> ServiceTally) {
        guard connections[id] != nil else { return }
        guard let lines = connections[id]?.lines.take(bytes) else {
            return turnAway(id, nil, "a line may have \(LeaseLines.longest) bytes")
        }
        // A line may end the connection, and with it what came after it.
        for line in lines where connections[id] != nil {
            do throws(LeaseRequestError) {
                try handle(try LeaseRequest(line: line), from: id, tally)
            } catch {
                turnAway(id, error.id, error.message)
            }
        }
    }

    private mutating func handle(
        _ request: LeaseRequest, from id: ConnectionID, _ tally: (ServiceID) -> ServiceTally
    ) throws(LeaseRequestError) {
        let hasGreeted = connections[id]?.hasGreeted ?? false
        if case .hello(let version) = request.operation {
            guard !hasGreeted else { throw LeaseRequestError(id: request.id, message: "hello was said already") }
            return greet(id, request.id, version)
        }
        guard hasGreeted else {
            throw LeaseRequestError(id: request.id, message: "the first request has to be hello")
        }
        switch request.operation {
        case .hello: break
        case .lease(let service): lease(service, request.id, id)
        case .release(let lease): release(lease, request.id, id)
        case .lock(let name): lock(name, request.id, id)
        case .unlock(let name): unlock(name, request.id, id)
        case .status: answer(id, request.id, .status(offers.map { ($0.name, tally($0.service)) }))
        }
    }

    private mutating func greet(_ id: ConnectionID, _ request: LeaseRequest.ID, _ version: Int64) {
        guard version == LeaseDesk.version else {
            return answer(
                id, request,
                .failed(
                    .version,
                    "the client speaks version \(version) of the lease protocol, this taskgraph version"
                        + " \(LeaseDesk.version)"))
        }
        connections[id]?.hasGreeted = true
        answer(id, request, .welcome(offers))
    }

    private mutating func lease(_ name: String, _ request: LeaseRequest.ID, _ id: ConnectionID) {
        guard let offer = offers.first(where: { $0.name == name }) else {
            return answer(id, request, .failed(.unknownService, unknown(name)))
        }
        lastLease += 1
        let lease = LeaseID(UInt64(number) << 32 | UInt64(lastLease))
        leases[lease] = Lease(connection: id, request: request)
        act(.ask(lease, offer.service))
    }

    private func unknown(_ name: String) -> String {
        let names = offers.map(\.name)
        let near = suggestion(for: name, among: names).map { "; did you mean \"\($0)\"?" }
        let all = names.isEmpty ? "; there are none" : "; there are " + names.joined(separator: ", ")
        return "there is no service \"\(name)\" here" + (near ?? all)
    }

    private mutating func release(_ text: String, _ request: LeaseRequest.ID, _ id: ConnectionID) {
        let lease = UInt32(text).map { LeaseID(UInt64(number) << 32 | UInt64($0)) }
        guard let lease, let held = leases[lease], held.connection == id, held.isGranted else {
            return answer(id, request, .failed(.notHeld, "this connection holds no lease \"\(text)\""))
        }
        leases[lease] = nil
        act(.release(lease))
        answer(id, request, .done)
    }

    // MARK: Locks

    private mutating func lock(_ name: String, _ request: LeaseRequest.ID, _ id: ConnectionID) {
        locks[name, default: []].append(Waiter(connection: id, request: request))
        if locks[name]?.count == 1 { answer(id, request, .done) }
    }

    private mutating func unlock(_ name: String, _ request: LeaseRequest.ID, _ id: ConnectionID) {
        guard locks[name]?.first?.connection == id else {
            return answer(id, request, .failed(.notHeld, "this connection does not hold the lock \"\(name)\""))
        }
        answer(id, request, .done)
        locks[name]?.removeFirst()
        handOn(name)
    }

    /// The lock has another holder, who is told.
    private mutating func handOn(_ name: String) {
        guard let next = locks[name]?.first else {
            locks[name] = nil
            return
        }
        answer(next.connection, next.request, .done)
    }

    // MARK: What becomes of leases

    private mutating func granted(_ lease: LeaseID, _ service: LeasedService) {
        guard let asked = leases[lease] else { return }
        leases[lease]?.isGranted = true
        answer(asked.connection, asked.request, .leased(text: text(lease), service))
    }

    private mutating func refused(_ lease: LeaseID, _ why: String) {
        guard let asked = leases.removeValue(forKey: lease) else { return }
        answer(asked.connection, asked.request, .failed(isClosing ? .closing : .serviceFailed, why))
    }

    private func text(_ lease: LeaseID) -> String { String(UInt32(truncatingIfNeeded: lease.rawValue)) }

    // MARK: Ends

    /// A line that is no request: the connection cannot be understood any more.
    private mutating func turnAway(_ id: ConnectionID, _ request: LeaseRequest.ID?, _ message: String) {
        act(.send(id, LeaseAnswer.failed(.malformed, message).line(to: request)))
        act(.hangUp(id))
        forget(id)
    }

    /// Gives back what a connection holds, and takes back what it asked for.
    private mutating func forget(_ id: ConnectionID) {
        guard connections.removeValue(forKey: id) != nil else { return }
        for lease in leases.keys.sorted() where leases[lease]?.connection == id {
            leases[lease] = nil
            act(.release(lease))
        }
        for name in locks.keys.sorted() {
            let wasHolder = locks[name]?.first?.connection == id
            locks[name]?.removeAll { $0.connection == id }
            if wasHolder { handOn(name) }
        }
    }

    private mutating func close() {
        isClosing = true
        let failure = LeaseAnswer.failed(.closing, "everything is being stopped")
        for lease in leases.keys.sorted() {
            if let asked = leases[lease], !asked.isGranted { answer(asked.connection, asked.request, failure) }
        }
        for name in locks.keys.sorted() {
            for waiter in locks[name]?.dropFirst() ?? [] { answer(waiter.connection, waiter.request, failure) }
        }
        locks = [:]
        for id in connections.keys.sorted() {
            act(.hangUp(id))
            forget(id)
        }
    }

    private mutating func answer(_ id: ConnectionID, _ request: LeaseRequest.ID, _ answer: LeaseAnswer) {
        act(.send(id, answer.line(to: request)))
    }

    private mutating func act(_ action: LeaseDeskAction) { actions.append(action) }
}
