// Who starts processes, is told of their ends and inherits their orphans. Knows nothing of tasks, output or time.

internal import Ports
internal import Vocabulary

/// How a process ended and what it, and the children it waited for, used.
struct EndedProcess {
    var status: ExitStatus
    /// Nanoseconds.
    var cpu: UInt64
    /// Bytes, of the largest process. Never below what the parent itself used at the start: Linux counts that in.
    var peakMemory: UInt64
}

/// A process that was just started.
struct StartedProcess: ~Copyable {
    /// As this process sees it. Also the number of its process group, and of its session unless it shares ours.
    let pid: Int32
    /// Readable when it has ended.
    let end: Descriptor
}

/// What the standard descriptors of a new process are.
enum StandardDescriptors {
    case inherited(terminal: Int32?)
    /// Empty input; output and error go to this descriptor.
    case output(Int32)
}

/// The parent of every task's processes. Today that is this process itself; a guardian that survives us can take its place.
protocol ProcessParent: AnyObject {
    /// The process whose children the started processes and all their orphans are, as this process sees it.
    var pid: Int32 { get }
    /// The session in which it starts interactive processes, and in which it may have children that are no task's.
    var session: Int32 { get }
    /// Clock ticks since boot when it began: older children were left to it by who executed this program.
    var startedTick: UInt64 { get }
    func start(
        _ request: ProcessRequest, descriptors: StandardDescriptors
    ) throws(SpawnError) -> StartedProcess
    /// Reaps a child or orphan that has ended; nil while it has not, or when it is unknown.
    func collect(_ pid: Int32) -> EndedProcess?
    /// The parent's children, in no order.
    func children() -> [Int32]
}
