// The shell around the pool of services: carries out what the pool decides, with processes, probes and worker threads,
// and tells it what happened. Knows neither tasks nor who asks for leases.

public import Ports
public import Schedule
public import Vocabulary

/// Keeps the services of a run or of a broker. Made and used by the thread that owns the reactor.
public final class ServiceKeeper<Machinery: Reactor> {
    public let services: [KeptService]
    let drivers: any ServiceDriving
    let prober: any Probing
    let reactor: Machinery
    let message: @Sendable (ServiceMessage) -> Machinery.Message
    let nextToken: () -> ProcessToken
    let explain: (ProbeFailure) -> String
    /// What every process gets of the caller's environment, as tasks do.
    let surroundings: [ServiceRecipe.Variable]
    /// Called with whole lines that an instance wrote, passwords masked.
    public var logged: (ServiceID, [UInt8]) -> Void = { _, _ in }
    /// Called with the log of each instance that was started and has ended.
    public var ended: (ServiceLog) -> Void = { _ in }

    var pool: ServicePool
    var templates: [ServiceID: ServiceTemplate] = [:]
    var instances: [InstanceID: RunningInstance] = [:]
    var tokens: [ProcessToken: InstanceID] = [:]
    var probes: [ProbeID: InstanceID] = [:]
    var probeCommands: [ProcessToken: ProbeID] = [:]
    private var probeOutput: [ProcessToken: [UInt8]] = [:]
    /// Who leases, for people.
    var owners: [LeaseID: String] = [:]
    /// When leases were asked for that are not granted yet, on the reactor's clock.
    private var asked: [LeaseID: UInt64] = [:]
    var discarding = 0
    var news: [LeaseNews] = []

    /// - Parameters:
    ///   - surroundings: variables that every `process` gets.
    ///   - message: wraps what worker threads send back, for the reactor.
    ///   - nextToken: a number for a process that nobody else uses.
    ///   - explain: the words for a probe that failed.
    public init(
        _ services: [KeptService], drivers: any ServiceDriving, prober: any Probing, reactor: Machinery,
        surroundings: [ServiceRecipe.Variable] = [],
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
        self.surroundings = surroundings
        pool = ServicePool(services.map(\.traits))
    }

    /// Whether nothing runs, nobody waits, and everything is cleared away.
    public var isIdle: Bool { pool.isIdle && discarding == 0 && probeCommands.isEmpty }

    /// Whether nothing of a service runs, and what was left of its instances is cleared away.
    public func isGone(_ service: ServiceID) -> Bool { !pool.hasInstances(of: service) && discarding == 0 }

    /// When `turn` is to be called at the latest.
    public var nextDeadline: UInt64? { probes.isEmpty ? nil : prober.nextDeadline }

    /// - Parameter owner: who leases, for people; empty: nobody knows.
    public func ask(_ lease: LeaseID, for service: ServiceID, sharing: String, owner: String = "") -> [LeaseNews] {
        if !owner.isEmpty { owners[lease] = owner }
        asked[lease] = reactor.now
        return carryOut(.asked(lease, service, sharing: sharing))
    }

    public func release(_ lease: LeaseID) -> [LeaseNews] {
        owners[lease] = nil
        asked[lease] = nil
        return carryOut(.released(lease))
    }

    /// Nanoseconds since a lease was asked for, if it is granted now. Told once.
    public func takeWait(of lease: LeaseID) -> UInt64? {
        asked.removeValue(forKey: lease).map { reactor.now - $0 }
    }

    /// The instances of a service at this moment.
    public func tally(of service: ServiceID) -> ServiceTally { pool.tally(of: service) }

    /// Says how many leases will still be asked for.
    public func expect(_ leases: Int, of service: ServiceID, sharing: String) -> [LeaseNews] {
        carryOut(.expects(service, sharing: sharing, leases: leases))
    }

    /// Everything is to stop. Afterwards the reactor's occurrences still have to be passed on until `isIdle`.
    public func close() -> [LeaseNews] { carryOut(.closing) }

    /// Whether a process is one of the keeper's.
    public func owns(_ token: ProcessToken) -> Bool { tokens[token] != nil || probeCommands[token] != nil }

    public func output(_ bytes: [UInt8], of token: ProcessToken) -> [LeaseNews] {
        if probeCommands[token] != nil {
            probeOutput[token, default: []] += bytes
        } else if let id = tokens[token] {
            show(instances[id]?.note(bytes) ?? [], of: id)
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
        show(instances[id]?.endLog() ?? [], of: id)
        let isUnexpected = !(instances[id]?.isStopping ?? true)
        keepLog(of: id, status, isUnexpected: isUnexpected)
        return carryOut(.ended(id, isUnexpected ? obituary(of: id, status) : ""))
    }

    public func handle(_ message: ServiceMessage) -> [LeaseNews] {
        switch message {
        case .template(let service, .success(let template)):
            templates[service] = template
            news += template.notes.map { .noted($0) }
            return carryOut(.templateBuilt(service))
        case .template(let service, .failure(let error)):
            return carryOut(.templateFailed(service, error.text(about: name(of: service))))
        case .plan(let id, .success(let plan)):
            instances[id]?.plan = plan
            let addresses = [plan.address] + used(by: id).map(\.address)
            instances[id]?.mask(addresses.compactMap(\.password))
            return carryOut(.prepared(id))
        case .plan(let id, .failure(let error)):
            return carryOut(.failed(id, error.text(about: name(of: id))))
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

    // MARK: What is known of instances

    func name(of service: ServiceID) -> String { services[service.index].recipe.name }

    func name(of id: InstanceID) -> String { pool.service(of: id).map { name(of: $0) } ?? "" }

    func leased(_ id: InstanceID) -> LeasedService? {
        guard let service = pool.service(of: id), let address = instances[id]?.plan?.address else { return nil }
        return LeasedService(services[service.index], at: address)
    }

    func used(by id: InstanceID) -> [LeasedService] { pool.used(by: id).compactMap { leased($0.instance) } }

    private func show(_ lines: [UInt8], of id: InstanceID) {
        if !lines.isEmpty, let service = pool.service(of: id) { logged(service, lines) }
    }

    private func keepLog(of id: InstanceID, _ status: ExitStatus, isUnexpected: Bool) {
        guard let instance = instances[id] else { return }
        ended(
            ServiceLog(
                service: name(of: id), users: instance.users,
                ending: isUnexpected ? status.sentence : instance.flaw ?? "was stopped",
                isFailure: isUnexpected || instance.flaw != nil, bytes: instance.log))
    }

    private func obituary(of id: InstanceID, _ status: ExitStatus) -> String {
        let tail = instances[id]?.tail() ?? ""
        let log = tail.isEmpty ? "; it wrote nothing" : "; the end of its log:\n\(tail)"
        return "service \"\(name(of: id))\" \(status.sentence)\(log)"
    }
}

extension LeasedService {
    init(_ service: KeptService, at address: ServiceAddress) {
        let environment = service.environment.compactMap { variable in
            variable.value.resolved(with: address).map { Variable(name: variable.name, value: $0) }
        }
        self.init(name: service.recipe.name, address: address, environment: environment)
    }
}
