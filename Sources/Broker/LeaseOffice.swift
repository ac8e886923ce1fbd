// One socket through which services are leased: passes on between its connections, the desk that decides, and the keeper.
// Knows neither tasks nor what the lines say.

public import Ports
internal import Schedule

/// Lets processes lease services while they run. Used by the thread that owns the reactor.
///
/// The keeper's news may be about anybody's leases; so whoever makes an office gets them, and gives back to it what is
/// about leases of its number (`LeaseDesk.number(of:)`).
public final class LeaseOffice<Machinery: Reactor> {
    public let number: UInt32
    private let server: any LeaseServing
    private let keeper: ServiceKeeper<Machinery>
    private let reactor: Machinery
    private let owner: String
    private var desk: LeaseDesk

    /// - Parameters:
    ///   - number: not 0, and no other office's nor another source's: its descriptor is watched under it.
    ///   - owner: whose processes lease, for people.
    public init(
        number: UInt32, offers: [LeaseOffer], server: any LeaseServing, keeper: ServiceKeeper<Machinery>,
        reactor: Machinery, owner: String = ""
    ) {
        self.number = number
        self.server = server
        self.keeper = keeper
        self.reactor = reactor
        self.owner = owner
        desk = LeaseDesk(number: number, offers: offers)
        reactor.watch(server.descriptor, as: SourceToken(number))
    }

    /// Absolute path of the socket.
    public var path: String { server.path }

    /// Does what is due on the connections: when the descriptor is readable.
    public func turn() -> [LeaseNews] { server.turn().flatMap { carryOut(.traffic($0)) } }

    /// Takes in what became of one of its leases.
    public func take(_ news: LeaseNews) -> [LeaseNews] {
        switch news {
        case .granted(let lease, let service): carryOut(.granted(lease, service))
        case .refused(let lease, let why): carryOut(.refused(lease, why))
        case .lost(let lease, let why): carryOut(.lost(lease, why))
        case .noted: []
        }
    }

    /// Ends all connections, gives back what they hold, and removes the socket.
    public func close() -> [LeaseNews] {
        let news = carryOut(.closing)
        reactor.unwatch(server.descriptor)
        server.close()
        return news
    }

    private func carryOut(_ event: LeaseDeskEvent) -> [LeaseNews] {
        var news: [LeaseNews] = []
        // Told afterwards: what it asked for with the same bytes must be asked before it is given back.
        var gone: [ConnectionID] = []
        for action in desk.handle(event, tally: keeper.tally(of:)) {
            switch action {
            case .send(let connection, let bytes):
                if !server.send(bytes, to: connection) { gone.append(connection) }
            case .hangUp(let connection): server.hangUp(connection)
            case .ask(let lease, let service): news += keeper.ask(lease, for: service, sharing: "", owner: owner)
            case .release(let lease): news += keeper.release(lease)
            }
        }
        for connection in gone { news += carryOut(.traffic(.disconnected(connection))) }
        return news
    }
}

extension LeaseNews {
    /// The number of the office that it is for; nil: for none.
    public var office: UInt32? {
        switch self {
        case .granted(let lease, _), .refused(let lease, _), .lost(let lease, _):
            LeaseDesk.number(of: lease) == 0 ? nil : LeaseDesk.number(of: lease)
        case .noted: nil
        }
    }
}
