// A service as the keeper is told of it, and what a lease of it gives. Values only.

public import Ports
public import Schedule
public import Vocabulary

/// A service that can be leased.
public struct KeptService: Sendable {
    public var recipe: ServiceRecipe
    /// Variables that its users get; they may name the instance.
    public var environment: [ServiceRecipe.Variable]
    public var ready: ProbeSpec
    /// Nil: only its process' end ends it.
    public var live: ProbeSpec?
    public var traits: ServiceTraits

    public init(
        recipe: ServiceRecipe, environment: [ServiceRecipe.Variable] = [], ready: ProbeSpec? = nil,
        live: ProbeSpec? = nil, traits: ServiceTraits
    ) {
        self.recipe = recipe
        self.environment = environment
        self.ready = ready ?? ProbeSpec(recipe.driver.usualProbe)
        self.live = live
        self.traits = traits
    }
}

extension ServiceRecipe.Driver {
    /// How one sees that an instance is ready when nothing else is said.
    fileprivate var usualProbe: ProbeKind {
        switch self {
        case .postgres: .postgres(query: nil, parameters: [])
        case .redis: .redis
        case .process, .container: .tcp
        }
    }
}

/// What a lease gives.
public struct LeasedService: Hashable, Sendable {
    /// The service's name.
    public let name: String
    public let address: ServiceAddress
    /// The service's `env` with the instance's address in it, as name and value.
    public let environment: [Variable]

    public struct Variable: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(name: String, address: ServiceAddress, environment: [Variable]) {
        self.name = name
        self.address = address
        self.environment = environment
    }
}

/// What became of a lease.
public enum LeaseNews: Sendable {
    case granted(LeaseID, LeasedService)
    /// There will be none: why.
    case refused(LeaseID, String)
    /// The instance died while it was used: why.
    case lost(LeaseID, String)
    /// Something people want to know, such as that a damaged template was made again.
    case noted(String)
}

/// The end of a piece of work that was done on another thread.
public enum ServiceMessage: Sendable {
    case template(ServiceID, Result<ServiceTemplate, ServiceError>)
    case plan(InstanceID, Result<InstancePlan, ServiceError>)
    case discarded(InstanceID)
}
