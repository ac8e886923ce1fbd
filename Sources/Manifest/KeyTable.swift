// A mapping with known keys as a table: name, shape, summary and how to read the value. One table, parser and schema.

internal import Vocabulary
internal import YAML

/// One key that a mapping may have.
struct Key<Target>: Sendable {
    let name: String
    let shape: Shape
    /// One sentence for the schema.
    let summary: String
    let read: @Sendable (_ value: YAMLNode, _ target: inout Target, _ reader: Reader) -> Void

    init(
        _ name: String, _ shape: Shape, _ summary: String,
        read: @escaping @Sendable (_ value: YAMLNode, _ target: inout Target, _ reader: Reader) -> Void
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.read = read
    }
}

/// All keys of one kind of mapping.
struct KeyTable<Target>: Sendable {
    let keys: [Key<Target>]
    let required: [String]
    private let positions: [String: Int]

    init(_ keys: [Key<Target>], required: [String] = []) {
        self.keys = keys
        self.required = required
        positions = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.name, $0) })
    }

    subscript(name: String) -> Key<Target>? { positions[name].map { keys[$0] } }

    var names: [String] { keys.map(\.name) }

    var fields: Shape.Fields {
        Shape.Fields(
            properties: keys.map { Shape.Property(name: $0.name, shape: $0.shape, summary: $0.summary) },
            required: required
        )
    }

    var shape: Shape { .fields(fields) }

    /// Reads a value by its key, if the table has it.
    func read(_ name: String, _ value: YAMLNode, into target: inout Target, _ reader: Reader) -> Bool {
        guard let position = positions[name] else { return false }
        reader.reading(name) { keys[position].read(value, &target, reader) }
        return true
    }

    /// Reads a whole mapping; keys that the table does not have are errors.
    ///
    /// - Returns: whether all keys are known. If not, one of them may be meant for a key that seems to be missing.
    @discardableResult
    func read(_ node: YAMLNode, into target: inout Target, _ reader: Reader, in place: String) -> Bool {
        guard node.kind == .mapping else {
            reader.wrongType(node, wants: "a mapping")
            return false
        }
        var isKnown = true
        reader.forEachPair(node) { keyNode, name, value in
            guard !read(name, value, into: &target, reader) else { return }
            isKnown = false
            let known = names.count <= 8 ? "known keys: \(names.joined(separator: ", "))" : nil
            reader.error(
                "unknown key \"\(name)\" in \(place)", at: keyNode.range,
                hint: Reader.didYouMean(name, among: names) ?? known
            )
        }
        guard isKnown else { return false }
        for name in required where node[name] == nil { reader.missing(name, in: place, at: node.range) }
        return true
    }
}
