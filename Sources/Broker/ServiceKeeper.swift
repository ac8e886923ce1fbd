// The shell around the pool of services: carries out what the pool decides, with processes, probes and worker threads,
// and tells it what happened. Knows neither tasks nor who asks for leases.

public import Ports
public import Schedule
public import Vocabulary

/// Keeps the services of a run or of a broker. Made and used by the thread that owns the reactor.
public final class ServiceKeeper<Machinery: Reactor> {
    public let services: [KeptService]
    private let drivers: any ServiceDriving
    private let prober: any Probing
    private let reactor: Machinery
    private let message: @Sendable (ServiceMessage) -> Machinery.Message
    private let nextToken: () -> ProcessToken
    private let explain: (ProbeFailure) -> String

    private var pool: ServicePool
    private var templates: [ServiceID: ServiceTemplate] = [:]
    private var instances: [InstanceID: RunningInstance] = [:]
    private var tokens: [ProcessToken: InstanceID] = [:]
    private var probes: [ProbeID: InstanceID] = [:]
    private var probeCommands: [ProcessToken: ProbeID] = [:]
    private var probeOutput: [ProcessToken: [UInt8]] = [:]
    private var discarding = 0
    private var news: [LeaseNews] = []

    /// - Parameters:
    ///   - message: wraps what worker threads send back, for the reactor.
    ///   - nextToken: a number for a process that nobody else uses.
    ///   - explain: the words for a probe that failed.
    public init(
        _ services: [KeptService], drivers: any ServiceDriving, prober: any Probing, reactor: Machinery,
        message: @escaping @Sendable (ServiceMessage) -> Machinery.Message,
        nextToken: @escaping () -> ProcessToken, explain: @escaping (ProbeFailure) -> String
    ) {
        self.services = services
        self.drivers = drivers
        self.prober = prober
        self.reactor = reactor
        self.message = message
        self.nextToken = nextToken
        self.explain = explain
        pool = ServicePool(services.map(\.traits))
    }

    /// Whether nothing runs, nobody waits, and everything is cleared away.
    public var isIdle: Bool { pool.isIdle && discarding == 0 && probeCommands.isEmpty }

    /// When `turn` is to be called at the latest.
    public var nextDeadline: UInt64? { probes.isEmpty ? nil : prober.nextDeadline }

    public func ask(_ lease: LeaseID, for service: ServiceID, sharing: String) -> [LeaseNews] {
        carryOut(.asked(lease, service, sharing: sharing))
    }

    public func release(_ lease: LeaseID) -> [LeaseNews] { carryOut(.released(lease)) }

    /// Says how many leases will still be asked for.
    public func expect(_ leases: Int, of service: ServiceID, sharing: String) -> [LeaseNews] {
        carryOut(.expects(service, sharing: sharing, leases: leases))
    }

    /// Everything is to stop. Afterwards the reactor's occurrences still have to be passed on until `isIdle`.
    public func close() -> [LeaseNews] { carryOut(.closing) }

    /// Whether a process is one of the keeper's.
    public func owns(_ token: ProcessToken) -> Bool { tokens[token] != nil || probeCommands[token] != nil }

    /// Whose instance a process is; nil: it is none.
    public func service(of token: ProcessToken) -> ServiceID? { tokens[token].flatMap { pool.service(of: $0) } }

    public func output(_ bytes: [UInt8], of token: ProcessToken) -> [LeaseNews] {
        if probeCommands[token] != nil {
            probeOutput[token, default: []] += bytes
        } else if let id = tokens[token] {
            instances[id]?.note(bytes)
            if let probe = instances[id]?.probe {
                prober.tell(probe, .output(bytes))
                return turn()
            }
        }
        return []
    }

    public func exited(_ token: ProcessToken, _ status: ExitStatus) -> [LeaseNews] {
        if let probe = probeCommands.removeValue(forKey: token) {
            let output = probeOutput.removeValue(forKey: token) ?? []
            if probes[probe] != nil { prober.tell(probe, .commandEnded(status, output: output)) }
            return turn()
        }
        guard let id = tokens.removeValue(forKey: token) else { return [] }
        instances[id]?.token = nil
        dropProbe(of: id)
        let isWanted = !(instances[id]?.isStopping ?? true)
        return carryOut(.ended(id, isWanted ? obituary(of: id, status) : ""))
    }

    public func handle(_ message: ServiceMessage) -> [LeaseNews] {
        switch message {
        case .template(let service, .success(let template)):
            templates[service] = template
            news += template.notes.map { .noted($0) }
            return carryOut(.templateBuilt(service))
        case .template(let service, .failure(let error)):
            return carryOut(.templateFailed(service, "service \"\(name(of: service))\": \(error)"))
        case .plan(let id, .success(let plan)):
            instances[id]?.plan = plan
            return carryOut(.prepared(id))
        case .plan(let id, .failure(let error)):
            return carryOut(.failed(id, "service \"\(name(of: id))\": \(error)"))
        case .discarded:
            discarding -= 1
            return []
        }
    }

