// `taskgraph services`: what services there are, and servers of one's own for as long as one wants them.

import Broker
import Graph
import Host
import Ports
import Report
import Schedule
import Vocabulary

enum ServicesCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let names = Array(invocation.operands.dropFirst())
        switch invocation.operands.first ?? "list" {
        case "list" where names.isEmpty: return try list(invocation)
        case "up": return try ServicesUp.run(invocation, names)
        case "down": return try ServicesDown.run(invocation, names)
        case "logs" where names.count == 1: return try ServicesLogs.run(invocation, names[0])
        case "psql" where names.count <= 1: return try ServiceClient.run(invocation, .postgres, names.first)
        case "redis" where names.count <= 1: return try ServiceClient.run(invocation, .redis, names.first)
        default:
            throw CommandFailure(
                .usage,
                "taskgraph: services wants list, up [NAME…], down [NAME…], logs NAME, psql [NAME] or redis [NAME]:"
                    + " taskgraph services up db\n")
        }
    }

    private static func list(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let catalogue = try ServiceCatalogue.load(invocation)
        let standing = Set(catalogue.register.names)
        let listing = ServiceListing(
            catalogue.entries.map { entry in
                .init(
                    name: entry.name, driver: entry.recipe.driver.rawValue, version: entry.recipe.version,
                    scope: entry.scope?.rawValue, uses: entry.uses, isUp: standing.contains(entry.name))
            })
        if invocation.isJSON { Output.write(listing.json) } else { Output.print(listing.text) }
        return .done
    }
}

/// A lease of each service that was named, outside of a run.
final class ServiceLeases {
    let services: StandingServices
    private(set) var granted: [LeasedService?]
    private let asked: [ServiceID]

    init(_ asked: [ServiceID], of catalogue: ServiceCatalogue, _ invocation: Invocation) {
        self.asked = asked
        services = StandingServices(catalogue.shared, cache: catalogue.cache, invocation)
        granted = Array(repeating: nil, count: asked.count)
    }

    /// Starts all of them and waits until they are ready.
    func start() throws(CommandFailure) {
        for (position, service) in asked.enumerated() {
            try take(services.keeper.ask(LeaseID(UInt64(position + 1)), for: service, sharing: ""))
        }
        while granted.contains(where: { $0 == nil }) {
            switch services.next() {
            case .news(let news): try take(news)
            case .interrupted(let signal): throw CommandFailure(signal: signal)
            case .readable, .exited: break
            }
        }
    }

    /// Gives everything back, and waits until nothing is left.
    func end() {
        for position in asked.indices { _ = services.keeper.release(LeaseID(UInt64(position + 1))) }
        services.close()
    }

    func take(_ news: [LeaseNews]) throws(CommandFailure) {
        for item in news {
            switch item {
            case .granted(let lease, let service): granted[Int(lease.rawValue) - 1] = service
            case .refused(_, let why), .lost(_, let why): throw CommandFailure(.failed, "taskgraph: \(why)\n")
            case .noted(let text): Output.error("warning: \(text)\n")
            }
        }
    }
}
