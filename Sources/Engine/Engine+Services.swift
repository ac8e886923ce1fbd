// Services of a run: which task leases which, and what happens to it when a service does not come or goes. How they are
// kept is the room Broker's.

import Broker
import Graph
import Ports
import Schedule
import Vocabulary

/// The services of a run and who leases them.
final class RunServices<Machinery: Reactor> where Machinery.Message == EngineMessage {
    let keeper: ServiceKeeper<Machinery>
    let ids: [String: ServiceID]
    /// Leases that were asked for, each with its task and its position among the task's services.
    var leases: [LeaseID: (task: TaskID, position: Int)] = [:]
    var lastLease: UInt64 = 0
    /// Those that processes lease while they run, of scope `module`.
    let offered: Set<ServiceID>
    /// Sockets of tasks that lease while they run.
    var offices: [UInt32: LeaseOffice<Machinery>] = [:]
    var lastOffice: UInt32 = 0
    /// Wanted tasks without an outcome that may lease while they run, by what is offered to them.
    var clients: [ServiceID: Set<TaskID>] = [:]
    /// Wanted tasks that have neither a lease nor an outcome, by service and by who shares it.
    var expected: [ServiceID: [String: Int]] = [:]
    /// Tasks that have been taken out of `expected`.
    var hasAsked: Set<TaskID> = []

    init(keeper: ServiceKeeper<Machinery>, ids: [String: ServiceID], offered: Set<ServiceID>) {
        self.keeper = keeper
        self.ids = ids
        self.offered = offered
    }
}

extension Engine {
    static var probes: SourceToken { SourceToken(0) }

