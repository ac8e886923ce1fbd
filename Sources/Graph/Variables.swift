// Declared variables and their values: overrides first, references between them resolved, cycles reported.

import Manifest
import Vocabulary

/// What a name stands for.
enum Value: Hashable, Sendable {
    case text(String)
    /// Quoted for the shell when they stand in a script.
    case list([String])
    /// Path patterns, which the shell shall expand.
    case globs([String])
}

/// Where scopes look variables up.
protocol VariableLookup {
    var names: [String] { get }
    func isDeclared(_ name: String) -> Bool
    /// Nil after an error was reported.
    func value(of name: String, usedAt range: SourceRange) -> Value?
}

/// The variables that loading resolved, for templates that are resolved while running.
struct FrozenVariables: VariableLookup, Sendable {
    var values: [String: Value] = [:]

    var names: [String] { values.keys.sorted() }
    func isDeclared(_ name: String) -> Bool { values[name] != nil }
    func value(of name: String, usedAt range: SourceRange) -> Value? { values[name] }
}

/// The `vars` of all files. A variable is resolved when it is first used.
final class VariableTable: VariableLookup {
    /// Each variable that refers to another takes some of the stack.
    static let deepest = 100

    private struct Entry {
        let declaration: VariableDeclaration
        let directory: String
    }

    private enum State {
        case resolving
        case resolved(Value?)
    }

    private var entries: [String: Entry] = [:]
    private var states: [String: State] = [:]
    private var path: [String] = []
    private let context: LoadContext
    private let findings: Findings

    init(files: [FileDeclaration], context: LoadContext, findings: Findings) {
        self.context = context
        self.findings = findings
        for file in files {
            for variable in file.variables {
                add(variable, directory: context.directories[file.source] ?? context.root)
            }
        }
        for name in context.overrides.keys.sorted() where entries[name] == nil {
            findings.error(
                "--var \(name): there is no variable \"\(name)\"", at: nil,
                hint: suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
                    ?? "declare it under `vars:` with its default value"
            )
        }
    }

    var names: [String] { entries.keys.sorted() }

    private func add(_ variable: VariableDeclaration, directory: String) {
        let name = variable.name.value
        if let earlier = entries[name] {
            findings.error(
                "variable \"\(name)\" is declared twice", at: variable.name.range,
                notes: [.init("first declared here", at: earlier.declaration.name.range)],
                hint: "keep one of them; `--var \(name)=…` overrides it for a run"
            )
        } else {
            entries[name] = Entry(declaration: variable, directory: directory)
        }
    }

    /// Nil after an error was reported, or when there is no such variable.
    func value(of name: String, usedAt range: SourceRange) -> Value? {
        guard let entry = entries[name] else { return nil }
        switch states[name] {
        case .resolved(let value): return value
        case .resolving:
            let cycle = path.drop { $0 != name } + [name]
            findings.error(
                "variable \"\(name)\" refers to itself: \(cycle.joined(separator: " → "))", at: range,
                hint: "give one of them a value of its own"
            )
            return nil
        case nil: break
        }
        guard path.count < VariableTable.deepest else {
            findings.error(
                "variables refer to each other more than \(VariableTable.deepest) deep", at: range,
                hint: "give one of them a value of its own")
            return nil
        }
        states[name] = .resolving
        path.append(name)
        defer { path.removeLast() }
        let value = resolve(entry)
        states[name] = .resolved(value)
        return value
    }

    func isDeclared(_ name: String) -> Bool { entries[name] != nil }

    /// Resolves what nothing has used so far, so that mistakes in it are found too.
    func resolveAll() {
        for name in names { _ = value(of: name, usedAt: entries[name]!.declaration.name.range) }
    }

    /// What was resolved so far.
    var frozen: FrozenVariables {
        FrozenVariables(
            values: states.compactMapValues { state in
                guard case .resolved(let value) = state else { return nil }
                return value
            }
        )
    }

    private func resolve(_ entry: Entry) -> Value? {
        let scope = Scope(context: context, variables: self, findings: findings, fileDirectory: entry.directory)
        let override = context.overrides[entry.declaration.name.value]
        switch entry.declaration.value {
        case .text(let template): return (override ?? scope.text(template)).map(Value.text)
        case .path(let template):
            if let override { return .text(Paths.absolute(override, from: context.workingDirectory)) }
            return scope.text(template).map { .text(Paths.absolute($0, from: entry.directory)) }
        case .list(let templates):
            if let override { return .list(override.split(separator: ",").map(String.init)) }
            return scope.list(templates).map(Value.list)
        }
    }
}
