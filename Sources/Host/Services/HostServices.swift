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
    private let containers: ContainerDriver
    private let ports = PortReservations()
    private let run = Mutex<ServiceRun?>(nil)

    /// - Parameter say: told, from any thread, what will take long, such as pulling an image.
    public init(_ place: ServicePlace, say: @escaping @Sendable (String) -> Void = { _ in }) {
        self.place = place
        let programs = ServerPrograms(place)
        postgres = PostgresDriver(place: place, programs: programs)
        redis = RedisDriver(place: place, programs: programs)
        containers = ContainerDriver(place: place, programs: programs, say: say)
    }

    public func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        if recipe.image != nil { return try containers.identity(of: recipe) }
        return switch recipe.driver {
        case .postgres: try postgres.identity(of: recipe)
        case .redis: try redis.identity(of: recipe)
        case .process: try ProcessDriver().identity(of: recipe)
        case .container: throw HostServices.noImage
        }
    }

    public func template(for recipe: ServiceRecipe) throws(ServiceError) -> ServiceTemplate {
        if recipe.image != nil { return try containers.template(for: recipe, currentRun()) }
        return switch recipe.driver {
        case .postgres: try postgres.template(for: recipe, currentRun())
        case .redis: try redis.template(for: recipe, currentRun())
        case .process: try ProcessDriver().template(for: recipe)
        case .container: throw HostServices.noImage
        }
    }

    public func instance(of template: ServiceTemplate, name: String) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let isUnknown = recipe.image != nil || recipe.driver == .process && recipe.port == nil
        let port = try isUnknown ? ports.reserveUnshared(for: name) : ports.reserve(recipe.port, for: name)
        do throws(ServiceError) {
            if recipe.image != nil { return try containers.instance(of: template, port: port, currentRun()) }
            switch recipe.driver {
            case .postgres: return try postgres.instance(of: template, port: port, currentRun())
            case .redis: return try redis.instance(of: template, port: port, currentRun())
            case .process: return try ProcessDriver().instance(of: template, port: port)
            case .container: throw HostServices.noImage
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
        containers.discard(instance)
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

    private static let noImage = ServiceError("it is a container without an image", hint: "`image` names one")

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
