// Resolves templates: what `${{ … }}` may name at one place, and what it stands for there.

import Manifest
import Vocabulary

/// The names visible at one place of the YAML.
struct Scope {
    /// Linux passes no longer argument to a program. In bytes.
    static let longestText = 128 << 10
    /// All texts of a list together, in bytes: as much as Linux passes to a program.
    static let longestList = 2 << 20

    let context: LoadContext
    let variables: any VariableLookup
    let findings: Findings
    /// Directory of the file that the text stands in.
    let fileDirectory: String
    /// The item of `each`; nil outside.
    var item: String?
    /// The item is a file's path, not a text that somebody wrote.
    var itemIsFile = false
    /// In patterns a file's name stands for itself, whatever characters it holds.
    var isInPattern = false
    /// The axes of `matrix` and their values.
    var matrix: [EnvironmentEntry] = []
    /// The services that are used here.
    var services: Set<String> = []
    /// Where a service is said to be leased by test modules, by its name: such a one has no address in a task.
    var leasedByModules: [String: SourceRange] = [:]
    var isInService = false
    /// In a task with `table`.
    var hasTable = false
    /// Declared outputs of a task by the name used; nil when there is no such task.
    var outputs: (String) -> [String]? = { _ in nil }

    /// The text with every reference replaced; nil after an error was reported.
    func text(_ template: Template) -> String? { text(template, listQuoting: shellQuoted) }

    /// The values that an element of an argument list stands for: a lone reference to a list gives one each.
    func values(_ template: Template) -> [String]? {
        if template.segments.count == 1, case .reference(let reference) = template.segments[0],
            let value = value(reference)
        {
            switch value {
            case .list(let items), .globs(let items): return items
            case .text(let text): return [text]
            }
        }
        return text(template, listQuoting: { $0 }).map { [$0] }
    }

    private func text(_ template: Template, listQuoting: (String) -> String) -> String? {
        var text = ""
        var failed = false
        for segment in template.segments {
            switch segment {
            case .literal(let literal): text += literal
            case .reference(let reference):
                guard text.utf8.count <= Scope.longestText else { return tooLong(template) }
                switch value(reference) {
                case .text(let value): text += value
                case .list(let items): text += items.map(listQuoting).joined(separator: " ")
                case .globs(let patterns): text += patterns.joined(separator: " ")
                case nil: failed = true
                }
            }
        }
        // What is written out is as long as it likes.
        let isWritten = template.literal != nil
        return failed ? nil : isWritten || text.utf8.count <= Scope.longestText ? text : tooLong(template)
    }

    private func tooLong(_ template: Template) -> String? {
        findings.error(
            "this text grows to more than \(Scope.longestText) bytes", at: template.range,
            hint: "Linux passes no longer argument to a program; write it to a file")
        return nil
    }

    /// The items of a list variable; nil after an error was reported. Items with errors are left out.
    func list(_ templates: [Template]) -> [String]? {
        var items: [String] = []
        var size = 0
        for template in templates {
            guard let item = text(template) else { continue }
            size += item.utf8.count
            guard size <= Scope.longestList else {
                findings.error("this list grows to more than \(Scope.longestList) bytes", at: template.range)
                return nil
            }
            items.append(item)
        }
        return items
    }

    /// Nil after an error was reported.
    func value(_ reference: Template.Reference) -> Value? {
        let path = reference.path
        switch (path[0], path.count) {
        case ("root", 1): return .text(context.root)
        case ("args", 1):
            findings.usesArguments = true
            return .list(context.arguments)
        case ("item", 1): return itemValue(reference) { $0 }
        case ("item", 2): return itemPart(reference, path[1])
        case ("file", 2) where path[1] == "dir": return .text(fileDirectory)
        case ("env", 2): return environmentValue(path[1], reference)
        case ("matrix", 2): return matrixValue(path[1], reference)
        case ("vars", 2): return variable(path[1], reference)
        case ("task", 3) where path[2] == "outputs":
            if let outputs = outputs(path[1]) { return .globs(outputs) }
            return unknown(reference, "there is no task \"\(path[1])\" here")
        case ("service", 3): return serviceReference(reference).map { .text($0) }
        case ("self", 2): return ownField(reference).map { .text("${{ self.\($0) }}") }
        case ("repeat", 2) where path[1] == "index": return .text("${{ \(reference.name) }}")
        case ("table", 1) where hasTable: return .text(FigureTable.reference)
        case ("table", 1):
            return unknown(
                reference, "`table` has a value only in a task with `table`",
                hint: "give the task `table:` with a list of rows")
        case (_, 1): return variable(path[0], reference)
        default: return unknown(reference, "nothing is called \"\(reference.name)\"")
        }
    }

