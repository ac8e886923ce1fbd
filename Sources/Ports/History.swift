// The seam to the memory of runs: how long tasks took, what was measured, and how runs ended.

public import Vocabulary

/// What a run asks of earlier ones. Without an answer there is no history: nothing here fails a run.
public protocol History: Sendable {
    /// Typical wall time of tasks in nanoseconds, for those that were measured.
    func durations(of tasks: [String]) -> [String: UInt64]
    /// The values of a metric in earlier runs that really measured it, the latest first.
    func pastValues(of metric: String) -> [Measurement]
    /// The value of a metric in the last run of a branch, or in a run that is named by its id or the beginning of it.
    ///
    /// - Parameter kind: `branch` or `run`; a task's value is known to the run itself.
    func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading
}

/// Without a memory of metrics.
extension History {
    public func pastValues(of metric: String) -> [Measurement] { [] }

    public func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading {
        .missing("no run of \(kind.rawValue) \(name) is known")
    }
}

/// Keeps finished runs. Losing them never fails a run: implementations swallow their errors after reporting them once.
public protocol RunRecording: Sendable {
    /// A run is kept once, whatever number of times it is recorded.
    func record(_ run: RunEvidence)
}

/// What can be asked of finished runs. Errors were reported once and give empty answers.
public protocol RunReading: Sendable {
    /// The latest first.
    func runs(limit: Int) -> [PastRun]
    /// A run by its number on this machine, by its id or the beginning of it, or by the word `last`. Nil when there is none, or its details
    /// are no longer kept.
    func run(_ name: String) -> RunEvidence?
    /// Values of metrics by run, the latest run first, in the order of names in each.
    /// - Parameters:
    ///   - metric: nil: all.
    ///   - branch: nil: any.
    ///   - limit: how many runs are looked at.
    func measurements(of metric: String?, branch: String?, limit: Int) -> [PastMeasurement]
    /// Gates by run, the latest run first.
    func gates(limit: Int) -> [PastGate]
    /// Executions of tests that are still kept, and whose inputs were known.
    /// - Parameter since: nanoseconds since the epoch.
    func tests(since: UInt64) -> [PastTest]
}

/// A run that is kept.
public struct PastRun: Hashable, Sendable {
    /// Of this history: unique, and rising with each run that is recorded.
    public var row: Int64
    /// As `taskgraph history` shows it; nil: it is not listed there, or took place on another machine.
    public var number: UInt64?
    public var id: String
    public var host: String
    public var branch: String?
    public var commit: String?
    /// Nanoseconds since the epoch.
    public var startedAt: UInt64
    /// Empty: everything.
    public var targets: [String]

    public init(
        row: Int64, number: UInt64?, id: String, host: String, branch: String?, commit: String?, startedAt: UInt64,
        targets: [String]
    ) {
        self.row = row
        self.number = number
        self.id = id
        self.host = host
        self.branch = branch
        self.commit = commit
        self.startedAt = startedAt
        self.targets = targets
    }

    /// What people call it by: its number or, without one, the beginning of its id.
    public var name: String { number.map(String.init) ?? String(id.prefix(8)) }
}

/// A value that a run ended with.
public struct PastMeasurement: Hashable, Sendable {
    public var run: PastRun
    /// Full name.
    public var task: String
    public var measurement: Measurement

    public init(run: PastRun, task: String, measurement: Measurement) {
        self.run = run
        self.task = task
        self.measurement = measurement
    }
}

/// A gate that was judged in a run.
public struct PastGate: Hashable, Sendable {
    /// The run's row.
    public var run: Int64
    public var name: String
    public var metric: String
    public var verdict: GateResult.Verdict
    public var isObserved: Bool

    public init(run: Int64, name: String, metric: String, verdict: GateResult.Verdict, isObserved: Bool) {
        self.run = run
        self.name = name
        self.metric = metric
        self.verdict = verdict
        self.isObserved = isObserved
    }
}

/// One execution of one test in a run.
public struct PastTest: Hashable, Sendable {
    public var test: String
    /// The key of the task that ran it, in hexadecimal.
    public var key: String
    public var outcome: TestOutcome
    public var seconds: Double
    public var repetition: Int
    /// The id of the run.
    public var run: String
    /// Nanoseconds since the epoch, of the run's beginning.
    public var time: UInt64

    public init(
        test: String, key: String, outcome: TestOutcome, seconds: Double, repetition: Int, run: String, time: UInt64
    ) {
        self.test = test
        self.key = key
        self.outcome = outcome
        self.seconds = seconds
        self.repetition = repetition
        self.run = run
        self.time = time
    }
}
