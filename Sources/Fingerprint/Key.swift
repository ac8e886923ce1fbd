// The key of a task and its explanation, from one traversal: the key is the hash of the listing.

public import Graph
internal import Hashing
internal import Patterns
public import Vocabulary

/// Version of the key's make-up. Raise it when the same task must no longer find results made before.
public let keyFormatVersion: UInt32 = 1

extension KeyListing {
    /// Everything that decides the result of a task.
    ///
    /// - Parameters:
    ///   - root: absolute path of the root; where it stands in resolved strings it is made relative, so that checkouts
    ///     share results.
    ///   - platform: `linux/x86_64`.
    public init(of task: TaskDefinition, facts: KeyFacts, root: String, platform: String) {
        var parts: [KeyPart] = []
        parts.reserveCapacity(8 + task.environment.count + facts.environment.count + facts.inputs.count)
        func add(_ kind: KeyPart.Kind, _ name: String, _ text: String) {
            parts.append(KeyPart(kind, name, Digest(of: portable(text, root: root))))
        }
        add(.format, "", String(keyFormatVersion))
        add(.platform, "", platform)
        parts.append(KeyPart(.definition, "", definitionDigest(of: task, root: root)))
        parts.append(KeyPart(.command, "", commandDigest(of: task, root: root)))
        // A secret contributes its name only, also where it is set.
        for variable in task.environment where !task.secrets.contains(variable.name) {
            add(.environment, variable.name, "=" + variable.value)
        }
        let declared = task.environment.isEmpty ? [] : Set(task.environment.map(\.name))
        for variable in facts.environment where !declared.contains(variable.name) {
            add(.environment, variable.name, variable.value.map { "=" + $0 } ?? "unset")
        }
        for file in facts.environmentFiles {
            parts.append(KeyPart(.environment, portable(file.path, root: root), file.content))
        }
        for secret in task.secrets { add(.secret, secret, "") }
        for (position, key) in task.cache.keys.enumerated() { add(.string, String(position + 1), key) }
        for tool in facts.tools { parts.append(KeyPart(.tool, tool.name, tool.version)) }
        for input in facts.inputs { parts.append(KeyPart(.input, input.path, input.entry.keyDigest)) }
        for dependency in facts.dependencies { parts.append(KeyPart(.dependency, dependency.name, dependency.content)) }
        if let viewRoot = facts.viewRoot { add(.workspace, "path", viewRoot) }
        if let base = facts.base { parts.append(KeyPart(.workspace, "tree", base)) }
        self.init(parts)
    }

    /// The key: SHA-256 of the listing's byte form.
    public var key: Digest {
        var writer = ByteWriter()
        encode(into: &writer)
        return Digest(of: writer.bytes)
    }
}

extension TreeEntry {
    /// What of an input's entry decides: type, content, and whether it may be executed.
    var keyDigest: Digest {
        switch self {
        case .file(let mode, _, let digest):
            mode & 0o111 == 0 ? digest : Digest(of: Array("executable".utf8) + digest.bytes)
        case .link(let target): Digest(of: "link " + target)
        case .directory: Digest(of: "directory")
        case .deleted: .zero
        }
    }
}

