// Which instances of services there are, who uses them, which are made and stopped next. A pure machine: no clock, no
// process, no file.

/// Leases of services and the instances behind them.
///
/// - Instances start when somebody asks, and stop when nobody uses them and nobody is expected. A private instance is
///   stopped after its lease: the next one gets a fresh one.
/// - An instance leases what its service uses before it is prepared, and gives that back when it has ended: so services
///   start in the order of their uses and stop in the reverse one.
/// - Of a private service spares are kept started, as many as leases are held at the same time, within the limits of the
///   service and of the leases still expected.
public struct ServicePool: Sendable {
    enum TemplateState {
        case none, building, built
        case failed(String)
    }

    struct Service {
        var traits: ServiceTraits
        var template = TemplateState.none
        var waiting: [LeaseID] = []
        /// Leases still to be asked for, by `sharing`; nothing: unknown.
        var expected: [String: Int] = [:]
        /// The last spare failed, and nobody has asked since.
        var isDiscouraged = false
    }

    enum InstanceState {
        /// Its service's template, or leases of its own, are awaited.
        case waiting(missing: Set<LeaseID>)
        case preparing, starting, ready
        /// Its process is being ended.
        case stopping
    }

    struct Instance {
        let service: ServiceID
        /// Of a shared one: for whom it is.
        let sharing: String
        var state: InstanceState
        var users: Set<LeaseID> = []
        /// What it leases itself.
        var leases: [LeaseID] = []
        /// Whether `prepare` was asked for: then something may have to be discarded.
        var isPrepared = false
        /// Whether `start` was asked for, so that `ended` will come.
        var isStarted = false
    }

    struct Lease {
        let service: ServiceID
        let sharing: String
        /// The instance that leases for itself.
        var holder: InstanceID?
        var instance: InstanceID?
    }

    var services: [Service]
    var instances: [InstanceID: Instance] = [:]
    var leases: [LeaseID: Lease] = [:]
    var lastInstance: UInt32 = 0
    /// Leases of instances count down from the end, so that they cannot meet those of others.
    var lastOwnLease = UInt64.max
    var isClosing = false
    private var actions: [ServiceAction] = []

    public init(_ services: [ServiceTraits]) {
        self.services = services.map { Service(traits: $0) }
    }

    /// Whether nothing runs and nobody waits.
    public var isIdle: Bool { instances.isEmpty && leases.isEmpty }

    public func service(of instance: InstanceID) -> ServiceID? { instances[instance]?.service }

    public func hasInstances(of service: ServiceID) -> Bool { instances.values.contains { $0.service == service } }

    /// The instances that an instance leases, each with its service, in the order of `uses`.
    public func used(by instance: InstanceID) -> [(service: ServiceID, instance: InstanceID)] {
        (instances[instance]?.leases ?? []).compactMap { id in
            leases[id].flatMap { lease in lease.instance.map { (lease.service, $0) } }
        }
    }

    /// Takes in what happened; what is to be done because of it.
    public mutating func handle(_ event: ServiceEvent) -> [ServiceAction] {
        switch event {
        case .asked(let lease, let service, let sharing): ask(lease, service, sharing, holder: nil)
        case .released(let lease): release(lease)
        case .templateBuilt(let service):
            services[service.index].template = .built
            for id in instances.keys.sorted() where instances[id]?.service == service { prepareIfComplete(id) }
        case .templateFailed(let service, let why): templateFailed(service, why)
        case .prepared(let id): prepared(id)
        case .ready(let id): ready(id)
        case .failed(let id, let why): fail(id, why)
        case .ended(let id, let why): ended(id, why)
        case .expects(let service, let sharing, let count):
            services[service.index].expected[services[service.index].traits.isPrivate ? "" : sharing] = count
            balance(service)
        case .closing: close()
        }
        defer { actions = [] }
        return actions
    }

    // MARK: Leases

    mutating func ask(_ lease: LeaseID, _ service: ServiceID, _ sharing: String, holder: InstanceID?) {
        precondition(leases[lease] == nil, "a lease was asked for twice")
        guard !isClosing else { return act(.refuse(lease, "everything is being stopped")) }
        let sharing = services[service.index].traits.isPrivate ? "" : sharing
        leases[lease] = Lease(service: service, sharing: sharing, holder: holder)
        services[service.index].waiting.append(lease)
        services[service.index].isDiscouraged = false
        // Together with the lease: in between nobody would use the instance and nobody be expected.
        if holder == nil, let count = services[service.index].expected[sharing] {
            services[service.index].expected[sharing] = max(0, count - 1)
        }
        if case .failed = services[service.index].template { services[service.index].template = .none }
        balance(service)
    }

    mutating func release(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        services[lease.service.index].waiting.removeAll { $0 == id }
        if let instance = lease.instance {
            instances[instance]?.users.remove(id)
            if services[lease.service.index].traits.isPrivate { stop(instance) }
        }
        balance(lease.service)
    }

    mutating func grant(_ id: LeaseID, _ instance: InstanceID) {
        guard let lease = leases[id] else { return }
        leases[id]?.instance = instance
        instances[instance]?.users.insert(id)
        services[lease.service.index].waiting.removeAll { $0 == id }
        guard let holder = lease.holder else { return act(.grant(id, instance)) }
        if case .waiting(var missing) = instances[holder]?.state {
            missing.remove(id)
            instances[holder]?.state = .waiting(missing: missing)
            prepareIfComplete(holder)
        }
    }

    mutating func refuse(_ id: LeaseID, _ why: String) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        services[lease.service.index].waiting.removeAll { $0 == id }
        if let holder = lease.holder { fail(holder, why) } else { act(.refuse(id, why)) }
    }

    mutating func act(_ action: ServiceAction) { actions.append(action) }
}
