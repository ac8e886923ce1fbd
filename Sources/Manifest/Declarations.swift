// What the YAML files say, value by value, each with its range. Names are not looked up and nothing is merged yet.

public import Vocabulary

/// One file of the language, after parsing.
public struct FileDeclaration: Sendable {
    public let source: SourceID
    public var name: Located<String>?
    public var includes: [Located<String>] = []
    public var variables: [VariableDeclaration] = []
    public var pools: [PoolDeclaration] = []
    public var services: [ServiceDeclaration] = []
    /// Groups and tasks at the top level, in order.
    public var children: [NodeDeclaration] = []
    /// Nothing that others may refer to was left out because of an error. Only then does it make sense to look for
    /// mistakes in how things refer to each other.
    public var isComplete = true

    public init(source: SourceID) {
        self.source = source
    }
}

public struct VariableDeclaration: Sendable {
    public enum Value: Sendable {
        case text(Template)
        /// `{path: …}`: relative to the file it is written in.
        case path(Template)
        case list([Template])
    }

    public let name: Located<String>
    public let value: Value

    public init(name: Located<String>, value: Value) {
        self.name = name
        self.value = value
    }
}

/// `pools: {database: 2}` at the top level.
public struct PoolDeclaration: Sendable {
    public let name: Located<String>
    public let size: Located<Int>

    public init(name: Located<String>, size: Located<Int>) {
        self.name = name
        self.size = size
    }
}

public enum NodeDeclaration: Sendable {
    case group(GroupDeclaration)
    case task(TaskDeclaration)

    public var name: Located<String> {
        switch self {
        case .group(let group): group.name
        case .task(let task): task.name
        }
    }
}

public struct GroupDeclaration: Sendable {
    /// The last part of the group's path.
    public let name: Located<String>
    public var title: Template?
    public var description: Template?
    public var hidden: Located<Bool>?
    public var shared = SharedKeys()
    public var services: [ServiceDeclaration] = []
    public var gates: [GateDeclaration] = []
    public var children: [NodeDeclaration] = []

    public init(name: Located<String>) {
        self.name = name
    }
}

/// Keys that stand in tasks and in groups alike. In a group, the first block adds to what is inside, the second
/// block is a default that a child replaces.
public struct SharedKeys: Sendable {
    public var needs: [NeedDeclaration] = []
    public var uses: [Located<String>] = []
    public var environment: [EnvironmentDeclaration] = []
    public var passedEnvironment: [Located<String>] = []
    public var secrets: [Located<String>] = []
    public var locks: [Located<String>] = []

    public var directory: Template?
    public var workspace: WorkspaceDeclaration?
    public var shell: ShellDeclaration?
    public var timeout: Located<Duration>?
    public var retries: RetryDeclaration?
    public var pool: Located<String>?
    public var cpus: Located<Int>?
    public var cache: CacheDeclaration?
    public var platforms: [Located<String>]?
    public var when: Template?

    public init() {}
}

public struct TaskDeclaration: Sendable {
    /// The last part of the task's path.
    public let name: Located<String>
    public var title: Template?
    public var description: Template?
    public var hidden: Located<Bool>?
    public var shared = SharedKeys()

    public var run: RunDeclaration?
    public var environmentFiles: [Template] = []
    /// Nil: the key is absent; empty: `inputs: []`, which declares that nothing is read.
    public var inputs: [PatternDeclaration]?
    public var outputs: [OutputDeclaration] = []
    public var clean: Located<Bool>?
    public var changes: [PatternDeclaration] = []
    public var scratch: [PatternDeclaration] = []
    public var reports: [PatternDeclaration] = []
    public var always: Located<Bool>?
    public var conditions: [ConditionDeclaration] = []
    public var acceptedExits: [Located<Int>] = []
    public var each: EachDeclaration?
    public var matrix: [MatrixAxis] = []
    public var repetition: RepeatDeclaration?
    public var interactive: Located<Bool>?
    public var metrics: [MetricDeclaration] = []
    public var gates: [GateDeclaration] = []
    public var table: [TableRowDeclaration] = []
    public var quarantine: [QuarantineDeclaration] = []

    public init(name: Located<String>) {
        self.name = name
    }
}

