// Which environment variables a task sees, and which of them decide its result.

import Graph
import Hashing
public import Vocabulary

/// The rules for the caller's environment.
enum PassedVariables {
    /// Passed but not keyed: they say where things are on this machine.
    static func isMachineSetting(_ name: String) -> Bool {
        switch name {
        case "HOME", "USER", "TERM", "TMPDIR", "PATH": true
        default:
            name.hasPrefix("XDG_") || name.hasPrefix("SSL_CERT_") || name.hasSuffix("_PROXY")
                || name.hasSuffix("_proxy")
        }
    }

    /// Passed and keyed: they change what programs print.
    static func isLocale(_ name: String) -> Bool {
        name == "LANG" || name == "TZ" || name.hasPrefix("LC_")
    }
}

/// Digest over what keys may contain of the caller's environment: the locale, and the variables with these names.
public func digest(ofVariables names: [String], in caller: [String: String]) -> Digest {
    var writer = ByteWriter()
    for name in Set(names + caller.keys.filter(PassedVariables.isLocale)).sorted() {
        writer.string(name)
        writer.string(caller[name].map { "=" + $0 } ?? "unset")
    }
    return Digest(of: writer.bytes)
}

/// The caller's environment as tasks get it, sorted out once for all tasks of a run.
struct CallerEnvironment: Sendable {
    let values: [String: String]
    /// What is passed to every task.
    fileprivate let passed: [String: String]
    /// The same as `NAME=value` in order of name: the environment of a task that says nothing about its own.
    fileprivate let plain: [String]
    /// What every task's key contains, in order of name.
    fileprivate let keyed: [(name: String, value: String?)]

    init(_ values: [String: String]) {
        self.values = values
        passed = values.filter { PassedVariables.isMachineSetting($0.key) || PassedVariables.isLocale($0.key) }
        plain = passed.asProcessEnvironment
        keyed = values.filter { PassedVariables.isLocale($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension CallerEnvironment {
    /// What every task is passed, for the processes of services.
    var surroundings: [ServiceRecipe.Variable] {
        passed.sorted { $0.key < $1.key }.map { ServiceRecipe.Variable($0.key, ServiceText($0.value)) }
    }
}

/// The variables that every process of a service gets of a caller's environment.
public func surroundings(of caller: [String: String]) -> [ServiceRecipe.Variable] {
    CallerEnvironment(caller).surroundings
}

extension [String: String] {
    fileprivate var asProcessEnvironment: [String] {
        sorted { $0.key.utf8Precedes($1.key) }.map { "\($0.key)=\($0.value)" }
    }
}

extension TaskDefinition {
    /// The variables that are passed from the caller and keyed, with their values there.
    func keyedEnvironment(from caller: CallerEnvironment) -> [(name: String, value: String?)] {
        if passedEnvironment.isEmpty { return caller.keyed }
        let secret = Set(secrets)
        let passed = passedEnvironment.filter { !PassedVariables.isMachineSetting($0) && !secret.contains($0) }
        return Set(caller.keyed.map(\.name) + passed).sorted().map { ($0, caller.values[$0]) }
    }

    /// The whole environment of the task's processes, as `NAME=value` in order of name.
    ///
    /// - Parameter fromFiles: contents of `env-file`s in order; later ones win, `env` wins over them.
    func processEnvironment(from caller: CallerEnvironment, fromFiles: [EnvironmentEntry]) -> [String] {
        if passedEnvironment.isEmpty, secrets.isEmpty, fromFiles.isEmpty, environment.isEmpty { return caller.plain }
        var values = caller.passed
        for name in passedEnvironment + secrets { values[name] = caller.values[name] }
        for entry in fromFiles + environment { values[entry.name] = entry.value }
        return values.asProcessEnvironment
    }

    /// The values that must not appear in any log.
    func secretValues(in processEnvironment: [String]) -> [[UInt8]] {
        secrets.compactMap { secret in
            processEnvironment.first { $0.hasPrefix(secret + "=") }.map {
                Array($0.utf8.dropFirst(secret.utf8.count + 1))
            }
        }.filter { !$0.isEmpty }
    }
}

/// Reads an `env-file`: `NAME=value` lines, `#` comments, optional `export`, single or double quotes around a value.
func parseEnvironmentFile(_ bytes: [UInt8]) -> [EnvironmentEntry] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
        var text = Substring(String(decoding: line, as: UTF8.self)).trimmingBlanks
        if text.hasPrefix("#") { return nil }
        if text.hasPrefix("export ") { text = text.dropFirst(7).trimmingBlanks }
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        var value = text[text.index(after: equals)...].trimmingBlanks
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = value.dropFirst().dropLast()
            break
        }
        return EnvironmentEntry(name: String(text[..<equals].trimmingBlanks), value: String(value))
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        let head = drop(while: isBlank)
        return head[..<(head.lastIndex { !isBlank($0) }.map(head.index(after:)) ?? head.startIndex)]
    }
}
