// A task as the engine sees it: every template resolved, every group merged in, every path anchored. Immutable.

public import Patterns
public import Vocabulary

/// One node of the graph. A definition is copied, handed to other threads and kept by every step of its task, so it is
/// one reference.
public final class TaskDefinition: Sendable {
    public enum Kind: Sendable {
        /// Runs a command, or only checks conditions.
        case action
        /// `each` over files that another task makes: replaced by instances when its needs are done.
        case expansion(Expansion)
        case service(ServiceNode)
        case gate(Gate)
    }

    let fields: TaskFields

    init(_ fields: TaskFields) {
        self.fields = fields
    }

    /// The full name: `phase2/2a/integration`, `compile[main.c]`.
    public var name: String { fields.name }
    /// Where the name was written.
    public var range: SourceRange { fields.range }
    public var kind: Kind { fields.kind }
    public var title: String? { fields.title }
    public var description: String? { fields.description }
    public var isHidden: Bool { fields.isHidden }
    /// Why `when` or `platforms` keep it from running; nil: it runs.
    public var skipReason: String? { fields.skipReason }

    public var command: Command? { fields.command }
    /// Program and arguments that a script is given to.
    public var shell: [String] { fields.shell }
    /// Relative to the root (in a workspace: to the view); empty is the root itself.
    public var directory: String { fields.directory }
    public var environment: [EnvironmentEntry] { fields.environment }
    /// Absolute paths.
    public var environmentFiles: [Located<String>] { fields.environmentFiles }
    public var passedEnvironment: [String] { fields.passedEnvironment }
    public var secrets: [String] { fields.secrets }

    /// Nil: no `inputs` key.
    public var inputs: [FilePattern]? { fields.inputs }
    public var outputs: [OutputPattern] { fields.outputs }
    /// Whether outputs are removed before the task runs.
    public var isClean: Bool { fields.isClean }
    public var changes: [FilePattern] { fields.changes }
    public var scratch: [FilePattern] { fields.scratch }
    public var reports: [FilePattern] { fields.reports }
    public var conditions: [Condition] { fields.conditions }
    /// What is measured when it has run.
    public var metrics: [MetricDefinition] { fields.metrics }
    /// Tests whose failures do not count.
    public var quarantine: [QuarantinedTest] { fields.quarantine }
    /// Nil: it has none.
    public var table: FigureTable? { fields.table }
    /// Nil: it runs once.
    public var repetition: RepeatPolicy? { fields.repetition }

    /// Names of the services that have to be ready while it runs.
    public var uses: [String] { fields.uses }
    public var workspace: WorkspaceSpec? { fields.workspace }
    public var cache: CachePolicy { fields.cache }
    /// Nanoseconds.
    public var timeout: UInt64? { fields.timeout }
    public var retries: RetryPolicy { fields.retries }
    /// Exit codes that count as done.
    public var acceptedExits: Set<Int32> { fields.acceptedExits }
    public var isAlways: Bool { fields.isAlways }
    public var pool: String? { fields.pool }
    public var locks: [String] { fields.locks }
    /// Job slots taken.
    public var cpus: Int { fields.cpus }
    public var isInteractive: Bool { fields.isInteractive }
    /// The named values an instance was made with, in order: `item`, or the axes of `matrix`.
    public var instance: [EnvironmentEntry] { fields.instance }

    /// Whether it stands for a service: nothing is run for it by itself.
    public var isService: Bool {
        if case .service = kind { true } else { false }
    }

    /// The claim that it stands for; nil: it is no gate.
    public var gate: Gate? {
        if case .gate(let gate) = kind { gate } else { nil }
    }

    /// The same with other texts in its key.
    public func keyed(by texts: [String]) -> TaskDefinition {
        var fields = fields
        fields.cache.keys = texts
        return TaskDefinition(fields)
    }

    /// The same with the figures in the place of `${{ table }}`, wherever it stands in the command and the environment.
    public func showing(_ table: String) -> TaskDefinition {
        func filled(_ text: String) -> String { text.replacing(FigureTable.reference, with: table) }
        var fields = fields
        fields.command = fields.command.map { command in
            switch command {
            case .script(let script): .script(filled(script))
            case .arguments(let arguments): .arguments(arguments.map(filled))
            }
        }
        fields.environment = fields.environment.map { EnvironmentEntry(name: $0.name, value: filled($0.value)) }
        return TaskDefinition(fields)
    }

    public static let defaultShell = ["sh", "-eu"]
}

/// A name and its value.
public struct EnvironmentEntry: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A glob, anchored.
public struct FilePattern: Hashable, Sendable {
    /// Relative to the root (in a workspace: to the view), or absolute when it lies outside of the root.
    public let pattern: Pattern
    public let isExcluded: Bool
    /// In a workspace: looked up in the root's tree instead of the view.
    public let isInRoot: Bool
    public let range: SourceRange

    public init(_ pattern: Pattern, isExcluded: Bool = false, isInRoot: Bool = false, range: SourceRange) {
        self.pattern = pattern
        self.isExcluded = isExcluded
        self.isInRoot = isInRoot
        self.range = range
    }

    /// As written: with `!` in front of an exclude.
    public var spelling: String { isExcluded ? "!" + pattern.text : pattern.text }
}

extension Sequence<FilePattern> {
    /// The includes and excludes as one set.
    public var set: PatternSet {
        PatternSet(filter { !$0.isExcluded }.map(\.pattern), excluding: filter(\.isExcluded).map(\.pattern))
    }
}

public struct OutputPattern: Hashable, Sendable {
    public let pattern: FilePattern
    /// False: stamped, not stored.
    public let isStored: Bool

    public init(pattern: FilePattern, isStored: Bool) {
        self.pattern = pattern
        self.isStored = isStored
    }
}

public struct WorkspaceSpec: Hashable, Sendable {
    /// Absolute path of the tree.
    public let tree: String
    /// Whether the view appears over the tree's own path.
    public let isAtTree: Bool
    public let range: SourceRange
}

public struct CachePolicy: Hashable, Sendable {
    /// Nil: results are cached. Else why not.
    public var offReason: NotCachedReason?
    public var keys: [String] = []
    public var tools: [String] = []
    /// Nanoseconds.
    public var maximumAge: UInt64?
}

public struct RepeatPolicy: Hashable, Sendable {
    /// Executions at most.
    public let times: Int
    /// Full name of the gate that ends them early, by its sequential test.
    public let until: String?
}

public struct RetryPolicy: Hashable, Sendable {
    /// Attempts after the first.
    public var limit = 0
    /// Pause before the second attempt in nanoseconds; doubled each time.
    public var backoff: UInt64 = 0
    /// Exit codes that are retried; empty: any failure.
    public var exits: Set<Int32> = []
}