/// The text with the root's path replaced, wherever it stands as a whole path or at the start of one.
func portable(_ text: String, root: String) -> String {
    guard root != "/", !root.isEmpty, contains(text.utf8.span, root.utf8.span) else { return text }
    let bytes = Array(text.utf8)
    let path = Array(root.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
        let end = index + path.count
        if bytes[index] == path[0], end <= bytes.count, bytes[index..<end].elementsEqual(path),
            end == bytes.count || !isNameByte(bytes[end]), beginsPath(bytes, at: index)
        {
            result += "${{ root }}".utf8
            index = end
        } else {
            result.append(bytes[index])
            index += 1
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// Whether a text holds another anywhere: hardly any holds the root.
private func contains(_ text: Span<UInt8>, _ part: Span<UInt8>) -> Bool {
    guard text.count >= part.count else { return false }
    for start in 0...(text.count - part.count) where text[start] == part[0] {
        var length = 1
        while length < part.count, text[start + length] == part[length] { length += 1 }
        if length == part.count { return true }
    }
    return false
}

/// Whether an absolute path can begin here: not within another path, but right behind an option as in `-I/usr`.
private func beginsPath(_ bytes: [UInt8], at index: Int) -> Bool {
    var start = index
    while start > 0, isNameByte(bytes[start - 1]) { start -= 1 }
    return start == index || bytes[start] == UInt8(ascii: "-") && (start == 0 || bytes[start - 1] != UInt8(ascii: "/"))
}

/// Whether the byte can continue a file name, so that `/src` is not found in `/src2`.
private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...0xFF:
        true
    default: false
    }
}

private func commandDigest(of task: TaskDefinition, root: String) -> Digest {
    var writer = ByteWriter()
    switch task.command {
    case nil: writer.integer(UInt8(0))
    case .script(let text)?:
        writer.integer(UInt8(1))
        writer.integer(UInt32(task.shell.count))
        for word in task.shell { writer.string(portable(word, root: root)) }
        writer.string(portable(text, root: root))
    case .arguments(let words)?:
        writer.integer(UInt8(2))
        writer.integer(UInt32(words.count))
        for word in words { writer.string(portable(word, root: root)) }
    }
    return Digest(of: writer.bytes)
}

/// Everything of the definition that decides the result but is neither command nor environment. Titles, timeouts,
/// pools and the like do not.
private func definitionDigest(of task: TaskDefinition, root: String) -> Digest {
    var writer = ByteWriter()
    func list(_ texts: [String]) {
        writer.integer(UInt32(texts.count))
        for text in texts { writer.string(portable(text, root: root)) }
    }
    writer.string(portable(task.directory, root: root))
    list(task.outputs.map { $0.pattern.spelling + ($0.isStored ? "" : " (not stored)") })
    list(task.changes.map(\.spelling))
    list(task.scratch.map(\.spelling))
    list(task.reports.map(\.spelling))
    list(task.acceptedExits.sorted().map(String.init))
    list([task.isClean ? "clean" : "unclean", task.workspace == nil ? "root" : "view"])
    list(task.conditions.map { conditionText($0.kind, shell: task.shell) })
    if !task.metrics.isEmpty { list(task.metrics.map { metricText($0, shell: task.shell) }) }
    if !task.quarantine.isEmpty { list(task.quarantine.map(\.keyText)) }
    return Digest(of: writer.bytes)
}

/// What is measured belongs to the result: a task whose metrics are others runs again.
private func metricText(_ metric: MetricDefinition, shell: [String]) -> String {
    func lines(_ texts: [String]) -> String { texts.map { "\($0.utf8.count):\($0)" }.joined(separator: ",") }
    let source =
        switch metric.source {
        case .junit(let files, let value): "junit " + lines([value.rawValue] + files)
        case .coverage(let files, let value): "coverage " + lines([value.rawValue] + files)
        case .document(let format, let files, let path): "\(format.rawValue) " + lines([path] + files)
        case .count(let files, let expression): "count " + lines([expression ?? ""] + files)
        case .duration: "duration"
        case .services(let value): "services \(value.rawValue)"
        case .command(.script(let text)): "run " + lines(shell + [text])
        case .command(.arguments(let words)): "exec " + lines(words)
        }
    let kind = [metric.declaredUnit?.rawValue, metric.declaredDirection?.rawValue].compactMap(\.self)
    return ([metric.name, source] + kind).joined(separator: " ")
}

func conditionText(_ kind: Condition.Kind, shell: [String]) -> String {
    func lines(_ texts: [String]) -> String { texts.map { "\($0.utf8.count):\($0)" }.joined(separator: ",") }
    return switch kind {
    case .exists(let files): "exists " + lines(files)
    case .absent(let files): "absent " + lines(files)
    case .match(let files, let expression): "match " + lines(files + [expression])
    case .noMatch(let files, let expression): "no-match " + lines(files + [expression])
    case .value(let format, let file, let path, let test):
        "value " + lines([format.rawValue, file, path, valueText(test)])
    case .count(let files, let expression, let bounds):
        "count "
            + lines(
                files + [
                    expression ?? "", "\(bounds.atLeast ?? -1) \(bounds.atMost ?? -1) \(bounds.equals ?? -1)",
                ]
            )
    case .same(let left, let right): "same " + lines([left, right])
    case .run(.script(let text)): "run " + lines(shell + [text])
    case .run(.arguments(let words)): "exec " + lines(words)
    }
}

private func valueText(_ test: ValueTest) -> String {
    func scalar(_ scalar: Scalar) -> String {
        switch scalar {
        case .string(let text): "string \(text)"
        case .integer(let value): "integer \(value)"
        case .number(let value): "number \(value)"
        case .boolean(let value): "boolean \(value)"
        case .null: "null"
        }
    }
    return switch test {
    case .equals(let value): "equals " + scalar(value)
    case .contains(let value): "contains " + scalar(value)
    case .present: "present"
    case .absent: "absent"
    }
}
