// Everything that is kept of a finished run: what the history stores and reports show. Does not know where it is kept.

/// A run as evidence.
public struct RunEvidence: Hashable, Sendable {
    /// 32 hexadecimal digits, unique among all runs of all machines.
    public var id: String
    /// Of the run in its state directory, as `taskgraph history` shows it; nil: it changed nothing, and is not listed there.
    public var number: UInt64?
    /// The name of the project.
    public var project: String
    public var host: String
    /// Of the git checkout that the root file stands in.
    public var branch: String?
    /// 40 hexadecimal digits.
    public var commit: String?
    /// Nanoseconds since the epoch.
    public var startedAt: UInt64
    /// As given; empty: everything.
    public var targets: [String]
    public var jobs: Int
    public var summary: RunSummary
    /// In the order of the graph, instances behind their task. Services and gates are not among them.
    public var tasks: [TaskAccount] = []
    /// Every metric that has a value, once: that of all instances together. In the order of the graph.
    public var metrics: [MetricAccount] = []
    /// In the order in which they were judged.
    public var gates: [GateAccount] = []
    /// In the order in which their figures were known.
    public var tables: [TableAccount] = []

    public init(
        id: String, project: String, host: String, branch: String? = nil, commit: String? = nil, startedAt: UInt64,
        targets: [String], jobs: Int, summary: RunSummary
    ) {
        self.id = id
        self.project = project
        self.host = host
        self.branch = branch
        self.commit = commit
        self.startedAt = startedAt
        self.targets = targets
        self.jobs = jobs
        self.summary = summary
    }
}

/// One task of a run. Moments are nanoseconds since the run began.
public struct TaskAccount: Hashable, Sendable {
    /// Full name, with its instance.
    public var name: String
    /// `up-to-date`, `restored`, `satisfied`, `succeeded`, `failed`, `skipped`, `blocked` or `cancelled`.
    public var outcome: String
    /// Full names of the tasks of this run that it waited for.
    public var needs: [String] = []
    /// Why it ran, or failed, or did not run: whole sentences or lines, the most telling first.
    public var reasons: [String] = []
    /// When everything that it needs was done.
    public var readyAt: UInt64?
    /// When its first process was started; nil if none was.
    public var startedAt: UInt64?
    public var endedAt: UInt64?
    public var usage = ResourceUsage()
    /// 0: nothing was started.
    public var attempts = 0
    /// Nil when it was not known.
    public var key: Digest?
    /// Of a failed task: the end of its log, at most 64 KiB, secrets masked.
    public var log: String?
    /// Nanoseconds from the demand for a service of this task to its readiness, by the service's name; of several instances
    /// those of the slowest.
    public var serviceWaits: [String: UInt64] = [:]
    /// Its own values: of an instance, that of the instance.
    public var evidence = TaskEvidence()

    public init(name: String, outcome: String) {
        self.name = name
        self.outcome = outcome
    }
}

/// A metric of a run.
public struct MetricAccount: Hashable, Sendable {
    /// Full name of the task that measures it, without an instance.
    public var task: String
    public var measurement: Measurement

    public init(task: String, _ measurement: Measurement) {
        self.task = task
        self.measurement = measurement
    }
}

/// A gate of a run.
public struct GateAccount: Hashable, Sendable {
    public var gate: Gate
    public var result: GateResult
    /// With `--observe`: told, and without consequence.
    public var isObserved: Bool

    public init(_ gate: Gate, _ result: GateResult, isObserved: Bool = false) {
        self.gate = gate
        self.result = result
        self.isObserved = isObserved
    }
}
