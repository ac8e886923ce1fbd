// The command line as values: one pass over the words. Which words there are is CommandTable.swift.

import Vocabulary

/// One option that a command may take.
struct Option: Sendable {
    enum Effect: Sendable {
        case flag(@Sendable (inout Invocation) -> Void)
        /// With the name of its value for the help, and a parser that gives nil for a bad value.
        case value(String, @Sendable (inout Invocation, String) -> Bool)
    }

    let short: String?
    let long: String
    let effect: Effect
    let help: String
    /// Commands it belongs to; empty: all.
    var commands: Set<String> = []
}

/// What the command line asks for.
struct Invocation {
    var command = ""
    var operands: [String] = []
    /// What follows `--`.
    var arguments: [String] = []

    var file: String?
    var directory: String?
    var variables: [String: String] = [:]
    /// Where relative paths in `variables` start from, if not where the program was started.
    var variablesDirectory: String?
    var jobs: Int?
    var keepsGoing = false
    var isDryRun = false
    var isForced = false
    var usesCache = true
    var verifies = false
    var observesGates = false
    var isCacheReadOnly = false
    /// Bytes.
    var maximumSize: UInt64?
    /// Nanoseconds.
    var maximumAge: UInt64?
    var repairs = false
    var isJSON = false
    var verbosity = 0
    var color = "auto"
    var format: String?
    var output: String?
    var branch: String?
    /// Of `ui`; nil: one that is free.
    var port: UInt16?
    var commits = true
    var profile: String?
    var otlp: String?
    /// `auto`, `github` or `none`.
    var ci = "auto"
    var checks = false
    /// Of a task's instances, at most.
    var shards: Int?
    /// Nanoseconds.
    var deadline: UInt64?
    /// Nanoseconds.
    var period: UInt64?
    var isDetached = false
    var follows = false
    var isCSV = false
    var delivers = false
    var comparison: (before: String, after: String)?
    var showsHelp = false
    var showsVersion = false
}

/// A command line that cannot be understood; printed with a pointer to the help.
struct UsageError: Error {
    let message: String
    var hint: String?
}

extension Invocation {
    /// - Parameter words: the command line without the program's name.
    init(parsing words: [String]) throws(UsageError) {
        var words = words[...]
        while let word = words.popFirst() {
            if word == "--" {
                arguments = Array(words)
                break
            }
            if word.hasPrefix("-"), word.count > 1 {
                try take(word, &words)
            } else if command.isEmpty, operands.isEmpty, Self.commands.contains(where: { $0.name == word }) {
                command = word
            } else {
                operands.append(word)
            }
        }
        if command.isEmpty { command = operands.isEmpty ? "list" : "run" }
        if isDryRun, command == "run" { command = "plan" }
    }

    private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var name = word
        var attached: String?
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            name = String(word[..<equals])
            attached = String(word[word.index(after: equals)...])
        } else if !word.hasPrefix("--"), word.count > 2 {
            name = String(word.prefix(2))
            attached = String(word.dropFirst(2))
        }
        guard let option = Self.options.first(where: { $0.long == name || $0.short == name }) else {
            throw UsageError(
                message: "unknown option \(name)",
                hint: suggestion(for: name, among: Self.options.map(\.long)).map { "did you mean \($0)?" }
            )
        }
        switch option.effect {
        case .flag(let apply):
            apply(&self)
            guard let attached else { return }
            // `-kv` is `-k -v`.
            guard !word.hasPrefix("--") else { throw UsageError(message: "\(option.long) takes no value") }
            try take("-" + attached, &rest)
        case .value(let placeholder, let apply):
            guard let value = attached ?? rest.popFirst() else {
                throw UsageError(message: "\(name) wants a value: \(name) \(placeholder)")
            }
            guard apply(&self, value) else {
                throw UsageError(message: "\(name) \(placeholder): \"\(value)\" will not do", hint: option.help)
            }
        }
    }
}
