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

extension TaskDefinition {
    /// The variables that are passed from the caller and keyed, with their values there.
    func keyedEnvironment(from caller: [String: String]) -> [(name: String, value: String?)] {
        let locale = caller.keys.filter(PassedVariables.isLocale)
        let secret = Set(secrets)
        let passed = passedEnvironment.filter { !PassedVariables.isMachineSetting($0) && !secret.contains($0) }
        return Set(locale + passed).sorted().map { ($0, caller[$0]) }
    }

    /// The whole environment of the task's processes, as `NAME=value` in order of name.
    ///
    /// - Parameter fromFiles: contents of `env-file`s in order; later ones win, `env` wins over them.
    func processEnvironment(from caller: [String: String], fromFiles: [EnvironmentEntry]) -> [String] {
        var values = caller.filter { PassedVariables.isMachineSetting($0.key) || PassedVariables.isLocale($0.key) }
        for name in passedEnvironment + secrets { values[name] = caller[name] }
        for entry in fromFiles + environment { values[entry.name] = entry.value }
        return values.sorted { $0.key.utf8Precedes($1.key) }.map { "\($0.key)=\($0.value)" }
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
