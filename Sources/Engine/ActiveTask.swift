// A task that holds its resources: which step it is at, and what it gathered so far.

import Broker
import Graph
import Ports
import Schedule
import Vocabulary

/// The state of one task between its start and its end. The loop owns it; workers see copies of its parts.
final class ActiveTask {
    /// The steps in their order. Which may follow which is decided in `Engine+Steps`.
    enum Step: Equatable {
        /// Services are awaited.
        case leasing
        /// A worker makes room, or opens the view.
        case preparing
        /// Conditions that need a process are tried, because all others hold already.
        case checkingBefore
        case running
        /// A worker looks at what the command made.
        case verifying
        /// Conditions that need a process.
        case checkingAfter
        /// A command prints the number of a metric.
        case measuring
        /// A worker records the result.
        case publishing
        /// The attempt has failed, perhaps because a service that it used is gone: that may be told a moment later.
        case awaitingNews(reportsAreCollected: Bool)
        /// Between two attempts.
        case pausing
    }

    let definition: TaskDefinition
    let situation: Situation
    let examination: Examination
    var step = Step.preparing
    var attempt = 1
    var preparation: Preparation?
    var verification = Verification()
    /// With `--verify`, while and after the task runs again.
    var firstRun: FirstRun?
    /// With `repeat`: what its executions have left so far.
    var repeating: Repeating?
    /// With `repeat`: the last execution has ended, and this is the task's end.
    var isRepeated = false
    /// With `repeat`: what of the log was shown.
    var shownLog = TaskLog()
    /// Why the current attempt failed.
    var failure: FailureCause?
    var token: ProcessToken?
    var lines: LineAssembler
    var log = TaskLog()
    /// What the record of the run will be made of.
    var execution: Execution {
        Execution(
            examination: examination, view: preparation?.view, log: log.bytes, usage: usage, attempts: attempt,
            isSuccess: failure == nil, served: uses
        )
    }

    /// What it had of its services, by their names.
    var uses: [ServiceUse] { served.values.sorted { $0.service < $1.service } }

    /// It was given an instance.
    func note(_ service: String, wait: UInt64?) {
        guard let wait else { return }
        served[service, default: ServiceUse(service)].add(wait: wait)
    }
    /// Conditions still to be run, and the output of the one that runs.
    var conditions: [Condition] = []
    var conditionOutput: [UInt8] = []
    /// Metrics whose commands are still to be run; nil: none was yet.
    var unmeasured: [MetricDefinition]?
    /// Nanoseconds on the reactor's clock: end of the timeout or of the pause.
    var deadline: UInt64?
    /// What its processes get job tokens through.
    var lane: TokenLane?
    /// The number of its office, if it leases services while it runs.
    var office: UInt32?
    /// Of its services but those it leases while it runs, in the order of `uses`, and what each gave.
    var leases: [LeaseID] = []
    var leased: [LeasedService?] = []
    /// What it had of its services so far, by name.
    var served: [String: ServiceUse] = [:]
    /// Why a service that it uses is gone.
    var lostService: String?
    /// Of the services that it was given: no log shows them.
    private var passwords: [[UInt8]] = []
    var startedAt: UInt64
    /// Nanoseconds since the epoch, before its outputs were looked at.
    var verifiedAt: UInt64 = 0
    var usage = ResourceUsage()
    var isTimedOut = false
    /// Whether the pre-check is still to be made.
    var mayBeSatisfied: Bool

    init(
        definition: TaskDefinition, situation: Situation, examination: Examination, repeating: Repeating?, now: UInt64
    ) {
        self.repeating = repeating
        self.definition = definition
        self.situation = situation
        self.examination = examination
        if case .run(_, conditionsHold: true) = examination.finding {
            mayBeSatisfied = true
        } else {
            mayBeSatisfied = false
        }
        startedAt = now
        lines = LineAssembler()
    }
}

extension ActiveTask {
    /// What is masked in all that its processes print.
    var secrets: [[UInt8]] { definition.secretValues(in: preparation?.environment ?? []) + passwords }

    /// From now on the password is masked.
    func hidePassword(of service: LeasedService) {
        guard let password = service.address.password else { return }
        passwords.append(Array(password.utf8))
        lines.mask([Array(password.utf8)])
    }
}

extension ActiveTask {
    /// Whether what it prints is shown at once: not that of a run that is only compared or counted.
    var isShown: Bool { firstRun == nil && (repeating.map { $0.index == 1 } ?? true) }

    /// Of this run; executions that were recorded before are not made.
    var isFirstExecution: Bool { repeating.map { $0.usage == ResourceUsage() } ?? false }

    /// Ready for another attempt, or another execution.
    func startOver(isRetry: Bool) {
        if isRetry { attempt += 1 }
        failure = nil
        isTimedOut = false
        mayBeSatisfied = false
        unmeasured = nil
        verification = Verification()
        preparation = nil
        lostService = nil
    }
}

/// The log of a task, with a limit so that a runaway task cannot exhaust memory.
struct TaskLog {
    /// Bytes kept of the beginning and of the end, each.
    static let limit = 8 << 20

    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var dropped = 0

    mutating func append(_ bytes: [UInt8]) {
        if head.count < TaskLog.limit {
            head += bytes
        } else {
            tail += bytes
            if tail.count > 2 * TaskLog.limit {
                dropped += tail.count - TaskLog.limit
                tail.removeFirst(tail.count - TaskLog.limit)
            }
        }
    }

    /// Everything, or beginning and end with a line that says how much is left out.
    var bytes: [UInt8] {
        if dropped == 0 { return tail.isEmpty ? head : head + tail }
        return head + Array("\n… \(dropped) bytes of this log are left out …\n".utf8) + tail
    }
}
