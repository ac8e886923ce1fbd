// The seam to the journal of a run: what was asked for, and how each task ended, as soon as it has.

public import Vocabulary

/// What a run was asked to do: everything needed to ask for it again.
public struct JournalHeader: Hashable, Sendable {
    /// Counts the runs of one state directory, from 1.
    public var run: UInt64 = 0
    /// Nanoseconds since the epoch.
    public var startedAt: UInt64 = 0
    /// The root file's name in its directory.
    public var rootFile = "tasks.yaml"
    /// As given; empty: everything.
    public var targets: [String] = []
    /// What followed `--`.
    public var arguments: [String] = []
    public var variables: [String: String] = [:]
    /// Directory that relative paths in `variables` start from.
    public var workingDirectory = "/"
    /// Nil: not given.
    public var jobs: Int?
    public var keepsGoing = false
    public var isForced = false
    public var usesCache = true
    public var verifies = false
    public var observesGates = false
    /// The run that this one continues.
    public var continues: UInt64?

    public init() {}
}

/// How far a task came. Raw values are part of the file format.
public enum JournalState: UInt8, Sendable, CaseIterable {
    case started, upToDate, restored, satisfied, succeeded, failed, skipped, blocked, cancelled

    /// Whether what needs the task may run.
    public var isDone: Bool {
        switch self {
        case .upToDate, .restored, .satisfied, .succeeded, .skipped: true
        case .started, .failed, .blocked, .cancelled: false
        }
    }
}

/// One task of a run.
public struct JournalEntry: Hashable, Sendable {
    /// Full name.
    public var task: String
    public var state: JournalState
    /// Nil when it was not known, or the result is not that of the key. Tasks that are not cached have one too.
    public var key: Digest?
    /// Digest over outputs and layer, as the keys of dependents contain it.
    public var content: Digest = .zero
    /// What it adds to views.
    public var layers: [Digest] = []
    /// With `started`: what the parts of the key stood for.
    public var texts: [KeyText] = []
    /// With `started`, of a task whose result is not recorded elsewhere.
    public var listing: KeyListing?

    public init(_ task: String, _ state: JournalState, key: Digest? = nil) {
        self.task = task
        self.state = state
        self.key = key
    }
}

/// The journal of the run that goes on. Called by the loop of the run only. Losing it never fails a run:
/// implementations report an error once and write no more.
public protocol Journal: Sendable {
    /// The run begins to change something: from now on its journal is that of the last run.
    /// - Parameters:
    ///   - tasks: how many tasks are asked for.
    ///   - untold: how many of them are up to date and not noted one by one.
    func begin(tasks: Int, untold: Int)
    /// Notes an entry; a later one of the same task replaces it. Written with the next `commit`.
    func append(_ entry: JournalEntry)
    /// Tasks were made while running.
    func grow(by tasks: Int)
    /// Hands everything noted to the system in one write: it survives the end of this process. Durable about a second
    /// later.
    func commit()
    /// The run has ended in an orderly way; durable on return.
    func end(_ summary: RunSummary)
}

/// For runs that nobody will want to continue.
public struct NoJournal: Journal {
    public init() {}
    public func begin(tasks: Int, untold: Int) {}
    public func append(_ entry: JournalEntry) {}
    public func grow(by tasks: Int) {}
    public func commit() {}
    public func end(_ summary: RunSummary) {}
}

/// A run as its journal tells it.
public struct RecordedRun: Sendable {
    public var header: JournalHeader
    /// The last entry of every task, in the order in which tasks were first noted.
    public var entries: [JournalEntry]
    /// How many tasks were asked for, those made while running included.
    public var tasks: Int
    /// How many of them were up to date and are not among the entries: as the run before left them.
    public var untold: Int
    /// Nil: the run did not end in an orderly way.
    public var summary: RunSummary?

    public init(
        header: JournalHeader, entries: [JournalEntry], tasks: Int, untold: Int = 0, summary: RunSummary?
    ) {
        self.header = header
        self.entries = entries
        self.tasks = tasks
        self.untold = untold
        self.summary = summary
    }

    public var done: Int { entries.count { $0.state.isDone } + untold }
    public var failed: Int { entries.count { $0.state == .failed } }

    /// Whether nothing is left to do.
    public var isComplete: Bool {
        guard let summary else { return false }
        return summary.signal == nil && summary.failed + summary.blocked + summary.cancelled == 0
    }
}
