// The conditions of `ensure` as written. Does not evaluate them.

internal import Vocabulary
internal import YAML

/// One condition: a mapping with a single key.
struct ConditionFields: Sendable {
    var kind: ConditionDeclaration.Kind?

    private static let patterns = Shape.oneOrMany(.text)
    private static let values = Shape.either([.text, .boolean, .null])

    static let table = KeyTable<ConditionFields>([
        Key("exists", patterns, "Every pattern matches something") { $1.kind = .exists($2.patterns($0)) },
        Key("absent", patterns, "No pattern matches anything") { $1.kind = .absent($2.patterns($0)) },
        Key("match", MatchFields.table.shape, "Every file has a line that the expression finds") {
            node, target, reader in
            target.kind = reader.match(node).map { .match(files: $0, expression: $1) }
        },
        Key("no-match", MatchFields.table.shape, "No file has a line that the expression finds") {
            node, target, reader in
            target.kind = reader.match(node).map { .noMatch(files: $0, expression: $1) }
        },
        Key("toml", ValueFields.table.shape, "A value in a TOML file") { $1.kind = $2.value($0, .toml) },
        Key("yaml", ValueFields.table.shape, "A value in a YAML file") { $1.kind = $2.value($0, .yaml) },
        Key("json", ValueFields.table.shape, "A value in a JSON file") { $1.kind = $2.value($0, .json) },
        Key("count", CountFields.table.shape, "How many files, or lines in them, match") { $1.kind = $2.count($0) },
        Key("same", .list(.text), "Two files with equal bytes") { $1.kind = $2.same($0) },
        Key("run", .oneOrMany(.text), "A command that exits with 0") { node, target, reader in
            target.kind = reader.run(node).map { .run($0) }
        },
    ])
}

/// `{files: ..., pattern: ...}`
struct MatchFields: Sendable {
    var files: [PatternDeclaration] = []
    var pattern: Template?

    static let table = KeyTable<MatchFields>(
        [
            Key("files", .oneOrMany(.text), "Patterns of files") { $1.files = $2.patterns($0) },
            Key("pattern", .text, "A regular expression, matched line by line") { $1.pattern = $2.template($0) },
        ],
        required: ["files", "pattern"]
    )
}

/// `{file: f, path: a.b, equals: 1}`
struct ValueFields: Sendable {
    var file: Template?
    var path: Template?
    var tests: [(key: String, test: ValueTestDeclaration, range: SourceRange)] = []

    static let table = KeyTable<ValueFields>(
        [
            Key("file", .text, "The file") { $1.file = $2.template($0) },
            Key("path", .text, "Keys and positions joined by dots") { $1.path = $2.template($0) },
            Key("equals", .either([.text, .boolean, .null]), "The value is this") { node, target, reader in
                guard let (template, scalar) = reader.typed(node) else { return }
                target.tests.append(("equals", .equals(template, scalar), node.range))
            },
            Key("contains", .either([.text, .boolean, .null]), "The list has this item, or the text this part") {
                node, target, reader in
                guard let (template, scalar) = reader.typed(node) else { return }
                target.tests.append(("contains", .contains(template, scalar), node.range))
            },
            Key("absent", .boolean, "true: nothing is at the path; false: something is") { node, target, reader in
                guard let absent = reader.boolean(node) else { return }
                target.tests.append(("absent", absent.value ? .absent : .present, node.range))
            },
        ],
        required: ["file", "path"]
    )
}

/// `{files: ..., at-least: 1}`
struct CountFields: Sendable {
    var files: [PatternDeclaration] = []
    var pattern: Template?
    var bounds = CountBounds()

    static let table = KeyTable<CountFields>(
        [
            Key("files", .oneOrMany(.text), "Patterns of files") { $1.files = $2.patterns($0) },
            Key("pattern", .text, "Counts lines that this expression finds instead of files") {
                $1.pattern = $2.template($0)
            },
            Key("at-least", .integer(minimum: 0, maximum: nil), "The smallest number") {
                $1.bounds.atLeast = $2.integer($0, atLeast: 0)?.value
            },
            Key("at-most", .integer(minimum: 0, maximum: nil), "The largest number") {
                $1.bounds.atMost = $2.integer($0, atLeast: 0)?.value
            },
            Key("equals", .integer(minimum: 0, maximum: nil), "The exact number") {
                $1.bounds.equals = $2.integer($0, atLeast: 0)?.value
            },
        ],
        required: ["files"]
    )
}

extension Reader {
    func conditions(_ node: YAMLNode) -> [ConditionDeclaration] {
        guard node.kind == .sequence else {
            wrongType(
                node, wants: "a list of conditions",
                hint: node.kind == .mapping ? "begin each condition with \"- \"" : nil)
            return []
        }
        return list(node) { condition in
            guard condition.kind == .mapping, condition.count == 1,
                let pair = condition.pairs.first(where: { _ in true })
            else {
                wrongType(
                    condition, wants: "conditions with one key each",
                    hint: "conditions are \(Self.alternatives(ConditionFields.table.names))"
                )
                return nil
            }
            var fields = ConditionFields()
            ConditionFields.table.read(condition, into: &fields, self, in: "`ensure`")
            return fields.kind.map { ConditionDeclaration($0, at: pair.key.range.extended(to: pair.value.range)) }
        }
    }

    func match(_ node: YAMLNode) -> ([PatternDeclaration], Template)? {
        var fields = MatchFields()
        MatchFields.table.read(node, into: &fields, self, in: "`\(key)`")
        return fields.pattern.map { (fields.files, $0) }
    }

    func value(_ node: YAMLNode, _ format: DocumentFormat) -> ConditionDeclaration.Kind? {
        var fields = ValueFields()
        guard ValueFields.table.read(node, into: &fields, self, in: "`\(key)`") else { return nil }
        let isNamed = ["equals", "contains", "absent"].contains { node[$0] != nil }
        if !isNamed { missing("equals`, `contains` or `absent", in: "`\(key)`", at: node.range) }
        if fields.tests.count > 1 {
            error(
                "a condition tests one thing: `\(fields.tests[0].key)` or `\(fields.tests[1].key)`",
                at: fields.tests[1].range,
                hint: "write a second condition"
            )
        }
        guard let file = fields.file, let path = fields.path, let test = fields.tests.first?.test else { return nil }
        return .value(format: format, file: file, path: path, test: test)
    }

    /// A scalar with its type, and its text in case it is a template.
    func typed(_ node: YAMLNode) -> (Template, Scalar)? {
        guard let scalar = node.scalar else {
            wrongType(node, wants: "a single value")
            return nil
        }
        return template(node.text, of: node).map { ($0, scalar) }
    }

    func count(_ node: YAMLNode) -> ConditionDeclaration.Kind? {
        var fields = CountFields()
        guard CountFields.table.read(node, into: &fields, self, in: "`count`") else { return nil }
        let isBounded = ["at-least", "at-most", "equals"].contains { node[$0] != nil }
        if !isBounded { missing("at-least`, `at-most` or `equals", in: "`count`", at: node.range) }
        return .count(files: fields.files, expression: fields.pattern, bounds: fields.bounds)
    }

    func same(_ node: YAMLNode) -> ConditionDeclaration.Kind? {
        guard node.kind == .sequence, node.count == 2 else {
            let got = node.kind == .sequence ? "\(node.count) of them" : Self.describe(node)
            error("`same` wants a list of two files, got \(got)", at: node.range)
            return nil
        }
        let files = list(node) { template($0) }
        return files.count == 2 ? .same(files[0], files[1]) : nil
    }
}
