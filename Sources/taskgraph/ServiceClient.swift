// `taskgraph services psql` and `redis`: the server's own client at the terminal, connected to the instance that stands in
// the background, or else to one of its own.

import Broker
import Host
import Ports
import Schedule
import Vocabulary

enum ServiceClient {
    /// - Parameter name: nil: the first service with that driver.
    static func run(
        _ invocation: Invocation, _ driver: ServiceRecipe.Driver, _ name: String?
    ) throws(CommandFailure) -> ExitCode {
        let catalogue = try ServiceCatalogue.load(invocation)
        let chosen = try catalogue.id(
            of: name ?? catalogue.entries.first { $0.recipe.driver == driver }?.name ?? driver.rawValue)
        guard catalogue.entries[chosen.index].recipe.driver == driver else {
            throw CommandFailure(
                .usage, "taskgraph: the driver of service \"\(name ?? "")\" is not \(driver.rawValue)\n")
        }
        if let standing = LeasedService(catalogue.entries[chosen.index].name, in: catalogue.register) {
            return try talk(to: standing, driver, invocation.arguments, of: StandingServices([], cache: "", invocation))
        }
        let leases = ServiceLeases([chosen], of: catalogue, invocation)
        defer { leases.end() }
        try leases.start()
        guard let service = leases.granted[0] else { return .failed }
        return try talk(to: service, driver, invocation.arguments, of: leases.services, leases)
    }

    /// - Parameter leases: nil: the service is kept by somebody else.
    private static func talk(
        to service: LeasedService, _ driver: ServiceRecipe.Driver, _ arguments: [String], of services: StandingServices,
        _ leases: ServiceLeases? = nil
    ) throws(CommandFailure) -> ExitCode {
        let token = services.nextToken()
        let request = try request(for: service, driver, arguments)
        do throws(SpawnError) {
            try services.reactor.spawn(request, as: token)
        } catch {
            let package = driver == .postgres ? "postgresql-client" : "redis-tools"
            throw CommandFailure(
                .machine, "taskgraph: \(error)\n  hint: on Debian and Ubuntu: apt-get install \(package)\n")
        }
        while true {
            switch services.next() {
            case .exited(token, let status): return status == .exited(0) ? .done : .failed
            case .news(let news): try leases?.take(news)
            case .interrupted: services.reactor.stop(token, grace: 5_000_000_000)
            case .readable, .exited: break
            }
        }
    }

    private static func request(
        for service: LeasedService, _ driver: ServiceRecipe.Driver, _ arguments: [String]
    ) throws(CommandFailure) -> ProcessRequest {
        let address = service.address
        var environment = Project.environment
        for variable in service.environment { environment[variable.name] = variable.value }
        var words: [String]
        if driver == .postgres {
            words = ["psql"]
            environment["PGHOST"] = address.host
            environment["PGPORT"] = address.port.map { String($0) }
            environment["PGUSER"] = address.user
            environment["PGPASSWORD"] = address.password
            environment["PGDATABASE"] = address.database
        } else {
            words = ["redis-cli", "-h", address.host, "-p", String(address.port ?? 0)]
            environment["REDISCLI_AUTH"] = address.password
        }
        return ProcessRequest(
            arguments: words + arguments, environment: environment.map { "\($0.key)=\($0.value)" }.sorted(),
            directory: try Project.currentDirectory(), isInteractive: true)
    }
}
