// What is said to those who lease (docs/leases.md), as lines. Decides nothing.

internal import Schedule
public import Vocabulary

/// Why a request failed, as programs tell it apart.
enum LeaseFailure: String, Hashable, Sendable {
    case unknownService = "unknown-service"
    case serviceFailed = "service-failed"
    /// A lease or lock that is not this connection's.
    case notHeld = "not-held"
    case closing
    /// A line that is no request; the connection is closed.
    case malformed = "protocol"
    case version
}

enum LeaseAnswer: Sendable {
    case welcome([LeaseOffer])
    case leased(text: String, LeasedService)
    /// Released, locked, unlocked.
    case done
    /// The instances of each service by its name.
    case status([(name: String, tally: ServiceTally)])
    case failed(LeaseFailure, String)

    /// A line with its end. Without an `id` when the request's could not be read.
    func line(to id: LeaseRequest.ID?) -> [UInt8] {
        JSON.object([("id", id?.json ?? .null), ("ok", .bool(!isFailure))] + members).line
    }

    private var isFailure: Bool { if case .failed = self { true } else { false } }

    private var members: [(String, JSON)] {
        switch self {
        case .welcome(let offers):
            [
                ("protocol", .integer(LeaseDesk.version)), ("server", .string("taskgraph")),
                ("services", .array(offers.map(\.json))),
            ]
        case .leased(let text, let service): [("lease", .string(text))] + service.members
        case .done: []
        case .status(let services): [("services", .array(services.map { $0.tally.json(named: $0.name) }))]
        case .failed(let kind, let message):
            [("error", .object([("kind", .string(kind.rawValue)), ("message", .string(message))]))]
        }
    }

    /// The line that tells, unasked for, that an instance has died.
    static func lost(text: String, _ why: String) -> [UInt8] {
        JSON.object([("event", .string("lost")), ("lease", .string(text)), ("message", .string(why))]).line
    }
}

extension LeasedService {
    /// `address` and `env`.
    public var members: [(String, JSON)] {
        [("address", address.json), ("env", .object(environment.map { ($0.name, .string($0.value)) }))]
    }
}

extension LeaseRequest.ID {
    fileprivate var json: JSON {
        switch self {
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}

extension LeaseOffer {
    fileprivate var json: JSON {
        .object([("name", .string(name)), ("driver", .string(driver.rawValue))])
    }
}

extension ServiceTally {
    fileprivate func json(named name: String) -> JSON {
        let counts = [("leased", leased), ("spare", spare), ("starting", starting), ("stopping", stopping)]
        return .object([("name", .string(name))] + counts.map { ($0.0, .integer(Int64($0.1))) })
    }
}

extension ServiceAddress {
    /// Fields that the service has not are left out.
    fileprivate var json: JSON {
        .object(
            dropping: ServiceAddress.fields.map { field in
                (field, field == "port" ? port.map { .unsigned(UInt64($0)) } : value(of: field).map { .string($0) })
            })
    }
}

extension JSON {
    fileprivate var line: [UInt8] { bytes + [UInt8(ascii: "\n")] }
}
