// A definition in the making. Its parts are explained at `TaskDefinition`.

import Manifest
import Vocabulary

struct TaskFields: Sendable {
    let name: String
    let range: SourceRange
    var kind: TaskDefinition.Kind
    var title: String?
    var description: String?
    var isHidden = false
    var skipReason: String?

    var command: Command?
    var shell: [String] = TaskDefinition.defaultShell
    var directory = ""
    var environment: [EnvironmentEntry] = []
    var environmentFiles: [Located<String>] = []
    var passedEnvironment: [String] = []
    var secrets: [String] = []

    var inputs: [FilePattern]?
    var outputs: [OutputPattern] = []
    var isClean = true
    var changes: [FilePattern] = []
    var scratch: [FilePattern] = []
    var reports: [FilePattern] = []
    var conditions: [Condition] = []
    var metrics: [MetricDefinition] = []
    var table: FigureTable?
    var quarantine: [QuarantinedTest] = []
    var repetition: RepeatPolicy?

    var uses: [String] = []
    var workspace: WorkspaceSpec?
    var cache = CachePolicy()
    var timeout: UInt64?
    var retries = RetryPolicy()
    var acceptedExits: Set<Int32> = [0]
    var isAlways = false
    var pool: String?
    var locks: [String] = []
    var cpus = 1
    var isInteractive = false
    var instance: [EnvironmentEntry] = []

    init(name: String, range: SourceRange, kind: TaskDefinition.Kind = .action) {
        self.name = name
        self.range = range
        self.kind = kind
    }
}
