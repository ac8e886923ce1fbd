// The stream that everything shown, logged or exported is folded from. One value per transition.

/// Something that happened in a run. Times are nanoseconds since the run began.
public struct Event: Sendable {
    public enum Kind: Sendable {
        /// The first event: how many tasks are asked for.
        case runStarted(tasks: Int, jobs: Int)
        /// A ready task was looked at, and this will be done.
        case decided(TaskID, Decision)
        /// A process was started; attempts count from 1.
        case started(TaskID, attempt: Int)
        /// Whole lines, or the unfinished last line when the task has ended. Secrets are masked.
        case output(TaskID, [UInt8])
        /// The stored log of a result that was restored.
        case replayed(TaskID, log: [UInt8])
        /// An attempt failed and another follows after the pause (nanoseconds).
        case retrying(TaskID, attempt: Int, cause: FailureCause, pause: UInt64)
        /// A task with `repeat` executes for this time, counted from 1; the first has no such event.
        case repeating(TaskID, execution: Int, most: Int)
        /// `log` is the whole log of a failed task, and nil otherwise.
        case finished(TaskID, TaskOutcome, ResourceUsage, log: [UInt8]?)
        /// What the task's execution left as evidence, or its restored result brought back. Before `finished`.
        case measured(TaskID, TaskEvidence)
        /// A gate was judged; the id is the gate's own. In place of `finished`, which gates do not have.
        case judged(TaskID, GateAccount)
        /// What a task had of its services. Before `finished`; not of one that used none.
        case served(TaskID, [ServiceUse])
        /// The table of a task with its figures, when all that it reads is known.
        case tabulated(TaskID, TableAccount)
        /// A finding that does not stop the run, such as an input pattern that matches nothing.
        case warned(TaskID?, String)
        /// Tasks that were made while running (`each` over made files); their names follow the table's.
        case expanded(TaskID, instances: [String])
        /// The run is being stopped by this signal.
        case interrupted(Int32)
        case runFinished(RunSummary)
    }

    public let time: UInt64
    public let kind: Kind

    public init(time: UInt64, _ kind: Kind) {
        self.time = time
        self.kind = kind
    }
}

/// Counts over all tasks of a run.
public struct RunSummary: Hashable, Sendable {
    public var upToDate = 0
    public var restored = 0
    public var satisfied = 0
    public var succeeded = 0
    /// Of `succeeded`: passed only after a retry.
    public var flaky = 0
    public var failed = 0
    public var skipped = 0
    public var blocked = 0
    public var cancelled = 0
    /// Gates; those that were only observed are not counted.
    public var gatesPassed = 0
    public var gatesFailed = 0
    /// Not enough data.
    public var gatesUndecided = 0
    /// Nanoseconds.
    public var wall: UInt64 = 0
    /// The signal that stopped the run.
    public var signal: Int32?

    public init() {}

    public var total: Int {
        upToDate + restored + satisfied + succeeded + failed + skipped + blocked + cancelled
    }

    public mutating func count(_ outcome: TaskOutcome) {
        switch outcome {
        case .upToDate: upToDate += 1
        case .restored: restored += 1
        case .satisfied: satisfied += 1
        case .succeeded(let attempts):
            succeeded += 1
            if attempts > 1 { flaky += 1 }
        case .failed: failed += 1
        case .skipped: skipped += 1
        case .blocked: blocked += 1
        case .cancelled: cancelled += 1
        }
    }
}
