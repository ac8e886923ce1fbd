// The keys that tasks and groups have in common.

internal import Vocabulary
internal import YAML

/// A task or a group.
protocol SharingKeys: SendableMetatype {
    var title: Template? { get set }
    var description: Template? { get set }
    var hidden: Located<Bool>? { get set }
    var shared: SharedKeys { get set }
    var gates: [GateDeclaration] { get set }
}

extension TaskDeclaration: SharingKeys {}
extension GroupDeclaration: SharingKeys {}

/// Title, needs and the like, in the order of the reference page.
func sharedKeys<Target: SharingKeys>(_ type: Target.Type) -> [Key<Target>] {
    describingKeys(type) + addingKeys(type) + defaultKeys(type)
}

private func describingKeys<Target: SharingKeys>(_ type: Target.Type) -> [Key<Target>] {
    [
        Key("title", .text, "One line for lists and progress") { $1.title = $2.template($0) },
        Key("description", .text, "What it is for, in as many lines as it takes") { $1.description = $2.template($0) },
        Key("hidden", .boolean, "Not shown in lists") { $1.hidden = $2.boolean($0) },
        Key("platforms", .oneOrMany(.text), "Where it takes part: linux, linux/x86_64") {
            $1.shared.platforms = $2.platforms($0)
        },
        Key("when", .either([.text, .boolean]), "true, false, A == B or A != B; left out when false") {
            $1.shared.when = $2.condition($0)
        },
    ]
}

/// What a group adds to everything inside it.
private func addingKeys<Target: SharingKeys>(_ type: Target.Type) -> [Key<Target>] {
    [
        Key("needs", .oneOrMany(.either([.text, NeedFields.table.shape])), "Tasks, groups and patterns to come before")
        {
            $1.shared.needs = $2.needs($0)
        },
        Key("uses", .oneOrMany(.text), "Services to have ready") { $1.shared.uses = $2.names($0) },
        Key("env", .map(.text), "Environment variables") { $1.shared.environment = $2.environment($0) },
        Key("pass-env", .oneOrMany(.text), "Variables passed on from the caller") {
            $1.shared.passedEnvironment = $2.variableNames($0)
        },
        Key("secrets", .oneOrMany(.text), "Variables whose values are masked in every log") {
            $1.shared.secrets = $2.variableNames($0)
        },
        Key("lock", .oneOrMany(.text), "Named mutexes held while running") { $1.shared.locks = $2.names($0) },
        Key("gates", .map(.either([.text, GateFields.table.shape])), "Claims about metrics that must hold") {
            $1.gates = $2.gates($0)
        },
    ]
}

/// What a group sets for what is inside unless that sets it itself.
private func defaultKeys<Target: SharingKeys>(_ type: Target.Type) -> [Key<Target>] {
    [
        Key("dir", .text, "Where it runs, relative to the root file's directory") {
            $1.shared.directory = $2.template($0)
        },
        Key("workspace", .either([.text, WorkspaceFields.table.shape]), "The tree of which it sees a private view") {
            $1.shared.workspace = $2.workspace($0)
        },
        Key("shell", .oneOrMany(.text), "What runs scripts instead of sh -eu") { $1.shared.shell = $2.shell($0) },
        Key("timeout", .duration, "How long it may run") { $1.shared.timeout = $2.duration($0) },
        Key(
            "retries", .either([.integer(minimum: 0, maximum: nil), RetryFields.table.shape]),
            "Further attempts after a failure"
        ) {
            $1.shared.retries = $2.retries($0)
        },
        Key("pool", .text, "The pool that limits how many run at once") {
            $1.shared.pool = $2.text($0, wants: "the name of a pool")
        },
        Key("cpus", .integer(minimum: 1, maximum: nil), "Job slots it takes") {
            $1.shared.cpus = $2.integer($0, atLeast: 1)
        },
        Key("cache", .either([.boolean, CacheFields.table.shape]), "Whether and by what results are kept") {
            $1.shared.cache = $2.cache($0)
        },
    ]
}
