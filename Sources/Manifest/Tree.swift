// Groups and tasks: which mapping is which, and what may stand in it.

internal import Vocabulary
internal import YAML

enum GroupKeys {
    static let table = KeyTable(own + sharedKeys(GroupDeclaration.self))

    private static let own: [Key<GroupDeclaration>] = [
        Key("services", .map(ServiceFields.table.shape), "Services for what is inside") {
            $1.services = $2.services($0)
        },
        Key("tasks", .map(.defined("node")), "Children whose names would collide with a key") { node, target, reader in
            target.children += reader.children(node)
        },
    ]
}

extension Reader {
    /// Calls the body for each pair of a mapping whose key is a good name.
    func named<Item>(_ node: YAMLNode, wants: String, _ read: (Located<String>, YAMLNode) -> Item?) -> [Item] {
        guard node.kind == .mapping else {
            wrongType(node, wants: wants)
            return []
        }
        var items: [Item] = []
        let outer = key
        forEachPair(node) { keyNode, name, value in
            guard let name = self.name(keyNode, name) else { return }
            if let item = reading("\(outer).\(name.value)", { read(name, value) }) {
                items.append(item)
            } else {
                leaveOut()
            }
        }
        return items
    }

    /// A key as a name; nil after an error was reported.
    func name(_ keyNode: YAMLNode, _ name: String) -> Located<String>? {
        guard let objection = Names.objection(to: name) else { return Located(name, keyNode.range) }
        error("\"\(name)\" cannot be a name: \(objection)", at: keyNode.range, hint: Names.rule)
        leaveOut()
        return nil
    }

    /// The groups and tasks below `tasks:`.
    func children(_ node: YAMLNode) -> [NodeDeclaration] {
        guard node.kind == .mapping else {
            wrongType(node, wants: "a mapping from names to tasks")
            return []
        }
        var children: [NodeDeclaration] = []
        forEachPair(node) { keyNode, name, value in
            guard value.kind == .mapping else { return notATask(keyNode, name, value) }
            if let child = child(keyNode, name, value) { children.append(child) }
        }
        return children
    }

    /// A group or a task with its name.
    func child(_ keyNode: YAMLNode, _ text: String, _ node: YAMLNode) -> NodeDeclaration? {
        if !containsTask(node), let key = misspeltKey(text) {
            error("unknown key \"\(text)\"", at: keyNode.range, hint: "did you mean \"\(key)\"?")
            leaveOut()
            return nil
        }
        guard let name = name(keyNode, text) else { return nil }
        return isTask(node) ? .task(task(name, node)) : group(name, node).map { .group($0) }
    }

    /// The key with a mapping for a value that somebody may have meant by a name.
    private func misspeltKey(_ name: String) -> String? {
        suggestion(for: name, among: Self.keysWithMappings)
    }

    private static let keysWithMappings = ["services", "vars", "pools", "tasks", "env", "gates", "metrics", "matrix"]

    private func containsTask(_ node: YAMLNode) -> Bool {
        isTask(node) || node.pairs.contains { $0.value.kind == .mapping && containsTask($0.value) }
    }

    /// Whether a mapping has `run` or `ensure`, of its own or merged with `<<`.
    func isTask(_ node: YAMLNode) -> Bool {
        node.pairs.contains { key, value in
            if key.hasText("run") || key.hasText("ensure") { return true }
            guard key.hasText("<<") else { return false }
            return isTask(value) || value.items.contains { isTask($0) }
        }
    }

    private func group(_ name: Located<String>, _ node: YAMLNode) -> GroupDeclaration? {
        var group = GroupDeclaration(name: name)
        let before = diagnostics.count
        group.children.reserveCapacity(node.count)
        forEachPair(node) { keyNode, key, value in
            if GroupKeys.table.read(key, value, into: &group, self) { return }
            if TaskKeys.table[key] != nil { return misplaced(keyNode, key, value, in: name) }
            guard value.kind == .mapping else { return unknown(keyNode, key, value, in: name) }
            if let child = child(keyNode, key, value) { group.children.append(child) }
        }
        if group.children.isEmpty, diagnostics.count == before, !isDamaged {
            error(
                "group \"\(name.value)\" contains no task", at: name.range,
                hint: "a mapping with `run` or `ensure` is a task"
            )
        }
        return group
    }

    /// A key of tasks in a group.
    private func misplaced(_ keyNode: YAMLNode, _ key: String, _ value: YAMLNode, in group: Located<String>) {
        let isNamedLikeAKey = value.kind == .mapping && isTask(value)
        if isNamedLikeAKey { leaveOut() }
        error(
            "`\(key)` is a key of a task, not of a group", at: keyNode.range,
            notes: [.init("\"\(group.value)\" is a group because it has neither `run` nor `ensure`", at: group.range)],
            hint: isNamedLikeAKey ? "to name a task \"\(key)\", put it under `tasks:`" : nil
        )
    }

    private func unknown(_ keyNode: YAMLNode, _ key: String, _ value: YAMLNode, in group: Located<String>) {
        if isDamaged, value.isNull { return }
        leaveOut()
        let known = GroupKeys.table.names + TaskKeys.table.names
        error(
            "unknown key \"\(key)\" in group \"\(group.value)\"", at: keyNode.range,
            hint: Self.didYouMean(key, among: known) ?? taskHint(key, value)
        )
    }

    /// A child that is no mapping.
    private func notATask(_ keyNode: YAMLNode, _ name: String, _ value: YAMLNode) {
        if isDamaged, value.isNull { return }
        leaveOut()
        error(
            "\"\(name)\" must be a mapping, got \(Self.describe(value))", at: keyNode.range, hint: taskHint(name, value)
        )
    }

    /// Where a command seems to be meant for a task.
    func taskHint(_ name: String, _ value: YAMLNode) -> String? {
        guard value.kind == .scalar, !value.isNull else { return nil }
        let text = value.text.contains { "\n,[]{}\"".contains($0) } ? "..." : value.text
        return "a task is a mapping: \(name): {run: \(text)}"
    }

    /// Keys without which other tasks cannot be judged.
    private static let keysThatMatterToOthers: Set<String> = ["outputs", "changes", "each", "matrix", "metrics"]

    private func task(_ name: Located<String>, _ node: YAMLNode) -> TaskDeclaration {
        var task = TaskDeclaration(name: name)
        forEachPair(node) { keyNode, key, value in
            let before = diagnostics.count
            if TaskKeys.table.read(key, value, into: &task, self) {
                if diagnostics.count > before, Self.keysThatMatterToOthers.contains(key) { leaveOut() }
                return
            }
            let near = suggestion(for: key, among: TaskKeys.table.names)
            if near.map(Self.keysThatMatterToOthers.contains) ?? (value.kind == .mapping) { leaveOut() }
            if GroupKeys.table[key] != nil {
                error(
                    "`\(key)` is a key of a group, not of a task", at: keyNode.range,
                    notes: [.init("\"\(name.value)\" is a task because it has `run` or `ensure`", at: name.range)]
                )
            } else if value.kind == .mapping, isTask(value) {
                error(
                    "a task cannot contain another: \"\(key)\" stands in task \"\(name.value)\"", at: keyNode.range,
                    notes: [.init("\"\(name.value)\" is a task because it has `run` or `ensure`", at: name.range)],
                    hint: "move it beside \"\(name.value)\", or its `run` into a child of its own"
                )
            } else {
                error(
                    "unknown key \"\(key)\" in task \"\(name.value)\"", at: keyNode.range,
                    hint: near.map { "did you mean \"\($0)\"?" }
                )
            }
        }
        checkCombinations(task)
        return task
    }
}
