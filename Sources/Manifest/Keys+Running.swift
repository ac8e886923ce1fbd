// How commands, shells, items and instances are written: `run`, `shell`, `each`, `matrix`, `repeat`, `when`.

internal import Vocabulary
internal import YAML

/// `{times: 20, until: GATE}`
struct RepeatFields: Sendable {
    var times: Located<Int>?
    var until: Located<String>?

    static let table = KeyTable<RepeatFields>(
        [
            Key("times", .integer(minimum: 1, maximum: nil), "How often at most") {
                $1.times = $2.integer($0, atLeast: 1)
            },
            Key("until", .text, "The gate that ends it early") { $1.until = $2.text($0, wants: "the name of a gate") },
        ],
        required: ["times"]
    )
}

extension Reader {
    func run(_ node: YAMLNode) -> RunDeclaration? {
        switch node.kind {
        case .sequence:
            guard node.count > 0 else {
                wrongType(node, wants: "a script or a list of arguments", hint: "an empty list names no program")
                return nil
            }
            return .arguments(list(node) { template($0) }, node.range)
        case .scalar, .mapping:
            return template(node, wants: "a script or a list of arguments").map { .script($0) }
        }
    }

    func shell(_ node: YAMLNode) -> ShellDeclaration? {
        if node.kind == .sequence, node.count > 0 { return .arguments(list(node) { template($0) }, node.range) }
        return template(node, wants: "a program and its arguments, such as bash -eu").map { .command($0) }
    }

    func each(_ node: YAMLNode) -> EachDeclaration? {
        let wants = "a list, {files: PATTERNS} or one ${{ variable }}"
        switch node.kind {
        case .sequence:
            return .items(list(node) { template($0) }, node.range)
        case .mapping:
            var fields = EachFields()
            EachFields.table.read(node, into: &fields, self, in: "`each`")
            return .files(fields.files, node.range)
        case .scalar:
            return loneReference(node, wants: wants).map { .list($0) }
        }
    }

    func matrix(_ node: YAMLNode) -> [MatrixAxis] {
        guard node.kind == .mapping else {
            wrongType(node, wants: "a mapping from names to lists")
            return []
        }
        var axes: [MatrixAxis] = []
        forEachPair(node) { keyNode, name, value in
            guard let name = self.name(keyNode, name) else { return }
            reading("matrix.\(name.value)") {
                if value.kind == .sequence {
                    if value.count == 0 {
                        error("`\(key)` has no values", at: value.range, hint: "an empty axis leaves no instance")
                    }
                    axes.append(MatrixAxis(name: name, values: .items(list(value) { template($0) })))
                } else if let template = loneReference(value, wants: "a list or one ${{ variable }}") {
                    axes.append(MatrixAxis(name: name, values: .list(template)))
                }
            }
        }
        return axes
    }

    /// A template that is one reference and nothing else.
    private func loneReference(_ node: YAMLNode, wants: String) -> Template? {
        guard let template = template(node, wants: wants) else { return nil }
        if template.segments.count == 1, case .reference = template.segments[0] { return template }
        error("`\(key)` wants \(wants), got \(Self.describe(node))", at: node.range)
        return nil
    }

    func repetition(_ node: YAMLNode) -> RepeatDeclaration? {
        var fields = RepeatFields()
        if node.kind == .scalar, case .integer = node.scalar {
            wrongType(node, wants: "a mapping", hint: "write repeat: {times: \(node.text)}")
            return nil
        }
        RepeatFields.table.read(node, into: &fields, self, in: "`repeat`")
        return fields.times.map { RepeatDeclaration(times: $0, until: fields.until, range: node.range) }
    }

    /// `when`: what can be judged before variables are known is judged here.
    func condition(_ node: YAMLNode) -> Template? {
        guard let template = template(node, wants: "true, false, A == B or A != B") else { return nil }
        let literals = template.segments.compactMap { segment -> String? in
            if case .literal(let text) = segment { text } else { nil }
        }
        let isComparison = literals.contains { $0.contains("==") || $0.contains("!=") }
        let isSingle = template.segments.count == 1 && (literals.isEmpty || ["true", "false"].contains(literals[0]))
        if isComparison || isSingle { return template }
        wrongType(node, wants: "true, false, A == B or A != B", hint: "for example: ${{ env.CI }} == true")
        return nil
    }

    func platforms(_ node: YAMLNode) -> [Located<String>] {
        let systems = ["linux", "macos", "windows", "freebsd"]
        return oneOrMany(node, of: "a platform") { item in
            guard let text = text(item, wants: "a platform") else { return nil }
            let parts = text.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, systems.contains(parts[0]), parts.last != "" else {
                wrongType(
                    item, wants: "a platform such as linux or linux/x86_64",
                    hint: Self.didYouMean(parts[0], among: systems) ?? "systems are \(Self.alternatives(systems))"
                )
                return nil
            }
            return text
        }
    }
}
