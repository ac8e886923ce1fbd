// The drivers of this machine behind their port. Starts no instance: the engine does.

internal import CLinux
internal import Glibc
public import Ports
internal import Synchronization
public import Vocabulary

/// The services of one run. Safe to call from several threads. When it is let go of, everything that belongs to its
/// instances is cleared away; when the process is killed, a small process that outlives it by a moment does that.
public final class HostServices: ServiceDriving {
    private let place: ServicePlace
    private let postgres: PostgresDriver
    private let redis: RedisDriver
    private let ports = PortReservations()
    private let run = Mutex<ServiceRun?>(nil)

    public init(_ place: ServicePlace) {
        self.place = place
        let programs = ServerPrograms(place)
        postgres = PostgresDriver(place: place, programs: programs)
        redis = RedisDriver(place: place, programs: programs)
    }

    public func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        switch recipe.driver {
        case .postgres: try postgres.identity(of: recipe)
        case .redis: try redis.identity(of: recipe)
        case .process: try ProcessDriver().identity(of: recipe)
        case .container: throw HostServices.noContainers(recipe)
        }
    }

    public func template(for recipe: ServiceRecipe) throws(ServiceError) -> ServiceTemplate {
        switch recipe.driver {
        case .postgres: try postgres.template(for: recipe, currentRun())
        case .redis: try redis.template(for: recipe, currentRun())
        case .process: try ProcessDriver().template(for: recipe)
        case .container: throw HostServices.noContainers(recipe)
        }
    }

    public func instance(of template: ServiceTemplate, name: String) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let isUnknown = recipe.driver == .process && recipe.port == nil
        let port = try isUnknown ? ports.reserveUnshared(for: name) : ports.reserve(recipe.port, for: name)
        do throws(ServiceError) {
            switch recipe.driver {
            case .postgres: return try postgres.instance(of: template, port: port, currentRun())
            case .redis: return try redis.instance(of: template, port: port, currentRun())
            case .process: return try ProcessDriver().instance(of: template, port: port)
            case .container: throw HostServices.noContainers(recipe)
            }
        } catch {
            ports.release(port)
            throw error
        }
    }

    public func database(_ name: String, on instance: InstancePlan) throws(ServiceError) -> ServiceAddress {
        let recipe = instance.template.recipe
        guard recipe.driver == .postgres else {
            throw ServiceError("service \"\(recipe.name)\" has no databases to clone: it is not PostgreSQL")
        }
        return try postgres.database(name, on: instance)
    }

    public func discard(_ instance: InstancePlan) {
        if let directory = instance.directory { _ = tg_service_clear(directory) }
        if let port = instance.address.port { ports.release(port) }
    }

    /// A socket through which services can be leased, in a directory of its own among those of the instances.
    public func leaseServer() throws(ServiceError) -> any LeaseServing {
        let run = try currentRun()
        do throws(SystemFailure) {
            return try LeaseServer(in: run.makeDirectory(for: nil)) { _ = tg_service_clear($0) }
        } catch {
            throw ServiceError("there is no place for the socket through which services are leased: \(error)")
        }
    }

    private static func noContainers(_ recipe: ServiceRecipe) -> ServiceError {
        ServiceError(
            "service \"\(recipe.name)\" is a container, and this version starts none",
            hint: "the drivers postgres and redis use the servers that are installed, process executes any command")
    }

    /// Made when the first service is: a run without any leaves no trace.
    private func currentRun() throws(ServiceError) -> ServiceRun {
        try run.withLock { (run) throws(ServiceError) -> ServiceRun in
            if let run { return run }
            let new = try ServiceRun(place)
            run = new
            return new
        }
    }
}
