// Lists of values, where most keys take a single value too.

internal import Vocabulary
internal import YAML

extension Reader {
    /// Reads each item of a list, or a single value as a list of one.
    func oneOrMany<Item>(_ node: YAMLNode, of what: String, _ read: (YAMLNode) -> Item?) -> [Item] {
        switch node.kind {
        case .sequence:
            return list(node, read)
        case .scalar where node.isNull && node.tag == nil, .mapping:
            wrongType(node, wants: "\(what) or a list")
            return []
        case .scalar:
            return read(node).map { [$0] } ?? []
        }
    }

    /// Reads each item of a sequence.
    func list<Item>(_ node: YAMLNode, _ read: (YAMLNode) -> Item?) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(node.count)
        for item in node.items {
            if let value = read(item) { items.append(value) }
        }
        return items
    }

    func templates(_ node: YAMLNode) -> [Template] {
        oneOrMany(node, of: "text") { template($0) }
    }

    func patterns(_ node: YAMLNode) -> [PatternDeclaration] {
        oneOrMany(node, of: "a pattern") { pattern($0) }
    }

    func pattern(_ node: YAMLNode) -> PatternDeclaration? {
        guard let text = scalarText(node, wants: "a pattern") else { return nil }
        let isExcluded = text.hasPrefix("!")
        let body = isExcluded ? String(text.dropFirst()) : text
        if body.isEmpty {
            error("a pattern cannot be empty", at: node.range)
            return nil
        }
        return template(body, of: node).map { PatternDeclaration(template: $0, isExcluded: isExcluded) }
    }

    /// Names of pools, locks, services, tools.
    func names(_ node: YAMLNode) -> [Located<String>] {
        oneOrMany(node, of: "a name") { text($0, wants: "a name") }
    }

    /// Names of environment variables.
    func variableNames(_ node: YAMLNode) -> [Located<String>] {
        oneOrMany(node, of: "a variable's name") { item in
            guard let name = text(item, wants: "a variable's name") else { return nil }
            return Names.isVariable(name.value) ? name : badVariableName(name)
        }
    }

    /// `env`: a mapping from names to text.
    func environment(_ node: YAMLNode) -> [EnvironmentDeclaration] {
        guard node.kind == .mapping else {
            let hint = node.kind == .sequence ? "write NAME: value instead of - NAME=value" : nil
            wrongType(node, wants: "a mapping of variables", hint: hint)
            return []
        }
        var variables: [EnvironmentDeclaration] = []
        forEachPair(node) { keyNode, name, value in
            let name = Located(name, keyNode.range)
            guard Names.isVariable(name.value) else {
                _ = badVariableName(name)
                return
            }
            if value.kind == .scalar, value.isNull, value.tag == nil {
                return error(
                    "the variable `\(name.value)` has no value", at: name.range,
                    hint: "write \(name.value): \"\" for an empty one, or name it in `pass-env` to pass the caller's"
                )
            }
            if let value = reading("\(key).\(name.value)", { template(value) }) {
                variables.append(EnvironmentDeclaration(name: name, value: value))
            }
        }
        return variables
    }

    private func badVariableName(_ name: Located<String>) -> Located<String>? {
        error(
            "\"\(name.value)\" cannot be the name of an environment variable", at: name.range,
            hint: "such names consist of letters, digits and \"_\", and do not begin with a digit"
        )
        return nil
    }
}