    /// Readies what the services of the wanted tasks need; starts none.
    func prepareServices() {
        let nodes = graph.ids.filter { isWanted[$0] }.compactMap { id in
            if case .service(let node) = graph[id].kind { node } else { nil }
        }
        guard !nodes.isEmpty, let drivers = ports.services, let prober = ports.makeProber?() else { return }
        let ids = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.recipe.name, ServiceID($0)) })
        let spares = ServiceTraits.sparesOfEach(
            of: nodes.count { $0.isPrivate }, slots: options.jobs, memory: options.mostSpares)
        let kept = nodes.map { node in
            KeptService(
                recipe: node.recipe, environment: node.environment, ready: node.ready,
                live: node.live,
                traits: ServiceTraits(
                    isPrivate: node.isPrivate, uses: node.uses.compactMap { ids[$0] },
                    mostSpares: node.isPrivate ? spares : 0))
        }
        let keeper = ServiceKeeper(
            kept, drivers: drivers, prober: prober, reactor: reactor,
            surroundings: worker.environment.surroundings, message: { EngineMessage.service($0) },
            nextToken: { [unowned self] in nextToken() }, explain: ports.explainProbe)
        if let keepLog = ports.keepServiceLog { keeper.ended = keepLog }
        reactor.watch(prober.descriptor, as: Self.probes)
        let offered = nodes.filter { $0.scope == .module }.compactMap { ids[$0.recipe.name] }
        services = RunServices(keeper: keeper, ids: ids, offered: Set(offered))
        for id in graph.ids where isWanted[id] {
            expect(id, 1)
            expectLeases(of: id)
        }
        tellExpectations()
    }

    /// Stops all of them and waits until nothing is left.
    func closeServices() {
        guard let keeper = services?.keeper else { return }
        take(keeper.close())
        while !keeper.isIdle { handle(reactor.next(until: nextDeadline)) }
    }

    // MARK: Leases of tasks

    /// Leases what a task uses, and goes on when everything is there.
    func lease(_ id: TaskID) {
        guard let task = active[id], let services else { return prepare(id) }
        task.step = .leasing
        task.deadline = nil
        noteAsking(id)
        if let why = openOffice(of: task) { return withoutServices(id, task, why) }
        let wanted = task.definition.uses.compactMap { services.ids[$0] }.filter { !services.offered.contains($0) }
        if wanted.isEmpty { return prepare(id) }
        task.leased = Array(repeating: nil, count: wanted.count)
        for (position, service) in wanted.enumerated() {
            services.lastLease += 1
            let lease = LeaseID(services.lastLease)
            services.leases[lease] = (id, position)
            task.leases.append(lease)
            take(
                services.keeper.ask(
                    lease, for: service, sharing: sharing(of: service, by: id), owner: task.definition.name))
            // It may have been refused at once.
            guard active[id] === task, task.step == .leasing else { return }
        }
        // A second attempt asks again, and takes nobody's place.
        tellExpectations(of: id)
    }

    /// Gives back what a task has leased.
    func releaseServices(of task: ActiveTask) {
        let leases = task.leases
        task.leases = []
        task.leased = []
        for lease in leases {
            services?.leases[lease] = nil
            if let news = services?.keeper.release(lease) { take(news) }
        }
        closeOffice(of: task)
    }

    /// A task has its outcome: it will not ask any more.
    func expectNoMore(_ id: TaskID) {
        guard services != nil, !definitions[id.index].uses.isEmpty else { return }
        hasAsked(id)
        expectNoLeases(of: id)
    }

    /// Instances have taken the place of an expansion.
    func expectInstances(_ ids: [TaskID], of expansion: TaskID) {
        guard services != nil, !definitions[expansion.index].uses.isEmpty else { return }
        for id in ids {
            expect(id, 1)
            expectLeases(of: id)
        }
        hasAsked(expansion)
        expectNoLeases(of: expansion)
    }

    private func hasAsked(_ id: TaskID) {
        if noteAsking(id) { tellExpectations(of: id) }
    }

    /// False: it had asked before.
    @discardableResult
    private func noteAsking(_ id: TaskID) -> Bool {
        guard services?.hasAsked.insert(id).inserted == true else { return false }
        expect(id, -1)
        return true
    }

    private func expect(_ id: TaskID, _ change: Int) {
        for name in definitions[id.index].uses {
            guard let service = services?.ids[name], services?.offered.contains(service) == false else { continue }
            let sharing = sharing(of: service, by: id)
            services?.expected[service, default: [:]][sharing, default: 0] += change
        }
    }

    private func tellExpectations(of id: TaskID) {
        for name in definitions[id.index].uses {
            guard let service = services?.ids[name], services?.offered.contains(service) == false else { continue }
            let sharing = sharing(of: service, by: id)
            let count = services?.expected[service]?[sharing] ?? 0
            if let news = services?.keeper.expect(count, of: service, sharing: sharing) { take(news) }
        }
    }

    private func tellExpectations() {
        for (service, counts) in services?.expected ?? [:] {
            for (sharing, count) in counts {
                if let news = services?.keeper.expect(count, of: service, sharing: sharing) { take(news) }
            }
        }
    }

    /// Who gets the same instance of a shared service: everybody, or the tasks of one group.
    private func sharing(of service: ServiceID, by id: TaskID) -> String {
        guard case .service(let node)? = serviceNode(service), node.scope == .group else { return "" }
        let name = definitions[id.index].name
        return name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
    }

    private func serviceNode(_ service: ServiceID) -> TaskDefinition.Kind? {
        guard let name = services?.keeper.services[service.index].recipe.name else { return nil }
        return graph.tasks(named: "services/\(name)").first.map { graph[$0].kind }
    }

    // MARK: What the keeper tells

    func take(_ news: [LeaseNews]) {
        for item in news {
            if let number = item.office {
                if case .granted(let lease, let leased) = item {
                    hidePassword(of: leased, from: task(of: number))
                    task(of: number)?.note(leased.name, wait: services?.keeper.takeWait(of: lease))
                }
                if let more = services?.offices[number]?.take(item) { take(more) }
                continue
            }
            switch item {
            case .granted(let lease, let leased): granted(lease, leased)
            case .refused(let lease, let why), .lost(let lease, let why): serviceFailed(lease, why)
            case .noted(let text): emit(.warned(nil, text))
            }
        }
    }

    private func hidePassword(of leased: LeasedService, from task: ActiveTask?) {
        if let password = leased.address.password { ports.hidePassword?(password) }
        task?.hidePassword(of: leased)
    }

    private func granted(_ lease: LeaseID, _ leased: LeasedService) {
        guard let (id, position) = services?.leases[lease], let task = active[id], task.step == .leasing else { return }
        task.leased[position] = leased
        task.note(leased.name, wait: services?.keeper.takeWait(of: lease))
        hidePassword(of: leased, from: task)
        if task.leased.allSatisfy({ $0 != nil }) { prepare(id) }
    }

    /// A task cannot go on: a service that it uses did not come, or is gone.
    func withoutServices(_ id: TaskID, _ task: ActiveTask, _ why: String) {
        let reportsAreCollected = task.step == .checkingAfter
        releaseServices(of: task)
        task.failure = .engine(why)
        failed(id, reportsAreCollected: reportsAreCollected)
    }

    /// How long the end of a service may be told after the end of the process that noticed it; nanoseconds. A server's
    /// connections are closed before it is gone, and it is gone when all that it started is.
    private static var newsDelay: UInt64 { 100_000_000 }

    /// An attempt has failed. If that is because a service died, that is what people are told.
    func failedBesideServices(_ id: TaskID, reportsAreCollected: Bool = false) {
        guard let task = active[id] else { return }
        let isTold = task.leases.isEmpty || task.lostService != nil || task.isTimedOut
        if isTold { return failed(id, reportsAreCollected: reportsAreCollected) }
        task.step = .awaitingNews(reportsAreCollected: reportsAreCollected)
        task.deadline = reactor.now + Engine.newsDelay
    }

    private func serviceFailed(_ lease: LeaseID, _ why: String) {
        guard let (id, _) = services?.leases[lease], let task = active[id] else { return }
        switch task.step {
        case .leasing: withoutServices(id, task, why)
        case .awaitingNews(let reportsAreCollected):
            task.deadline = nil
            task.failure = .engine(why)
            failed(id, reportsAreCollected: reportsAreCollected)
        case .running, .checkingBefore, .checkingAfter:
            task.lostService = why
            if let token = task.token { reactor.stop(token, grace: 0) }
        // Asked for when it goes on; after `verifying` perhaps nobody needs the service any more.
        case .preparing, .verifying, .measuring, .publishing, .pausing: task.lostService = why
        }
    }
}

