// Many probes behind one epoll descriptor: their machines say what to do, this does it. Starts no process, no thread.

internal import Glibc
public import Ports
internal import Schedule
public import Vocabulary

/// The probes of this machine.
///
/// Nothing here waits, with two exceptions: a host that is a name and no number is looked up by the system's resolver
/// when an attempt begins, and a failure on a port of this machine is explained from `/proc`, which takes milliseconds.
public final class Prober: Probing {
    /// Batches of ready descriptors that one turn takes, so that it ends.
    private static let mostBatches = 64
    /// Marks the key of a socket that outlives attempts.
    private static let lasting: UInt64 = 0xFFFF_FFFF

    private var epoll = Epoll()
    private var probes: [UInt32: Probe] = [:]
    private var agenda = ProbeAgenda()
    private var told: [(id: UInt32, event: ProbeMachine.Event, error: String?)] = []
    private var outcomes: [ProbeOutcome] = []
    private var added: UInt32 = 0
    /// As found in this turn.
    private var owners: [UInt16: ProbeFailure.PortOwner] = [:]

    public init() {}

    public var descriptor: Int32 { epoll.number }

    public var nextDeadline: UInt64? {
        if !told.isEmpty || !outcomes.isEmpty { return 0 }
        while let first = agenda.first, probes[first.id]?.machine.wakeAt != first.time { agenda.removeFirst() }
        return agenda.first?.time
    }

    /// Also makes the socket of a `notify` probe, so that the service can be started right after.
    public func add(
        _ spec: ProbeSpec, at address: ProbeAddress, for purpose: ProbePurpose, now: UInt64
    ) -> ProbeID {
        added += 1
        let probe = Probe(ProbeID(added), spec, at: address, for: purpose, now: now)
        probes[added] = probe
        // What cannot be prepared fails with the first attempt.
        _ = probe.prepareLog()
        _ = probe.prepareNotify()
        if let socket = probe.notifySocket?.descriptor.number {
            _ = epoll.set(socket, key: UInt64(added) << 32 | Self.lasting, forWriting: false)
        }
        schedule(probe)
        return probe.id
    }

    public func remove(_ id: ProbeID) {
        guard let probe = probes.removeValue(forKey: id.rawValue) else { return }
        endAttempt(of: probe)
        if let socket = probe.notifySocket?.descriptor.number { epoll.remove(socket) }
    }

    public func tell(_ id: ProbeID, _ news: ProbeNews) {
        guard let probe = probes[id.rawValue] else { return }
        switch news {
        case .output(let bytes):
            probe.note(bytes)
            if probe.search?.isFound == true { told.append((id.rawValue, .succeeded, nil)) }
            if probe.isHint(bytes) { told.append((id.rawValue, .hinted, nil)) }
        case .commandRefused(let error):
            probe.command = .none
            told.append((id.rawValue, .impossible, error.description))
        case .commandEnded(let status, let output): commandEnded(probe, status, output)
        }
    }

    private func commandEnded(_ probe: Probe, _ status: ExitStatus, _ output: [UInt8]) {
        let before = probe.command
        probe.command = .none
        switch before {
        case .stopping(isNextDue: true): begin(probe)
        case .stopping, .none: break
        case .running where status == .exited(0): told.append((probe.id.rawValue, .succeeded, nil))
        case .running: told.append((probe.id.rawValue, .failed, status.text(afterSaying: output)))
        }
    }

    public func turn(now: UInt64) -> [ProbeOutcome] {
        for (id, event, error) in exchange(&told, []) {
            guard let probe = probes[id] else { continue }
            if let error { probe.lastError = error }
            step(probe, event, now)
        }
        takeReady(now)
        while let first = agenda.first, first.time <= now {
            agenda.removeFirst()
            guard let probe = probes[first.id], probe.machine.wakeAt == first.time else { continue }
            step(probe, .timePassed, now)
        }
        owners = [:]
        return exchange(&outcomes, [])
    }

