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

    private(set) var services: [Service]
    private(set) var instances: [InstanceID: Instance] = [:]
    private(set) var leases: [LeaseID: Lease] = [:]
    private var lastInstance: UInt32 = 0
    /// Leases of instances count down from the end, so that they cannot meet those of others.
    private var lastOwnLease = UInt64.max
    private var isClosing = false
    private var actions: [ServiceAction] = []

    public init(_ services: [ServiceTraits]) {
        self.services = services.map { Service(traits: $0) }
    }

    /// Whether nothing runs and nobody waits.
    public var isIdle: Bool { instances.isEmpty && leases.isEmpty }

    public func service(of instance: InstanceID) -> ServiceID? { instances[instance]?.service }

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

    private mutating func ask(_ lease: LeaseID, _ service: ServiceID, _ sharing: String, holder: InstanceID?) {
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

    private mutating func release(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        services[lease.service.index].waiting.removeAll { $0 == id }
        if let instance = lease.instance {
            instances[instance]?.users.remove(id)
            if services[lease.service.index].traits.isPrivate { stop(instance) }
        }
        balance(lease.service)
    }

    private mutating func grant(_ id: LeaseID, _ instance: InstanceID) {
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

    private mutating func refuse(_ id: LeaseID, _ why: String) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        services[lease.service.index].waiting.removeAll { $0 == id }
        if let holder = lease.holder { fail(holder, why) } else { act(.refuse(id, why)) }
    }

    // MARK: Instances

    /// Makes and stops instances until there are as many as are wanted, and grants what can be granted.
    private mutating func balance(_ service: ServiceID) {
        if services[service.index].traits.isPrivate { balancePrivate(service) } else { balanceShared(service) }
    }

    private mutating func balanceShared(_ service: ServiceID) {
        for lease in services[service.index].waiting {
            let sharing = leases[lease]?.sharing ?? ""
            let existing = usable(of: service).first { instances[$0]?.sharing == sharing }
            guard let instance = existing else {
                make(service, sharing)
                continue
            }
            if case .ready = instances[instance]?.state { grant(lease, instance) }
        }
        let wanted = Set(services[service.index].waiting.compactMap { leases[$0]?.sharing })
        for id in usable(of: service) {
            guard let instance = instances[id], instance.users.isEmpty, !wanted.contains(instance.sharing),
                isLast(instance.sharing, of: service)
            else { continue }
            stop(id)
        }
    }

    private mutating func balancePrivate(_ service: ServiceID) {
        var free = usable(of: service).filter { instances[$0]?.users.isEmpty ?? false }
        for lease in services[service.index].waiting {
            guard let position = free.firstIndex(where: { isReady($0) }) else { break }
            grant(lease, free.remove(at: position))
        }
        let wanted = services[service.index].waiting.count + spares(of: service)
        for _ in 0..<max(0, wanted - free.count) { make(service, "") }
        // One that has begun to start may be wanted later; it goes when nobody is expected.
        guard isLast("", of: service) else { return }
        for id in free.suffix(max(0, free.count - wanted)) { stop(id) }
    }

    /// How many instances are to wait for leases to come.
    private func spares(of service: ServiceID) -> Int {
        let state = services[service.index]
        guard !isClosing, !state.isDiscouraged else { return 0 }
        let held = leases.values.count { $0.service == service }
        let demand = min(held, state.traits.mostSpares)
        // Those that wait have been asked for already.
        return min(demand, state.expected[""] ?? demand)
    }

    /// Whether nobody will ask any more.
    private func isLast(_ sharing: String, of service: ServiceID) -> Bool {
        isClosing || services[service.index].expected[sharing] == 0
    }

    private func usable(of service: ServiceID) -> [InstanceID] {
        instances.keys.sorted().filter { id in
            guard let instance = instances[id], instance.service == service else { return false }
            if case .stopping = instance.state { return false }
            return true
        }
    }

    private func isReady(_ id: InstanceID) -> Bool {
        if case .ready = instances[id]?.state { return true }
        return false
    }

    private mutating func make(_ service: ServiceID, _ sharing: String) {
        lastInstance += 1
        let id = InstanceID(lastInstance)
        instances[id] = Instance(service: service, sharing: sharing, state: .waiting(missing: []))
        let uses = services[service.index].traits.uses
        let own = uses.map { _ in
            lastOwnLease -= 1
            return LeaseID(lastOwnLease)
        }
        instances[id]?.leases = own
        instances[id]?.state = .waiting(missing: Set(own))
        buildTemplate(of: service)
        for (lease, used) in zip(own, uses) where instances[id] != nil { ask(lease, used, sharing, holder: id) }
        prepareIfComplete(id)
    }

    private mutating func buildTemplate(of service: ServiceID) {
        guard case .none = services[service.index].template else { return }
        guard services[service.index].traits.hasTemplate else {
            services[service.index].template = .built
            return
        }
        services[service.index].template = .building
        act(.buildTemplate(service))
    }

    private mutating func prepareIfComplete(_ id: InstanceID) {
        guard let instance = instances[id], case .waiting(let missing) = instance.state, missing.isEmpty,
            case .built = services[instance.service.index].template
        else { return }
        instances[id]?.state = .preparing
        instances[id]?.isPrepared = true
        act(.prepare(id))
    }

    private mutating func prepared(_ id: InstanceID) {
        switch instances[id]?.state {
        case .preparing:
            instances[id]?.state = .starting
            instances[id]?.isStarted = true
            act(.start(id))
        // Nobody wants it any more, and nothing was started.
        case .stopping: remove(id)
        default: break
        }
    }

    private mutating func ready(_ id: InstanceID) {
        guard let instance = instances[id], case .starting = instance.state else { return }
        instances[id]?.state = .ready
        balance(instance.service)
    }

    /// An instance will not do: whoever waits for it is told, whoever uses it loses it.
    private mutating func fail(_ id: InstanceID, _ why: String) {
        guard let instance = instances[id] else { return }
        if case .stopping = instance.state {
            // Preparing failed after nobody wanted it any more: no process' end will be told.
            if !instance.isStarted { remove(id) }
            return
        }
        let service = instance.service
        for user in instance.users.sorted() { lose(user, why) }
        if instance.users.isEmpty { refuseWaiters(of: instance, why) }
        instances[id]?.state = .stopping
        if instance.isStarted { act(.stop(id)) } else { remove(id) }
        balance(service)
    }

    /// Of a shared instance everybody that waits for it; of a private one the first, so that each failure ends a wait.
    private mutating func refuseWaiters(of instance: Instance, _ why: String) {
        let service = services[instance.service.index]
        let waiting = service.waiting.filter { leases[$0]?.sharing == instance.sharing }
        if waiting.isEmpty { services[instance.service.index].isDiscouraged = true }
        for lease in service.traits.isPrivate ? Array(waiting.prefix(1)) : waiting { refuse(lease, why) }
    }

    private mutating func lose(_ id: LeaseID, _ why: String) {
        guard let lease = leases[id] else { return }
        leases[id]?.instance = nil
        if let holder = lease.holder { fail(holder, why) } else { act(.lose(id, why)) }
    }

    private mutating func ended(_ id: InstanceID, _ why: String) {
        guard let instance = instances[id] else { return }
        if case .stopping = instance.state { return remove(id) }
        for user in instance.users.sorted() { lose(user, why) }
        if instance.users.isEmpty { refuseWaiters(of: instance, why) }
        remove(id)
    }

    private mutating func stop(_ id: InstanceID) {
        guard let instance = instances[id] else { return }
        switch instance.state {
        case .waiting: remove(id)
        // The work goes on elsewhere; its end is told.
        case .preparing: instances[id]?.state = .stopping
        case .starting, .ready:
            instances[id]?.state = .stopping
            act(.stop(id))
        case .stopping: break
        }
    }

    private mutating func remove(_ id: InstanceID) {
        guard let instance = instances.removeValue(forKey: id) else { return }
        if instance.isPrepared { act(.discard(id)) }
        for lease in instance.leases { release(lease) }
        balance(instance.service)
    }

    private mutating func templateFailed(_ service: ServiceID, _ why: String) {
        services[service.index].template = .failed(why)
        for lease in services[service.index].waiting { refuse(lease, why) }
        for id in usable(of: service) { stop(id) }
    }

    private mutating func close() {
        isClosing = true
        for index in services.indices {
            for lease in services[index].waiting { refuse(lease, "everything is being stopped") }
        }
        for index in services.indices { balance(ServiceID(index)) }
    }

    private mutating func act(_ action: ServiceAction) { actions.append(action) }
}
