// The byte form of a definition in a graph snapshot. Covers tasks that run in the root; the others need the YAML.

import Patterns
import Vocabulary

extension TaskDefinition {
    /// Whether the byte form says everything: no view, no conditions, nothing that is measured.
    var isPortable: Bool {
        guard case .action = kind else { return false }
        return workspace == nil && conditions.isEmpty && changes.isEmpty && scratch.isEmpty
            && uses.isEmpty && metrics.isEmpty && table == nil && quarantine.isEmpty && repetition == nil
    }

    func encode(into writer: inout ByteWriter) {
        writer.string(name)
        writer.range(range)
        writer.optional(title) { $0.string($1) }
        writer.optional(description) { $0.string($1) }
        writer.optional(skipReason) { $0.string($1) }
        writer.optional(command) { $0.command($1) }
        writer.optional(shell == TaskDefinition.defaultShell ? nil : shell) { $0.strings($1) }
        writer.string(directory)
        writer.list(environment) { $0.entry($1) }
        writer.list(environmentFiles) { writer, file in
            writer.string(file.value)
            writer.range(file.range)
        }
        writer.strings(passedEnvironment)
        writer.strings(secrets)
        writer.optional(inputs) { $0.list($1) { $0.pattern($1) } }
        writer.list(outputs) { writer, output in
            writer.pattern(output.pattern)
            writer.flag(output.isStored)
        }
        writer.list(reports) { $0.pattern($1) }
        writer.optional(cache.offReason) { $0.string($1.rawValue) }
        writer.strings(cache.keys)
        writer.strings(cache.tools)
        writer.optional(cache.maximumAge) { $0.integer($1) }
        writer.optional(timeout) { $0.integer($1) }
        writer.integer(Int64(retries.limit))
        writer.integer(retries.backoff)
        writer.list(retries.exits.sorted()) { $0.integer($1) }
        writer.list(acceptedExits.sorted()) { $0.integer($1) }
        writer.optional(pool) { $0.string($1) }
        writer.strings(locks)
        writer.integer(Int64(cpus))
        writer.list(instance) { $0.entry($1) }
        for flag in [isHidden, isClean, isAlways, isInteractive] { writer.flag(flag) }
    }

    /// Nil when the bytes are torn.
    static func decoded(from reader: inout ByteReader) -> TaskDefinition? {
        TaskFields(from: &reader).map(TaskDefinition.init)
    }
}

extension TaskFields {
    fileprivate init?(from reader: inout ByteReader) {
        guard let name = reader.string(), let range = reader.range() else { return nil }
        self.init(name: name, range: range)
        title = reader.optional { $0.string() }
        description = reader.optional { $0.string() }
        skipReason = reader.optional { $0.string() }
        command = reader.optional { $0.command() }
        shell = reader.optional { $0.strings() } ?? TaskDefinition.defaultShell
        directory = reader.string() ?? ""
        environment = reader.list { $0.entry() }
        environmentFiles = reader.list { reader in
            guard let path = reader.string(), let range = reader.range() else { return nil }
            return Located(path, range)
        }
        passedEnvironment = reader.strings()
        secrets = reader.strings()
        inputs = reader.optional { $0.list { $0.pattern() } }
        outputs = reader.list { reader in
            guard let pattern = reader.pattern() else { return nil }
            return OutputPattern(pattern: pattern, isStored: reader.flag())
        }
        reports = reader.list { $0.pattern() }
        cache.offReason = reader.optional { $0.string().flatMap(NotCachedReason.init) }
        cache.keys = reader.strings()
        cache.tools = reader.strings()
        cache.maximumAge = reader.optional { $0.integer() }
        timeout = reader.optional { $0.integer() }
        retries.limit = Int(reader.integer(Int64.self) ?? 0)
        retries.backoff = reader.integer() ?? 0
        retries.exits = Set(reader.list { $0.integer(Int32.self) })
        acceptedExits = Set(reader.list { $0.integer(Int32.self) })
        pool = reader.optional { $0.string() }
        locks = reader.strings()
        cpus = Int(reader.integer(Int64.self) ?? 1)
        instance = reader.list { $0.entry() }
        isHidden = reader.flag()
        isClean = reader.flag()
        isAlways = reader.flag()
        isInteractive = reader.flag()
        guard reader.isAtEnd else { return nil }
    }
}

extension ByteWriter {
    fileprivate mutating func flag(_ value: Bool) { integer(UInt8(value ? 1 : 0)) }

    fileprivate mutating func range(_ range: SourceRange) {
        integer(range.source.rawValue)
        integer(range.start)
        integer(range.end)
    }

    fileprivate mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
    }

    fileprivate mutating func list<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        integer(UInt32(values.count))
        for value in values { write(&self, value) }
    }

    fileprivate mutating func strings(_ values: [String]) { list(values) { $0.string($1) } }

    fileprivate mutating func entry(_ entry: EnvironmentEntry) {
        string(entry.name)
        string(entry.value)
    }

    fileprivate mutating func command(_ command: Command) {
        switch command {
        case .script(let text): strings([text])
        case .arguments(let words): strings([""] + words)
        }
    }

    fileprivate mutating func pattern(_ pattern: FilePattern) {
        string(pattern.pattern.text)
        flag(pattern.pattern.isAbsolute)
        flag(pattern.isExcluded)
        flag(pattern.isInRoot)
        range(pattern.range)
    }
}

extension ByteReader {
    fileprivate mutating func flag() -> Bool { integer(UInt8.self) == 1 }

    fileprivate mutating func range() -> SourceRange? {
        guard let source = integer(UInt32.self), let start = integer(UInt32.self), let end = integer(UInt32.self)
        else { return nil }
        return SourceRange(source: SourceID(source), start: start, end: end)
    }

    fileprivate mutating func optional<Value>(_ read: (inout ByteReader) -> Value?) -> Value? {
        flag() ? read(&self) : nil
    }

    fileprivate mutating func list<Value>(_ read: (inout ByteReader) -> Value?) -> [Value] {
        let count = integer(UInt32.self) ?? 0
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = read(&self) else { break }
            values.append(value)
        }
        return values
    }

    fileprivate mutating func strings() -> [String] { list { $0.string() } }

    fileprivate mutating func entry() -> EnvironmentEntry? {
        guard let name = string(), let value = string() else { return nil }
        return EnvironmentEntry(name: name, value: value)
    }

    fileprivate mutating func command() -> Command? {
        let words = strings()
        guard let first = words.first else { return nil }
        return words.count == 1 ? .script(first) : .arguments(Array(words.dropFirst()))
    }

    fileprivate mutating func pattern() -> FilePattern? {
        guard let text = string() else { return nil }
        let isAbsolute = flag()
        let isExcluded = flag()
        let isInRoot = flag()
        guard let range = range(), let pattern = try? Pattern(text, allowAbsolute: isAbsolute) else { return nil }
        return FilePattern(pattern, isExcluded: isExcluded, isInRoot: isInRoot, range: range)
    }
}
