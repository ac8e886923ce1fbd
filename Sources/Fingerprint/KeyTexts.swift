// What the parts of a key stand for, in words: the same things as the listing has, for people. Decides nothing.

public import Graph
internal import Patterns
public import Vocabulary

/// The texts behind those parts of a key that are no files: a file's digest says all there is to say in a line.
///
/// - Parameters:
///   - secrets: values that are shown as `***` wherever they stand.
///   - toolTexts: what each tool printed for `--version`.
public func keyTexts(
    of task: TaskDefinition, facts: KeyFacts, toolTexts: [String: String], secrets: [[UInt8]], root: String,
    platform: String
) -> [KeyText] {
    var texts: [KeyText] = []
    func add(_ kind: KeyPart.Kind, _ name: String, _ text: String) {
        texts.append(KeyText(kind, name, masked(portable(text, root: root), secrets)))
    }
    add(.platform, "", platform)
    add(.definition, "", definitionText(of: task))
    switch task.command {
    case nil: add(.command, "", "")
    case .script(let text)?:
        let isUsual = task.shell == TaskDefinition.defaultShell
        add(.command, "", (isUsual ? "" : task.shell.joined(separator: " ") + " -c ") + text)
    case .arguments(let words)?: add(.command, "", words.joined(separator: " "))
    }
    let names = Set(task.secrets)
    for variable in task.environment where !names.contains(variable.name) {
        add(.environment, variable.name, variable.value)
    }
    let declared = Set(task.environment.map(\.name))
    for variable in facts.environment where !declared.contains(variable.name) {
        add(.environment, variable.name, variable.value ?? "not set")
    }
    for (position, key) in task.cache.keys.enumerated() { add(.string, String(position + 1), key) }
    for tool in facts.tools { add(.tool, tool.name, toolTexts[tool.name] ?? "not found") }
    if let viewRoot = facts.viewRoot { add(.workspace, "path", viewRoot) }
    return texts
}

/// A line for each thing that the definition's digest is made of and that has been set.
private func definitionText(of task: TaskDefinition) -> String {
    func line(_ name: String, _ values: [String]) -> String? {
        values.isEmpty ? nil : "\(name): \(values.joined(separator: ", "))"
    }
    let lines = [
        line("dir", task.directory.isEmpty ? [] : [task.directory]),
        line("outputs", task.outputs.map { $0.pattern.spelling + ($0.isStored ? "" : " (not stored)") }),
        line("changes", task.changes.map(\.spelling)), line("scratch", task.scratch.map(\.spelling)),
        line("reports", task.reports.map(\.spelling)),
        line("accept-exit", task.acceptedExits == [0] ? [] : task.acceptedExits.sorted().map(String.init)),
        line("clean", task.isClean ? [] : ["false"]), line("in", task.workspace == nil ? [] : ["a workspace"]),
        line("ensure", task.conditions.map { conditionText($0.kind, shell: task.shell) }),
    ]
    return lines.compactMap { $0 }.joined(separator: "\n")
}

private func masked(_ text: String, _ secrets: [[UInt8]]) -> String {
    secrets.filter { !$0.isEmpty }.reduce(text) { text, secret in
        text.split(separator: String(decoding: secret, as: UTF8.self), omittingEmptySubsequences: false)
            .joined(separator: "***")
    }
}
