// How a run is to be done, as the command line says it.

/// The choices of one run.
public struct RunOptions: Sendable {
    /// Job slots.
    public var jobs = 1
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
    /// The targets as given, for history.
    public var targets: [String] = []

    public init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
    }
}
