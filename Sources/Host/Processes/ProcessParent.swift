// Who starts processes, is told of their ends and inherits their orphans. Knows nothing of tasks, output or time.

internal import CLinux
internal import Ports
internal import Vocabulary

/// How a process ended and what it, and the children it waited for, used.
struct EndedProcess {
    var status: ExitStatus
    /// Nanoseconds.
    var cpu: UInt64
    /// Bytes, of the largest process. Never below what the parent itself used at the start: Linux counts that in.
    var peakMemory: UInt64

    init(_ ended: tg_ended) {
        status = ended.is_signal != 0 ? .signalled(ended.value) : .exited(ended.value)
        cpu = ended.cpu_nanoseconds
        peakMemory = ended.peak_bytes
    }
}

/// A process that was just started.
struct StartedProcess: ~Copyable {
    /// As this process sees it. Also the number of its process group, and of its session unless it shares ours.
    let pid: Int32
    /// The process that started it and will reap it.
    let parent: Int32
    /// Readable when it has ended; nil when its parent tells of that.
    let end: Descriptor?
}

/// What the standard descriptors of a new process are.
enum StandardDescriptors {
    case inherited(terminal: Int32?)
    /// Empty input; output and error go to this descriptor.
    case output(Int32)
}

/// What a parent that reaps by itself tells.
struct ParentNews {
    enum Event {
        case ended(ProcessToken, EndedProcess)
        /// A process that a task left; the task as far as known.
        case orphanEnded(ProcessToken?, EndedProcess)
        /// Stopped by a signal.
        case stopped(ProcessToken)
        /// This parent was killed, and with it every process it had started.
        case lost(parent: Int32)
    }

    let event: Event
    /// How many processes that tasks left there were then. None: every task whose own process has ended is alone.
    let orphans: Int

    init(_ event: Event, orphans: Int) {
        self.event = event
        self.orphans = orphans
    }
}

/// The parent of every task's processes: a warden, or this process itself.
protocol ProcessParent: AnyObject {
    /// The process whose children the started processes and all their orphans are, as this process sees it.
    var pid: Int32 { get }
    /// Whether it collects what has ended and tells news; else `collect` does.
    var reapsByItself: Bool { get }
    /// Readable when there is news; another one after a start, perhaps.
    var newsDescriptor: Int32? { get }
    /// Whether there is news that no descriptor tells of.
    var hasNews: Bool { get }
    func takeNews() -> [ParentNews]
    func start(
        _ request: ProcessRequest, as token: ProcessToken, descriptors: StandardDescriptors
    ) throws(SpawnError) -> StartedProcess
    /// Reaps a child or orphan that has ended; nil while it has not, or when it is unknown.
    func collect(_ pid: Int32) -> EndedProcess?
    /// The parent's children, in no order. One that reaps by itself may leave some out when one of them has ended
    /// meanwhile.
    func children() -> [Int32]
    /// Sends KILL to the group of a task's own process that has not ended.
    func killGroup(of token: ProcessToken, pid: Int32)
    /// Ends everything it started if it can, and waits until that is gone.
    func end()
}