    private func variable(_ name: String, _ reference: Template.Reference) -> Value? {
        if variables.isDeclared(name) { return variables.value(of: name, usedAt: reference.range) }
        let known = variables.names + ["root", "args", "item", "file.dir"] + matrix.map { "matrix." + $0.name }
        return unknown(
            reference, "variable \"\(name)\" is not defined",
            hint: suggestion(for: name, among: known).map { "did you mean \"\($0)\"?" } ?? "declare it under `vars:`"
        )
    }

    private func environmentValue(_ name: String, _ reference: Template.Reference) -> Value? {
        findings.readVariables.insert(name)
        if let value = context.environment[name] { return .text(value) }
        return unknown(
            reference, "environment variable \"\(name)\" is not set",
            hint: "set it, or use a variable with a default under `vars:`")
    }

    private func matrixValue(_ name: String, _ reference: Template.Reference) -> Value? {
        if let entry = matrix.first(where: { $0.name == name }) { return .text(entry.value) }
        let known = matrix.map(\.name)
        return unknown(
            reference, "the matrix has no axis \"\(name)\"",
            hint: known.isEmpty ? "give the task a `matrix:` with it" : "its axes are \(known.joined(separator: ", "))"
        )
    }

    private func itemValue(_ reference: Template.Reference, _ part: (String) -> String) -> Value? {
        if let item { return .text(itemIsFile && isInPattern ? escapedInPattern(part(item)) : part(item)) }
        return unknown(reference, "`item` has a value only in a task with `each`", hint: "give the task `each:`")
    }

    private func itemPart(_ reference: Template.Reference, _ part: String) -> Value? {
        func name(_ item: String) -> Substring { item.split(separator: "/").last ?? Substring(item) }
        func stem(_ item: String) -> String {
            let name = name(item)
            guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
            return String(name[..<dot])
        }
        switch part {
        case "name": return itemValue(reference) { String(name($0)) }
        case "stem": return itemValue(reference, stem)
        case "dir": return itemValue(reference) { $0.split(separator: "/").dropLast().joined(separator: "/") }
        default:
            return unknown(
                reference, "`item` has no part \"\(part)\"", hint: "its parts are item.name, item.stem and item.dir")
        }
    }

    private func unknown(_ reference: Template.Reference, _ message: String, hint: String? = nil) -> Value? {
        findings.error(message, at: reference.range, hint: hint)
        return nil
    }
}

extension Template {
    /// Whether it is another text for every instance of `each` or `matrix`.
    var mentionsItem: Bool {
        segments.contains { segment in
            guard case .reference(let reference) = segment else { return false }
            return reference.path[0] == "item" || reference.path[0] == "matrix"
        }
    }
}

/// The text as a pattern that matches only itself.
private func escapedInPattern(_ text: String) -> String {
    guard text.utf8.contains(where: { "*?[]{}\\".utf8.contains($0) }) else { return text }
    return text.reduce(into: "") { escaped, character in
        if "*?[]{}\\".contains(character) { escaped += "\\" }
        escaped.append(character)
    }
}

/// The word as a POSIX shell reads it back unchanged.
func shellQuoted(_ word: String) -> String {
    let isPlain =
        !word.isEmpty
        && word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-./=:,@%+".utf8.contains(byte)
            }
        }
    guard !isPlain else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
