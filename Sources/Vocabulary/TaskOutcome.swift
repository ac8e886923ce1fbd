// How a task ended, as a value.

/// The end of one process: an exit code or a signal.
public enum ExitStatus: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
}

public enum FailureCause: Hashable, Sendable {
    case exit(ExitStatus)
    /// Ended after its `timeout`, in nanoseconds.
    case timedOut(limit: UInt64)
    /// The program could not be started: what, and the system's reason.
    case notStarted(String)
    /// Declared outputs that were not there afterwards.
    case missingOutputs([String])
    /// Conditions of `ensure` that did not hold: what was found instead, each at its place in the YAML.
    case conditions([Diagnostic])
    /// Paths changed in a workspace that `changes` does not name.
    case undeclaredChanges([String])
    /// With `--verify`: what a second run in the same conditions made differently.
    case differs([OutputDifference])
    /// Something declared that turned out wrong only now: an input that is not there, a cycle or a second producer among
    /// instances over made files. Printed like the findings of loading.
    case invalid([Diagnostic])
    /// Anything else that kept the engine from finishing the task; one sentence.
    case engine(String)
}

public enum TaskOutcome: Hashable, Sendable {
    case upToDate
    case restored
    case satisfied
    /// Ran and is done. `attempts` counts from 1; more than 1 is marked flaky.
    case succeeded(attempts: Int)
    case failed(FailureCause, attempts: Int)
    /// `when` or `platforms` said no: counts as done.
    case skipped(String)
    /// Not run, because this task, which it needs, did not succeed.
    case blocked(by: TaskID)
    /// Not run or ended early, because the run was stopped.
    case cancelled

    /// Whether what needs this task may run.
    public var isDone: Bool {
        switch self {
        case .upToDate, .restored, .satisfied, .succeeded, .skipped: true
        case .failed, .blocked, .cancelled: false
        }
    }
}

extension TaskOutcome {
    /// How often it was tried in this run.
    public var attempts: Int {
        switch self {
        case .succeeded(let attempts), .failed(_, let attempts): attempts
        default: 0
        }
    }
}

/// What one execution cost.
public struct ResourceUsage: Hashable, Sendable {
    /// Nanoseconds.
    public var wall: UInt64
    /// User and system time of the task's processes in nanoseconds.
    public var cpu: UInt64
    /// Peak resident size of the largest process in bytes.
    public var peakMemory: UInt64

    public init(wall: UInt64 = 0, cpu: UInt64 = 0, peakMemory: UInt64 = 0) {
        self.wall = wall
        self.cpu = cpu
        self.peakMemory = peakMemory
    }
}
