// How a run is to be done, as the command line says it.

public import Ports

/// The choices of one run.
public struct RunOptions: Sendable {
    /// Job slots.
    public var jobs = 1
    /// Most instances of a service that may wait, started, for leases to come: what memory allows.
    public var mostSpares = Int.max
    /// Whether tasks that do not depend on a failed one still start.
    public var keepsGoing = false
    /// Run whatever the cache holds; results are recorded.
    public var isForced = false
    /// False: neither look results up nor record them.
    public var usesCache = true
    /// Nanoseconds between TERM and KILL.
    public var grace: UInt64 = 5_000_000_000
    /// The caller's environment.
    public var environment: [String: String] = [:]
    /// `linux/x86_64`.
    public var platform = "linux/x86_64"
    /// Absolute path of `.taskgraph`.
    public var stateDirectory: String
    /// Run every task twice that has something to compare, and fail it when that differs.
    public var verifies = false
    /// What the run that is continued has done, by full name: not repeated while the key is the same.
    public var completed: [String: JournalEntry] = [:]
    /// Whether this continues a run: then it is the last run even if nothing is left to do.
    public var isContinuation = false
    /// Names the run: 32 hexadecimal digits, unique among all runs of all machines.
    public var run = ""
    /// Where it takes place, for what is measured.
    public var host = ""
    /// Gates are told, and have no consequence.
    public var observesGates = false
    /// The targets as given, for history.
    public var targets: [String] = []

    public init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
    }
}
