// The probes of instances: what they found, and the commands that some of them execute.

import Ports
import Schedule
import Vocabulary

extension ServiceKeeper {
    func handle(_ outcome: ProbeOutcome) -> [LeaseNews] {
        switch outcome {
        case .attempted: return []
        case .ready(let probe, _):
            guard let id = probes.removeValue(forKey: probe) else { return [] }
            instances[id]?.probe = nil
            instances[id]?.isReady = true
            watchLife(of: id)
            return carryOut(.ready(id))
        case .failed(let probe, var failure):
            guard let id = probes.removeValue(forKey: probe) else { return [] }
            instances[id]?.probe = nil
            // It may have stopped in the middle of a line.
            _ = instances[id]?.endLog()
            failure.log = instances[id]?.tail().split(separator: "\n").map { String($0.dropFirst(4)) } ?? []
            let what = failure.purpose == .liveness ? "is no longer there" : "did not become ready"
            instances[id]?.flaw = what
            return carryOut(.failed(id, "service \"\(name(of: id))\" \(what): \(explain(failure))"))
        case .start(let probe, let command):
            startCommand(command, of: probe)
            return []
        case .stop(let probe):
            if let token = probeCommands.first(where: { $0.value == probe })?.key { reactor.stop(token, grace: 0) }
            return []
        }
    }

    private func watchLife(of id: InstanceID) {
        guard let service = pool.service(of: id), let live = services[service.index].live,
            let plan = instances[id]?.plan
        else { return }
        let probe = prober.add(live, at: ProbeAddress(plan.address), for: .liveness, now: reactor.now)
        instances[id]?.probe = probe
        probes[probe] = id
    }

    func dropProbe(of id: InstanceID) {
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
}
