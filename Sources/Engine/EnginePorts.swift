// The ports a run is given. The engine knows the machine through these only.

public import Patterns
public import Ports
import Synchronization
public import Vocabulary

/// Everything the engine may touch besides the reactor.
public struct EnginePorts: Sendable {
    public var files: any FileReading & FileWriting
    public var digests: any FileDigesting
    public var store: any Store
    public var views: any ViewProviding
    public var history: any History
    public var journal: any Journal
    /// Nil: services cannot be used.
    public var services: (any ServiceDriving)?
    /// Made when services are used.
    public var makeProber: (@Sendable () -> any Probing)?
    /// Made for each task that leases services while it runs; nil: none can.
    public var makeLeaseServer: (@Sendable () throws(ServiceError) -> any LeaseServing)?
    /// Told of every password of a service before any process knows it: where output goes on may have to hide it, too.
    public var hidePassword: (@Sendable (String) -> Void)?
    /// Keeps the log of an instance of a service that has ended, for people.
    public var keepServiceLog: (@Sendable (ServiceLog) -> Void)?
    /// A pipe for the job tokens of tasks, by its number; nil: there are none to be had.
    public var makeTokenPipe: (@Sendable (_ number: Int) -> (any TokenPipe)?)?
    /// The job server that started this program; nil: none.
    public var openOuterTokens: (@Sendable () -> (any TokenSource)?)?
    /// The words for a probe that failed.
    public var explainProbe: @Sendable (ProbeFailure) -> String = { "\($0)" }
    /// The ignore files above a directory: those of its git work tree, outermost first; nil outside of one.
    public var ignoreRules: @Sendable (_ directory: String) -> IgnoreRules?

    public init(
        files: any FileReading & FileWriting, digests: any FileDigesting, store: any Store, views: any ViewProviding,
        history: any History, journal: any Journal = NoJournal(),
        ignoreRules: @escaping @Sendable (_ directory: String) -> IgnoreRules?
    ) {
        self.files = files
        self.digests = digests
        self.store = store
        self.views = views
        self.history = history
        self.journal = journal
        self.ignoreRules = ignoreRules
    }
}

/// The same answers, each directory asked for only once. During a run nobody changes the ignore files above its root.
func onceEach(
    _ rules: @escaping @Sendable (_ directory: String) -> IgnoreRules?
) -> @Sendable (_ directory: String) -> IgnoreRules? {
    let memory = RememberedRules()
    return { directory in
        if let known = memory.rules.withLock({ $0[directory] }) { return known }
        let found = rules(directory)
        memory.rules.withLock { $0[directory] = .some(found) }
        return found
    }
}

private final class RememberedRules: Sendable {
    let rules = Mutex<[String: IgnoreRules?]>([:])
}
