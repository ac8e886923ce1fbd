// The instances of the pool: made, prepared, started, spared, stopped, and what their ends mean for who uses them.

extension ServicePool {
    /// Makes and stops instances until there are as many as are wanted, and grants what can be granted.
    mutating func balance(_ service: ServiceID) {
        if services[service.index].traits.isPrivate { balancePrivate(service) } else { balanceShared(service) }
    }

    mutating func balanceShared(_ service: ServiceID) {
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

    mutating func balancePrivate(_ service: ServiceID) {
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
    func spares(of service: ServiceID) -> Int {
        let state = services[service.index]
        guard !isClosing, !state.isDiscouraged else { return 0 }
        let held = leases.values.count { $0.service == service }
        let demand = min(held, state.traits.mostSpares)
        // Those that wait have been asked for already.
        return min(demand, state.expected[""] ?? demand)
    }

    /// Whether nobody will ask any more.
    func isLast(_ sharing: String, of service: ServiceID) -> Bool {
        isClosing || services[service.index].expected[sharing] == 0
    }

    func usable(of service: ServiceID) -> [InstanceID] {
        instances.keys.sorted().filter { id in
            guard let instance = instances[id], instance.service == service else { return false }
            if case .stopping = instance.state { return false }
            return true
        }
    }

    func isReady(_ id: InstanceID) -> Bool {
        if case .ready = instances[id]?.state { return true }
        return false
    }

    mutating func make(_ service: ServiceID, _ sharing: String) {
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

    mutating func buildTemplate(of service: ServiceID) {
        guard case .none = services[service.index].template else { return }
        guard services[service.index].traits.hasTemplate else {
            services[service.index].template = .built
            return
        }
        services[service.index].template = .building
        act(.buildTemplate(service))
    }

    mutating func prepareIfComplete(_ id: InstanceID) {
        guard let instance = instances[id], case .waiting(let missing) = instance.state, missing.isEmpty,
            case .built = services[instance.service.index].template
        else { return }
        instances[id]?.state = .preparing
        instances[id]?.isPrepared = true
        act(.prepare(id))
    }

    mutating func prepared(_ id: InstanceID) {
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

    mutating func ready(_ id: InstanceID) {
        guard let instance = instances[id], case .starting = instance.state else { return }
        instances[id]?.state = .ready
        balance(instance.service)
    }

    /// An instance will not do: whoever waits for it is told, whoever uses it loses it.
    mutating func fail(_ id: InstanceID, _ why: String) {
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
    mutating func refuseWaiters(of instance: Instance, _ why: String) {
        let service = services[instance.service.index]
        let waiting = service.waiting.filter { leases[$0]?.sharing == instance.sharing }
        if waiting.isEmpty { services[instance.service.index].isDiscouraged = true }
        for lease in service.traits.isPrivate ? Array(waiting.prefix(1)) : waiting { refuse(lease, why) }
    }

    mutating func lose(_ id: LeaseID, _ why: String) {
        guard let lease = leases[id] else { return }
        leases[id]?.instance = nil
        if let holder = lease.holder { fail(holder, why) } else { act(.lose(id, why)) }
    }

    mutating func ended(_ id: InstanceID, _ why: String) {
        guard let instance = instances[id] else { return }
        if case .stopping = instance.state { return remove(id) }
        for user in instance.users.sorted() { lose(user, why) }
        if instance.users.isEmpty { refuseWaiters(of: instance, why) }
        remove(id)
    }

    mutating func stop(_ id: InstanceID) {
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

    mutating func remove(_ id: InstanceID) {
        guard let instance = instances.removeValue(forKey: id) else { return }
        if instance.isPrepared { act(.discard(id)) }
        for lease in instance.leases { release(lease) }
        balance(instance.service)
    }

    mutating func templateFailed(_ service: ServiceID, _ why: String) {
        services[service.index].template = .failed(why)
        for lease in services[service.index].waiting { refuse(lease, why) }
        for id in usable(of: service) { stop(id) }
    }

    mutating func close() {
        isClosing = true
        for index in services.indices {
            for lease in services[index].waiting { refuse(lease, "everything is being stopped") }
        }
        for index in services.indices { balance(ServiceID(index)) }
    }
}