    private func takeReady(_ now: UInt64) {
        for _ in 0..<Self.mostBatches {
            epoll.wait(atMost: 0)
            var isEmpty = true
            while let key = epoll.takeKey() {
                isEmpty = false
                guard let probe = probes[UInt32(key >> 32)] else { continue }
                if key & Self.lasting == Self.lasting {
                    probe.notifySocket?.take()
                    if probe.notifySocket?.isReady == true { step(probe, .succeeded, now) }
                } else if key == probe.key, let attempt = probe.attempt {
                    advance(probe, attempt, now)
                }
            }
            if isEmpty { return }
        }
    }

    // MARK: Actions

    /// Tells the machine, and does what it says until it has no more to say.
    private func step(_ probe: Probe, _ event: ProbeMachine.Event, _ now: UInt64) {
        let isResult = event != .timePassed && event != .hinted
        guard !isResult || probe.machine.isAttempting else { return }
        if event == .succeeded { outcomes.append(.attempted(probe.id, .succeeded)) }
        if event == .failed, let error = probe.lastError { outcomes.append(.attempted(probe.id, .failed(error))) }
        let actions = probe.machine.handle(event, at: now)
        if isResult { endAttempt(of: probe) }
        for action in actions {
            switch action {
            case .attempt: begin(probe, now)
            case .abandon:
                probe.lastError = probe.stage
                outcomes.append(.attempted(probe.id, .failed(probe.stage)))
                stopCommand(of: probe)
                endAttempt(of: probe)
            case .succeed:
                outcomes.append(.ready(probe.id, after: now - probe.addedAt))
                remove(probe.id)
            case .fail(let reason):
                outcomes.append(.failed(probe.id, probe.explanation(reason, &owners)))
                remove(probe.id)
            }
        }
        schedule(probe)
    }

    private func begin(_ probe: Probe, _ now: UInt64) {
        switch probe.begin() {
        case .over(let result): finish(probe, result, now)
        case .begun(let attempt):
            probe.attempt = attempt
            advance(probe, attempt, now)
        case .told: break
        case .command:
            if case .stopping = probe.command {
                probe.command = .stopping(isNextDue: true)
            } else {
                begin(probe)
            }
        }
    }

    private func begin(_ probe: Probe) {
        guard case .exec(let command) = probe.spec.kind else { return }
        probe.command = .running
        outcomes.append(.start(probe.id, command))
    }

    private func advance(_ probe: Probe, _ attempt: any ProbeAttempt, _ now: UInt64) {
        switch attempt.advance() {
        case .over(let result): finish(probe, result, now)
        case .waiting(let descriptor, let interest):
            if epoll.set(descriptor, key: probe.key, forWriting: interest == .writing) { return }
            finish(probe, .failed("too many descriptors are watched"), now)
        }
    }

    private func finish(_ probe: Probe, _ result: AttemptResult, _ now: UInt64) {
        switch result {
        case .succeeded: step(probe, .succeeded, now)
        case .failed(let error):
            probe.lastError = error
            step(probe, .failed, now)
        case .impossible(let error, let hint):
            probe.lastError = error
            probe.hint = hint
            step(probe, .impossible, now)
        }
    }

    private func stopCommand(of probe: Probe) {
        guard case .running = probe.command else { return }
        probe.command = .stopping(isNextDue: false)
        outcomes.append(.stop(probe.id))
    }

    private func endAttempt(of probe: Probe) {
        if let watched = probe.attempt?.watched { epoll.remove(watched) }
        probe.attempt = nil
    }

    private func schedule(_ probe: Probe) {
        guard probes[probe.id.rawValue] != nil, let time = probe.machine.wakeAt else { return }
        agenda.insert(time, probe.id.rawValue)
    }
}

private func exchange<Value>(_ variable: inout Value, _ value: Value) -> Value {
    defer { variable = value }
    return variable
}
