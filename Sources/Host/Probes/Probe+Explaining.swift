// Why a probe did not succeed, with what the machine can add. Looks at /proc.

internal import Ports
internal import Schedule
internal import Vocabulary

extension Probe {
    /// - Parameter owners: remembers who holds which port: many probes of one port may fail at once.
    func explanation(
        _ reason: ProbeFailure.Reason, _ owners: inout [UInt16: ProbeFailure.PortOwner]
    ) -> ProbeFailure {
        var failure = ProbeFailure(spec.subject(at: address), purpose, reason)
        failure.attempts = machine.attempts
        failure.lastError = lastError
        failure.hint = hint
        failure.log = log
        if let port = portOfThisMachine, reason != .impossible {
            let owner = owners[port] ?? PortOwners.owner(of: port)
            owners[port] = owner
            failure.port = ProbeFailure.Port(port, owner)
        }
        return failure
    }

    private var portOfThisMachine: UInt16? {
        guard spec.isOverNetwork, address.socket == nil, address.isLocal else { return nil }
        return address.port ?? spec.defaultPort
    }
}

extension ProbeSpec {
    fileprivate var isOverNetwork: Bool {
        switch kind {
        case .postgres, .redis, .tcp, .http: true
        case .exec, .log, .file, .notify: false
        }
    }
}

extension ExitStatus {
    /// `it exited with 3: the last line that it wrote`
    func text(afterSaying output: [UInt8]) -> String {
        let end =
            switch self {
            case .exited(let code): "it exited with \(code)"
            case .signalled(let signal): "it was ended by signal \(signal)"
            }
        var tail = LogTail()
        tail.take(output)
        return tail.lines.last.map { "\(end): \($0)" } ?? end
    }
}
