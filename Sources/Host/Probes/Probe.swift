// One probe that is being tried: its machine, its attempt, and what is known of the service. Decides nothing.

internal import Conditions
internal import Ports
internal import Schedule
internal import Vocabulary

final class Probe {
    /// The command of an `exec` probe, which others start and end.
    enum CommandState {
        case none, running
        /// It is being killed, and what it says no longer counts. `isNextDue`: then it is to be started anew.
        case stopping(isNextDue: Bool)
    }

    let id: ProbeID
    let spec: ProbeSpec
    let address: ProbeAddress
    let purpose: ProbePurpose
    let addedAt: UInt64
    var machine: ProbeMachine
    var attempt: (any ProbeAttempt)?
    var command = CommandState.none
    /// Compiled: of `log`, or of the body of `http`.
    var expression: LineExpression?
    /// Looks for the line in what the service writes.
    var search: LineSearch?
    var logFile: LogFile?
    var notifySocket: NotifySocket?
    var lastError: String?
    var hint: String?
    private var output = LogTail()

    init(
        _ id: ProbeID, _ spec: ProbeSpec, at address: ProbeAddress, for purpose: ProbePurpose, now: UInt64
    ) {
        self.id = id
        self.spec = spec
        self.purpose = purpose
        self.address = spec.address.completed(by: address)
        addedAt = now
        var timing = spec.timing
        if spec.kind.isTold { timing.timeout = .max }
        machine = ProbeMachine(timing, for: purpose, now: now)
    }

    func note(_ bytes: [UInt8]) {
        output.take(bytes)
        search?.take(bytes)
    }

    /// Whether the service says that it can be asked now. In another language it is asked a little later.
    func isHint(_ bytes: [UInt8]) -> Bool {
        guard case .postgres = spec.kind else { return false }
        return String(decoding: bytes, as: UTF8.self).contains("ready to accept connections")
    }

    var log: [String] { logFile?.tail.lines ?? output.lines }

    /// As an epoll key. A key of an attempt that is over is known by its number.
    var key: UInt64 { UInt64(id.rawValue) << 32 | UInt64(UInt32(truncatingIfNeeded: machine.attempts)) }

    /// What the attempt that goes on waits for.
    var stage: String {
        switch spec.kind {
        case .exec: "the command had not ended"
        case .notify:
            notifySocket?.status.map { "the service has not said READY=1; its status is: \($0)" }
                ?? "the service has not said READY=1"
        case .log: "no line matches yet"
        default: attempt?.stage ?? "nothing was tried"
        }
    }
}
