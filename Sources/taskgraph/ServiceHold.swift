// `taskgraph services up --detach`: the process in the background that keeps services until `down` ends the last of them.

import Broker
import Host
import Ports
import Schedule
import Vocabulary

/// Keeps services: starts them, says in the register where they answer, writes their logs, ends them when it is asked.
final class ServiceHold {
    private static let requests = SourceToken(1)
    private static let waiting = SourceToken(2)

    private let catalogue: ServiceCatalogue
    private let asked: [ServiceID]
    private let voice: BackgroundVoice
    private let services: StandingServices
    private let requests: KeeperRequests
    private var claims: [ServiceID: StandingClaim] = [:]
    private var granted: [ServiceID: LeasedService] = [:]
    private var logs: [ServiceID: StandingLog] = [:]
    /// Asked to end, and not gone yet.
    private var leaving: Set<ServiceID> = []
    /// Who waited for the start knows how it went.
    private var isStanding = false
    private var hasExplained = false
    /// Whether the end of who waits is noticed.
    private var isListening = true

    /// - Parameter asked: not empty, each once.
    init(
        _ asked: [ServiceID], of catalogue: ServiceCatalogue, _ invocation: Invocation, _ voice: BackgroundVoice
    ) throws(ServiceError) {
        self.catalogue = catalogue
        self.asked = asked
        self.voice = voice
        services = StandingServices(catalogue.shared, cache: catalogue.cache, invocation)
        // After the warden was made: what it holds open, it holds until the end.
        requests = try KeeperRequests(in: catalogue.register)
        for id in asked {
            let name = catalogue.entries[id.index].name
            guard let claim = try StandingClaim(name, in: catalogue.register) else {
                throw ServiceError("service \"\(name)\" is being started by somebody else")
            }
            claims[id] = claim
        }
    }

    /// Until the last service is gone.
    func keep() {
        services.keeper.logged = { [unowned self] in note($1, of: $0) }
        services.keeper.ended = { [unowned self] in ended($0) }
        services.reactor.watch(requests.descriptor, as: Self.requests)
        services.reactor.watch(voice.descriptor, as: Self.waiting)
        for id in asked { take(services.keeper.ask(lease(id), for: id, sharing: "")) }
        // So that each goes with the last who uses it.
        for index in catalogue.entries.indices {
            take(services.keeper.expect(0, of: ServiceID(index), sharing: ""))
        }
        while !claims.isEmpty {
            switch services.next() {
            case .news(let news): take(news)
            case .readable(Self.requests):
                for name in requests.take() { giveUp(name) }
            case .readable(Self.waiting):
                stopListening()
                giveUpAll()
            case .interrupted: giveUpAll()
            case .readable, .exited: break
            }
            dropClaims()
        }
        services.close()
        guard !isStanding else { return }
        if !hasExplained { voice.error("taskgraph: the services were stopped before they were ready\n") }
        tell(.failed)
    }

    private func lease(_ id: ServiceID) -> LeaseID { LeaseID(UInt64(id.index + 1)) }

    private func take(_ news: [LeaseNews]) {
        for item in news {
            switch item {
            case .granted(let lease, let service):
                granted[ServiceID(Int(lease.rawValue) - 1)] = service
                if asked.allSatisfy({ granted[$0] != nil }) { stand() }
            case .refused(let lease, let why), .lost(let lease, let why):
                let id = ServiceID(Int(lease.rawValue) - 1)
                voice.error("taskgraph: \(why)\n")
                hasExplained = true
                note(Array("taskgraph: \(why)\n".utf8), of: id)
                if isStanding { giveUp(id) } else { giveUpAll() }
            case .noted(let text): voice.error("warning: \(text)\n")
            }
        }
    }

    /// All are there: who waited may go.
    private func stand() {
        for id in asked {
            guard let service = granted[id] else { continue }
            do throws(ServiceError) { try claims[id]?.state(service.facts) } catch {
                voice.error("taskgraph: \(error)\n")
                hasExplained = true
                return giveUpAll()
            }
        }
        isStanding = true
        tell(.done)
    }

    private func tell(_ code: ExitCode) {
        stopListening()
        voice.finish(code.rawValue)
    }

    private func stopListening() {
        if isListening { services.reactor.unwatch(voice.descriptor) }
        isListening = false
    }

    // MARK: The end

    private func giveUpAll() {
        for id in asked { giveUp(id) }
    }

    /// What uses a service goes before it.
    private func giveUp(_ name: String) {
        for id in asked where name == catalogue.entries[id.index].name || catalogue.uses(id, name) { giveUp(id) }
    }

    private func giveUp(_ id: ServiceID) {
        granted[id] = nil
        leaving.insert(id)
        take(services.keeper.release(lease(id)))
    }

    /// Nobody is told that a service does not stand any more before nothing is left of it.
    private func dropClaims() {
        for id in leaving where services.keeper.isGone(id) {
            leaving.remove(id)
            claims[id] = nil
        }
    }

    private func ended(_ log: ServiceLog) {
        guard let index = catalogue.entries.firstIndex(where: { $0.name == log.service }) else { return }
        note(Array("== \(log.service): \(log.ending) ==\n".utf8), of: ServiceID(index))
        logs[ServiceID(index)] = nil
    }

    private func note(_ bytes: [UInt8], of id: ServiceID) {
        if logs[id] == nil { logs[id] = StandingLog(of: catalogue.entries[id.index].name, in: catalogue.records) }
        logs[id]?.write(bytes)
    }
}