public enum RunDeclaration: Sendable {
    case script(Template)
    case arguments([Template], SourceRange)

    public var range: SourceRange {
        switch self {
        case .script(let template): template.range
        case .arguments(_, let range): range
        }
    }
}

public enum ShellDeclaration: Sendable {
    /// `shell: bash -eu`: split at blanks.
    case command(Template)
    case arguments([Template], SourceRange)
}

public struct EnvironmentDeclaration: Sendable {
    public let name: Located<String>
    public let value: Template

    public init(name: Located<String>, value: Template) {
        self.name = name
        self.value = value
    }
}

/// A glob as written; a leading `!` is taken off and kept as `isExcluded`.
public struct PatternDeclaration: Sendable {
    public let template: Template
    public let isExcluded: Bool

    public init(template: Template, isExcluded: Bool) {
        self.template = template
        self.isExcluded = isExcluded
    }
}

public struct OutputDeclaration: Sendable {
    public let pattern: PatternDeclaration
    /// False: stamped, not stored.
    public let isStored: Bool

    public init(pattern: PatternDeclaration, isStored: Bool) {
        self.pattern = pattern
        self.isStored = isStored
    }
}

public struct NeedDeclaration: Sendable {
    public enum Kind: Sendable, Hashable {
        case hard, orderOnly, soft
    }

    /// A task, a group or a pattern; relative names are looked up from the inside outwards.
    public let target: Template
    public let kind: Kind

    public init(target: Template, kind: Kind) {
        self.target = target
        self.kind = kind
    }
}

public struct CacheDeclaration: Sendable {
    /// `cache: true|false`; nil for a mapping.
    public var isEnabled: Located<Bool>?
    public var keys: [Template] = []
    public var tools: [Located<String>] = []
    public var maximumAge: Located<Duration>?
    public let range: SourceRange

    public init(range: SourceRange) {
        self.range = range
    }
}

public struct RetryDeclaration: Sendable {
    /// Further attempts after the first.
    public let limit: Located<Int>
    public let backoff: Located<Duration>?
    /// Empty: any failure.
    public let exits: [Located<Int>]

    public init(limit: Located<Int>, backoff: Located<Duration>?, exits: [Located<Int>]) {
        self.limit = limit
        self.backoff = backoff
        self.exits = exits
    }
}

public struct WorkspaceDeclaration: Sendable {
    public enum Place: Sendable, Hashable {
        /// One canonical path for every workspace.
        case canonical
        /// Over the tree's own path.
        case tree
    }

    public let tree: Template
    public let place: Place

    public init(tree: Template, place: Place) {
        self.tree = tree
        self.place = place
    }
}

public enum EachDeclaration: Sendable {
    /// `each: {files: [...]}`: source files, or files that another task makes.
    case files([PatternDeclaration], SourceRange)
    /// `each: [a, b]`.
    case items([Template], SourceRange)
    /// `each: ${{ vars.list }}`.
    case list(Template)
}

/// One line of `matrix`, in order.
public struct MatrixAxis: Sendable {
    public enum Values: Sendable {
        case items([Template])
        case list(Template)
    }

    public let name: Located<String>
    public let values: Values

    public init(name: Located<String>, values: Values) {
        self.name = name
        self.values = values
    }
}

/// One item of `ensure`; `Condition` before its templates are resolved.
public struct ConditionDeclaration: Sendable {
    public enum Kind: Sendable {
        case exists([PatternDeclaration])
        case absent([PatternDeclaration])
        case match(files: [PatternDeclaration], expression: Template)
        case noMatch(files: [PatternDeclaration], expression: Template)
        case value(format: DocumentFormat, file: Template, path: Template, test: ValueTestDeclaration)
        case count(files: [PatternDeclaration], expression: Template?, bounds: CountBounds)
        case same(Template, Template)
        case run(RunDeclaration)
    }

    public let kind: Kind
    public let range: SourceRange

    public init(_ kind: Kind, at range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

public enum ValueTestDeclaration: Sendable {
    /// A plain scalar keeps its type; a string may be a template.
    case equals(Template, Scalar)
    case contains(Template, Scalar)
    case present
    case absent
}