extension Preparation {
    /// With the variables of leased services, unless the task sets them itself, and their addresses where it names them.
    mutating func add(_ leased: [LeasedService], own: Set<String>) {
        guard !leased.isEmpty else { return }
        environment = environment.map { $0.naming(leased) }
        for variable in leased.flatMap(\.environment) where !own.contains(variable.name) {
            environment.removeAll { $0.hasPrefix(variable.name + "=") }
            environment.append("\(variable.name)=\(variable.value)")
        }
        environment.sort { $0.utf8Precedes($1) }
    }
}

extension Command {
    /// With the addresses of leased services in the place of their names.
    func naming(_ leased: [LeasedService]) -> Command {
        guard !leased.isEmpty else { return self }
        switch self {
        case .script(let text): return .script(text.naming(leased))
        case .arguments(let words): return .arguments(words.map { $0.naming(leased) })
        }
    }
}

extension String {
    /// `${{ service.NAME.FIELD }}`, as the graph leaves it, becomes the value; one that the service has not, nothing.
    fileprivate func naming(_ leased: [LeasedService]) -> String {
        guard contains("${{ service.") else { return self }
        var text = self
        for service in leased {
            for field in ServiceAddress.fields {
                text.replaceAll("${{ service.\(service.name).\(field) }}", with: service.address.value(of: field) ?? "")
            }
        }
        return text
    }

    private mutating func replaceAll(_ name: String, with value: String) {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: name) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        guard !parts.isEmpty else { return }
        self = (parts + [rest]).joined(separator: value)
    }
}
