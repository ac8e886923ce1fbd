// A started process until its `exited` is delivered. Holds what it owns, decides nothing.

internal import Ports
internal import Vocabulary

final class Child {
    let token: ProcessToken
    let pid: Int32
    /// Who started it and reaps it.
    let parent: Int32
    let mark: TaskMark?
    let isInteractive: Bool
    /// On the monotonic clock.
    let startedAt: UInt64
    /// Clock ticks since boot, as the process table counts: no descendant is older.
    let startedTick: UInt64
    /// Readable when the process itself has ended; nil once it is reaped, and when its parent tells of that.
    var end: Descriptor?
    /// Where its output is read; nil when nothing more can come.
    var output: Descriptor?
    /// How its own process ended; nil until it is reaped.
    var status: ExitStatus?
    var usage = ResourceUsage()
    /// When what is left of it is killed; set once it is being ended.
    var killAt: UInt64?
    /// Whether KILL is the signal now.
    var isKilling = false
    /// Who was sent TERM: a second one would mean "at once" to many programs.
    private var termSent: Set<ProcessIdentity> = []
    private var killSent: Set<ProcessIdentity> = []
    /// Processes of another user that we may not signal.
    var beyondReach: Set<ProcessIdentity> = []
    /// No process of it is left.
    var isAlone = false
    /// Once it is alone: bytes in the pipe that are its own.
    var unread = 0
    /// Of what was read of its output.
    var lastByte: UInt8?
    /// What is said in its name once its own output is delivered.
    var epitaph: [UInt8] = []
    /// It was given the terminal.
    var hasTerminal = false

    init(
        _ token: ProcessToken, _ process: consuming StartedProcess, output: consuming Descriptor?, mark: TaskMark?,
        isInteractive: Bool, startedAt: UInt64, startedTick: UInt64
    ) {
        self.token = token
        pid = process.pid
        parent = process.parent
        end = process.end
        self.output = output
        self.mark = mark
        self.isInteractive = isInteractive
        self.startedAt = startedAt
        self.startedTick = startedTick
    }

    /// Whether a process was sent the signal that is due now.
    func hasBeenSignalled(_ process: ProcessIdentity) -> Bool {
        isKilling ? killSent.contains(process) : termSent.contains(process)
    }

    func noteSignalled(_ process: ProcessIdentity) {
        if isKilling { killSent.insert(process) } else { termSent.insert(process) }
    }
}

/// An orphan whose end is waited for.
final class Orphan {
    /// Readable when it has ended.
    let end: Descriptor

    init(end: consuming Descriptor) {
        self.end = end
    }
}
