// The small mappings inside tasks and groups: needs, outputs, workspace, retries, cache, each.

internal import Vocabulary
internal import YAML

/// `{task: x, order-only: true}`
struct NeedFields: Sendable {
    var task: Template?
    var orderOnly: Located<Bool>?
    var soft: Located<Bool>?

    static let table = KeyTable<NeedFields>(
        [
            Key("task", .text, "A task, a group or a pattern") { $1.task = $2.template($0) },
            Key("order-only", .boolean, "Orders without contributing to the key") { $1.orderOnly = $2.boolean($0) },
            Key("soft", .boolean, "Orders only if the task runs anyway") { $1.soft = $2.boolean($0) },
        ],
        required: ["task"]
    )
}

/// `{path: p, store: false}`
struct OutputFields: Sendable {
    var path: PatternDeclaration?
    var store: Located<Bool>?

    static let table = KeyTable<OutputFields>(
        [
            Key("path", .text, "A file, a directory or a pattern") { $1.path = $2.pattern($0) },
            Key("store", .boolean, "false: its stamp is kept, not its content") { $1.store = $2.boolean($0) },
        ],
        required: ["path"]
    )
}

/// `{tree: PATH, at: tree}`
struct WorkspaceFields: Sendable {
    enum Place: String, CaseIterable {
        case canonical, tree
    }

    var tree: Template?
    var place: Located<Place>?

    static let table = KeyTable<WorkspaceFields>(
        [
            Key("tree", .text, "The tree of which tasks see a view") { $1.tree = $2.template($0) },
            Key("at", .choice(Place.allCases.map(\.rawValue)), "tree: the view appears at the tree's own path") {
                $1.place = $2.choice($0)
            },
        ],
        required: ["tree"]
    )
}

/// `{limit: 2, backoff: 1s, on-exit: [75]}`
struct RetryFields: Sendable {
    var limit: Located<Int>?
    var backoff: Located<Duration>?
    var exits: [Located<Int>] = []

    static let table = KeyTable<RetryFields>(
        [
            Key("limit", .integer(minimum: 0, maximum: nil), "Further attempts after the first") {
                $1.limit = $2.integer($0, atLeast: 0)
            },
            Key("backoff", .duration, "The pause before the second attempt; it doubles") {
                $1.backoff = $2.duration($0)
            },
            Key("on-exit", .oneOrMany(.integer(minimum: 0, maximum: 255)), "Only these exit codes are tried again") {
                $1.exits = $2.exitCodes($0)
            },
        ],
        required: ["limit"]
    )
}

/// `{key: [...], tools: [...], max-age: 7d}`
enum CacheFields {
    static let table = KeyTable<CacheDeclaration>([
        Key("key", .oneOrMany(.text), "Further text that results depend on") { $1.keys = $2.templates($0) },
        Key("tools", .oneOrMany(.text), "Programs whose version results depend on") { $1.tools = $2.names($0) },
        Key("max-age", .duration, "Older results are made again") { $1.maximumAge = $2.duration($0) },
    ])
}

/// `{files: [...]}`
struct EachFields: Sendable {
    var files: [PatternDeclaration] = []

    static let table = KeyTable<EachFields>(
        [Key("files", .oneOrMany(.text), "Patterns of files; each file is an item") { $1.files = $2.patterns($0) }],
        required: ["files"]
    )
}

extension Reader {
    func needs(_ node: YAMLNode) -> [NeedDeclaration] {
        let items =
            node.kind == .mapping ? [need(node)].compactMap { $0 } : oneOrMany(node, of: "a task's name") { need($0) }
        return items
    }

    private func need(_ node: YAMLNode) -> NeedDeclaration? {
        guard node.kind == .mapping else {
            return template(node, wants: "a task's name").map { NeedDeclaration(target: $0, kind: .hard) }
        }
        var fields = NeedFields()
        NeedFields.table.read(node, into: &fields, self, in: "a need")
        guard let target = fields.task else { return nil }
        let isOrderOnly = fields.orderOnly?.value == true
        if isOrderOnly, let soft = fields.soft, soft.value {
            error(
                "a need is `order-only` or `soft`, not both", at: soft.range,
                hint: "`soft` needs are never part of a key")
        }
        return NeedDeclaration(
            target: target, kind: fields.soft?.value == true ? .soft : isOrderOnly ? .orderOnly : .hard)
    }

    func outputs(_ node: YAMLNode) -> [OutputDeclaration] {
        node.kind == .mapping
            ? [output(node)].compactMap { $0 } : oneOrMany(node, of: "a path") { output($0) }
    }

    private func output(_ node: YAMLNode) -> OutputDeclaration? {
        guard node.kind == .mapping else { return pattern(node).map { OutputDeclaration(pattern: $0, isStored: true) } }
        var fields = OutputFields()
        OutputFields.table.read(node, into: &fields, self, in: "an output")
        return fields.path.map { OutputDeclaration(pattern: $0, isStored: fields.store?.value ?? true) }
    }

    func workspace(_ node: YAMLNode) -> WorkspaceDeclaration? {
        guard node.kind == .mapping else {
            return template(node, wants: "a path or {tree: PATH, at: tree}").map {
                WorkspaceDeclaration(tree: $0, place: .canonical)
            }
        }
        var fields = WorkspaceFields()
        WorkspaceFields.table.read(node, into: &fields, self, in: "`workspace`")
        return fields.tree.map {
            WorkspaceDeclaration(tree: $0, place: fields.place?.value == .tree ? .tree : .canonical)
        }
    }

    func retries(_ node: YAMLNode) -> RetryDeclaration? {
        guard node.kind == .mapping else {
            return integer(node, atLeast: 0).map { RetryDeclaration(limit: $0, backoff: nil, exits: []) }
        }
        var fields = RetryFields()
        RetryFields.table.read(node, into: &fields, self, in: "`retries`")
        return fields.limit.map { RetryDeclaration(limit: $0, backoff: fields.backoff, exits: fields.exits) }
    }

    func cache(_ node: YAMLNode) -> CacheDeclaration? {
        var declaration = CacheDeclaration(range: node.range)
        if node.kind == .mapping {
            CacheFields.table.read(node, into: &declaration, self, in: "`cache`")
        } else {
            declaration.isEnabled = boolean(node)
        }
        return declaration
    }

    func exitCodes(_ node: YAMLNode) -> [Located<Int>] {
        oneOrMany(node, of: "an exit code") { integer($0, atLeast: 0, atMost: 255) }
    }
}
