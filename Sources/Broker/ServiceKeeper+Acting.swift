// What the pool of services decides, carried out: templates, plans, processes. Decides nothing itself.

import Ports
import Schedule
import Vocabulary

extension ServiceKeeper {
    func carryOut(_ event: ServiceEvent) -> [LeaseNews] {
        // An action may have an end at once, which is the next event.
        var events = [event]
        while !events.isEmpty {
            for action in pool.handle(events.removeFirst()) {
                if let next = carryOut(action) { events.append(next) }
            }
        }
        defer { news = [] }
        return news
    }

    private func carryOut(_ action: ServiceAction) -> ServiceEvent? {
        switch action {
        case .buildTemplate(let service):
            let recipe = services[service.index].recipe
            perform { [drivers] in
                do throws(ServiceError) {
                    return .template(service, .success(try drivers.template(for: recipe)))
                } catch {
                    return .template(service, .failure(error))
                }
            }
        case .prepare(let id): prepare(id)
        case .start(let id): return start(id)
        case .stop(let id): stop(id)
        case .discard(let id): discard(id)
        case .grant(let lease, let id):
            if let owner = owners[lease] { instances[id]?.users.append(owner) }
            if let leased = leased(id) { news.append(.granted(lease, leased)) }
        case .refuse(let lease, let why): news.append(.refused(lease, why))
        case .lose(let lease, let why): news.append(.lost(lease, why))
        }
        return nil
    }

    private func prepare(_ id: InstanceID) {
        instances[id] = RunningInstance()
        guard let service = pool.service(of: id), var template = templates[service] else { return }
        template.recipe = services[service.index].recipe.using(used(by: id), in: surroundings)
        perform { [drivers, template] in
            do throws(ServiceError) {
                return .plan(id, .success(try drivers.instance(of: template, name: template.recipe.name)))
            } catch {
                return .plan(id, .failure(error))
            }
        }
    }

    private func start(_ id: InstanceID) -> ServiceEvent? {
        guard let plan = instances[id]?.plan, let service = pool.service(of: id) else { return nil }
        let token = nextToken()
        let probe = prober.add(
            services[service.index].ready, at: ProbeAddress(plan.address), for: .startup, now: reactor.now)
        do throws(SpawnError) {
            try reactor.spawn(plan.request, as: token)
        } catch {
            prober.remove(probe)
            return .ended(id, "service \"\(name(of: id))\": \(error)")
        }
        instances[id]?.token = token
        instances[id]?.probe = probe
        tokens[token] = id
        probes[probe] = id
        return nil
    }

    private func stop(_ id: InstanceID) {
        dropProbe(of: id)
        instances[id]?.isStopping = true
        guard let instance = instances[id], let token = instance.token, let stop = instance.plan?.stop else { return }
        if stop.killsUnready, !instance.isReady { return reactor.stop(token, grace: 0) }
        reactor.stop(token, signal: stop.signal, grace: stop.grace)
    }

    private func discard(_ id: InstanceID) {
        guard let plan = instances.removeValue(forKey: id)?.plan else { return }
        discarding += 1
        perform { [drivers] in
            drivers.discard(plan)
            return .discarded(id)
        }
    }

    private func perform(_ work: @escaping @Sendable () -> ServiceMessage) {
        reactor.perform { [message] in message(work()) }
    }
}

extension ServiceRecipe {
    /// The recipe of an instance: it gets the variables of what it uses, its own ones win.
    fileprivate func using(_ used: [LeasedService], in surroundings: [Variable]) -> ServiceRecipe {
        guard driver == .process || driver == .container else { return self }
        var recipe = self
        let own = Set(environment.map(\.name))
        let inherited = used.flatMap(\.environment).filter { !own.contains($0.name) }
        let outside = driver == .process ? surroundings.filter { !own.contains($0.name) } : []
        recipe.environment = outside + inherited.map { Variable($0.name, ServiceText($0.value)) } + environment
        return recipe
    }
}

extension ProbeAddress {
    init(_ address: ServiceAddress) {
        self.init(
            host: address.host, port: address.port, socket: nil, user: address.user, password: address.password,
            database: address.database)
    }
}
