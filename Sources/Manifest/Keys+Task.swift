// The keys that only a task has, and the table of all its keys.

internal import Vocabulary
internal import YAML

enum TaskKeys {
    static let table = KeyTable(own + sharedKeys(TaskDeclaration.self))

    /// A mapping with one of these is a task.
    static let marks = ["run", "ensure"]

    private static let output = Shape.either([.text, OutputFields.table.shape])

    static let own: [Key<TaskDeclaration>] = working + making + multiplying + evidence

    private static let working: [Key<TaskDeclaration>] = [
        Key("run", .oneOrMany(.text), "A script, or a program and its arguments as a list") { $1.run = $2.run($0) },
        Key("ensure", .list(ConditionFields.table.shape), "Conditions that must hold afterwards") {
            $1.conditions = $2.conditions($0)
        },
        Key("env-file", .oneOrMany(.text), "Files with lines NAME=value") { $1.environmentFiles = $2.templates($0) },
        Key("accept-exit", .oneOrMany(.integer(minimum: 0, maximum: 255)), "Exit codes that count as done") {
            $1.acceptedExits = $2.exitCodes($0)
        },
        Key("interactive", .boolean, "Takes the terminal") { $1.interactive = $2.boolean($0) },
        Key("always", .boolean, "Runs whatever the results of what it needs") { $1.always = $2.boolean($0) },
    ]

    private static let making: [Key<TaskDeclaration>] = [
        Key("inputs", .oneOrMany(.text), "Patterns of what it reads; ! excludes") { $1.inputs = $2.patterns($0) },
        Key("outputs", .oneOrMany(output), "What it makes: files, directories, patterns") {
            $1.outputs = $2.outputs($0)
        },
        Key("clean", .boolean, "false: outputs are not removed before it runs") { $1.clean = $2.boolean($0) },
        Key("changes", .oneOrMany(.text), "In a workspace: what it may create, change or delete") {
            $1.changes = $2.patterns($0)
        },
        Key("scratch", .oneOrMany(.text), "In a workspace: what is thrown away") { $1.scratch = $2.patterns($0) },
        Key("reports", .oneOrMany(.text), "Stored with the result, without effect on dependents") {
            $1.reports = $2.patterns($0)
        },
    ]

    private static let multiplying: [Key<TaskDeclaration>] = [
        Key("each", .either([.text, .list(.text), EachFields.table.shape]), "One instance per file or item") {
            $1.each = $2.each($0)
        },
        Key("matrix", .map(.either([.text, .list(.text)])), "One instance per combination") {
            $1.matrix = $2.matrix($0)
        },
        Key("repeat", RepeatFields.table.shape, "Run several times") { $1.repetition = $2.repetition($0) },
    ]

    private static let evidence: [Key<TaskDeclaration>] = [
        Key("metrics", .map(MetricFields.table.shape), "Numbers measured after it ran") { $1.metrics = $2.metrics($0) },
        Key("quarantine", .list(QuarantineFields.table.shape), "Tests whose failures do not count for a while") {
            $1.quarantine = $2.quarantine($0)
        },
        Key("table", .list(TableRowFields.table.shape), "Figures side by side: before, after and what is wanted") {
            $1.table = $2.tableRows($0)
        },
    ]
}
