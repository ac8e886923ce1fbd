// The top level of a file: version, name, include, vars, pools, services, and the children.

internal import Vocabulary
internal import YAML

enum FileKeys {
    static let version = 1

    static let table = KeyTable<FileDeclaration>([
        Key("version", .integer(minimum: version, maximum: version), "The version of the language") { node, _, reader in
            reader.version(node)
        },
        Key("name", .text, "The name of the whole; only in the root file") { $1.name = $2.text($0) },
        Key("include", .oneOrMany(.text), "Files to read as well, relative to this one") {
            $1.includes = $2.includes($0)
        },
        Key("vars", .map(.either([.text, .list(.text), VariableFields.table.shape])), "Values for ${{ }}") {
            $1.variables = $2.variables($0)
        },
        Key("pools", .map(.integer(minimum: 1, maximum: nil)), "How many tasks of a pool run at once") {
            $1.pools = $2.pools($0)
        },
        Key("services", .map(ServiceFields.table.shape), "Services to be used with `uses`") {
            $1.services = $2.services($0)
        },
        Key("tasks", .map(.defined("node")), "Children whose names would collide with a key") { node, target, reader in
            target.children += reader.children(node)
        },
    ])
}

/// `{path: PATH}`
struct VariableFields: Sendable {
    var path: Template?

    static let table = KeyTable<VariableFields>(
        [Key("path", .text, "A path, relative to this file") { $1.path = $2.template($0) }], required: ["path"]
    )
}

extension Reader {
    func file(_ root: YAMLNode?, isRoot: Bool) -> FileDeclaration {
        var file = FileDeclaration(source: source)
        let start = SourceRange(source: source, start: 0, end: 0)
        guard let root else {
            if isRoot, !isDamaged {
                error("this file is empty", at: start, hint: "it begins with \"version: \(FileKeys.version)\"")
            }
            return file
        }
        guard root.kind == .mapping else {
            error("a file is a mapping of groups and tasks, got \(Self.describe(root))", at: root.range)
            return file
        }
        reportDuplicateKeys(below: root)
        forEachPair(root) { keyNode, name, value in
            if FileKeys.table.read(name, value, into: &file, self) {
                if name == "name", !isRoot { error("`name` stands in the root file only", at: keyNode.range) }
            } else if !isAnchorHolder(name) {
                topLevel(keyNode, name, value, &file)
            }
        }
        if isRoot, root["version"] == nil, !isDamaged {
            error("`version` is missing", at: start, hint: "begin the file with \"version: \(FileKeys.version)\"")
        }
        return file
    }

    /// A key that begins with a dot holds an anchor for others and is otherwise ignored.
    private func isAnchorHolder(_ name: String) -> Bool { name.hasPrefix(".") && name.utf8.count > 1 }

    private func topLevel(_ keyNode: YAMLNode, _ name: String, _ value: YAMLNode, _ file: inout FileDeclaration) {
        let isKey = TaskKeys.table[name] != nil
        if isKey, !(value.kind == .mapping && isTask(value)) {
            error(
                "`\(name)` is a key of \(GroupKeys.table[name] == nil ? "a task" : "groups and tasks"), not of a file",
                at: keyNode.range,
                hint: "put it inside a \(GroupKeys.table[name] == nil ? "task" : "group")"
            )
        } else if isKey {
            leaveOut()
            error(
                "\"\(name)\" is a key and cannot name a task here", at: keyNode.range,
                hint: "put the task under `tasks:`")
        } else if value.kind == .mapping {
            if let child = child(keyNode, name, value) { file.children.append(child) }
        } else if !(isDamaged && value.isNull) {
            leaveOut()
            error(
                "unknown key \"\(name)\" at the top level", at: keyNode.range,
                hint: Self.didYouMean(name, among: FileKeys.table.names) ?? taskHint(name, value)
            )
        }
    }

    func version(_ node: YAMLNode) {
        if case .integer(Int64(FileKeys.version)) = node.scalar { return }
        guard case .integer(let other) = node.scalar else {
            return wrongType(node, wants: "a number", hint: "write version: \(FileKeys.version)")
        }
        error(
            "version \(other) of the language is not known", at: node.range,
            hint: other > FileKeys.version
                ? "this program knows version \(FileKeys.version); a newer one may know \(other)"
                : "write version: \(FileKeys.version)"
        )
    }

    func includes(_ node: YAMLNode) -> [Located<String>] {
        oneOrMany(node, of: "a path") { item in
            guard let path = text(item, wants: "a path") else {
                leaveOut()
                return nil
            }
            if path.value.isEmpty || path.value.hasSuffix("/")
                || [".", ".."].contains(path.value.split(separator: "/").last)
            {
                leaveOut()
                error("`include` names files, not directories", at: path.range, hint: "list the files one by one")
                return nil
            }
            if path.value.unicodeScalars.contains(where: { "*?[{".unicodeScalars.contains($0) }) {
                leaveOut()
                error(
                    "`include` takes no patterns: which files make up a graph must not depend on what lies about",
                    at: path.range,
                    hint: "list the files one by one"
                )
                return nil
            }
            return path
        }
    }

    func variables(_ node: YAMLNode) -> [VariableDeclaration] {
        named(node, wants: "a mapping from names to values") { name, value in
            if Names.reserved.contains(name.value) {
                error(
                    "\"\(name.value)\" is the name of something built in", at: name.range, hint: "choose another name")
                return nil
            }
            return variable(value).map { VariableDeclaration(name: name, value: $0) }
        }
    }

    private func variable(_ node: YAMLNode) -> VariableDeclaration.Value? {
        switch node.kind {
        case .sequence:
            return .list(list(node) { template($0) })
        case .mapping:
            var fields = VariableFields()
            VariableFields.table.read(node, into: &fields, self, in: "`\(key)`")
            return fields.path.map { .path($0) }
        case .scalar:
            return template(node, wants: "text, a list or {path: PATH}").map { .text($0) }
        }
    }

    func pools(_ node: YAMLNode) -> [PoolDeclaration] {
        named(node, wants: "a mapping from names to sizes") { name, value in
            integer(value, atLeast: 1).map { PoolDeclaration(name: name, size: $0) }
        }
    }
}