    /// Lets the probes do what is due: when their descriptor is readable, and at `nextDeadline`.
    public func turn() -> [LeaseNews] {
        var all: [LeaseNews] = []
        for outcome in prober.turn(now: reactor.now) { all += handle(outcome) }
        return all
    }

    private func handle(_ outcome: ProbeOutcome) -> [LeaseNews] {
        switch outcome {
        case .attempted: return []
        case .ready(let probe, _):
            guard let id = probes.removeValue(forKey: probe) else { return [] }
            instances[id]?.probe = nil
            return carryOut(.ready(id))
        case .failed(let probe, var failure):
            guard let id = probes.removeValue(forKey: probe) else { return [] }
            instances[id]?.probe = nil
            failure.log = instances[id]?.tail().split(separator: "\n").map { String($0.dropFirst(4)) } ?? []
            return carryOut(.failed(id, "service \"\(name(of: id))\" did not become ready: \(explain(failure))"))
        case .start(let probe, let command):
            startCommand(command, of: probe)
            return []
        case .stop(let probe):
            if let token = probeCommands.first(where: { $0.value == probe })?.key { reactor.stop(token, grace: 0) }
            return []
        }
    }

    // MARK: What the pool decides

    private func carryOut(_ event: ServiceEvent) -> [LeaseNews] {
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
            if let leased = leased(id) { news.append(.granted(lease, leased)) }
        case .refuse(let lease, let why): news.append(.refused(lease, why))
        case .lose(let lease, let why): news.append(.lost(lease, why))
        }
        return nil
    }

    private func prepare(_ id: InstanceID) {
        instances[id] = RunningInstance()
        guard let service = pool.service(of: id) else { return }
        let recipe = services[service.index].recipe.using(used(by: id))
        // A driver without a template has none but the recipe.
        let template = templates[service].map {
            ServiceTemplate(
                recipe: recipe, identity: $0.identity, program: $0.program, version: $0.version,
                directory: $0.directory)
        }
        let name = recipe.name
        perform { [drivers] in
            do throws(ServiceError) {
                if let template { return .plan(id, .success(try drivers.instance(of: template, name: name))) }
                let fresh = try drivers.template(for: recipe)
                return .plan(id, .success(try drivers.instance(of: fresh, name: name)))
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
        guard let token = instances[id]?.token, let plan = instances[id]?.plan else { return }
        reactor.stop(token, signal: plan.stop.signal, grace: plan.stop.grace)
    }

    private func discard(_ id: InstanceID) {
        guard let plan = instances.removeValue(forKey: id)?.plan else { return }
        discarding += 1
        perform { [drivers] in
            drivers.discard(plan)
            return .discarded(id)
        }
    }

    private func dropProbe(of id: InstanceID) {
        guard let probe = instances[id]?.probe else { return }
        instances[id]?.probe = nil
        probes[probe] = nil
        prober.remove(probe)
        for (token, owner) in probeCommands where owner == probe { reactor.stop(token, grace: 0) }
    }

    private func startCommand(_ command: Command, of probe: ProbeID) {
        guard let id = probes[probe], let plan = instances[id]?.plan else { return }
        let token = nextToken()
        let words: [String]
        switch command {
        case .script(let text): words = ["/bin/sh", "-eu", "-c", text]
        case .arguments(let arguments): words = arguments
        }
        let request = ProcessRequest(
            arguments: words, environment: plan.request.environment, directory: plan.request.directory)
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
            probeCommands[token] = probe
        } catch {
            prober.tell(probe, .commandRefused(error))
        }
    }

    private func perform(_ work: @escaping @Sendable () -> ServiceMessage) {
        reactor.perform { [message] in message(work()) }
    }

    // MARK: What is known of instances

    private func name(of service: ServiceID) -> String { services[service.index].recipe.name }

    private func name(of id: InstanceID) -> String { pool.service(of: id).map { name(of: $0) } ?? "" }

    private func leased(_ id: InstanceID) -> LeasedService? {
        guard let service = pool.service(of: id), let address = instances[id]?.plan?.address else { return nil }
        return LeasedService(services[service.index], at: address)
    }

    private func used(by id: InstanceID) -> [LeasedService] { pool.used(by: id).compactMap { leased($0.instance) } }

    private func obituary(of id: InstanceID, _ status: ExitStatus) -> String {
        let tail = instances[id]?.tail() ?? ""
        let log = tail.isEmpty ? "; it wrote nothing" : "; the end of its log:\n\(tail)"
        return "service \"\(name(of: id))\" \(status.sentence)\(log)"
    }
}
