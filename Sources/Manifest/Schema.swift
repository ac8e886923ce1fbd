// The JSON Schema of the language for editors, made from the tables that the parser reads with. Checks nothing itself.

/// A JSON Schema (draft 2020-12) of a file of the language, as text.
///
/// It cannot say everything that the parser checks (names, templates, combinations), but it rejects nothing that the
/// parser accepts.
public func jsonSchema() -> String {
    var schema = JSON.Object()
    schema["$schema"] = .text("https://json-schema.org/draft/2020-12/schema")
    schema["title"] = .text("taskgraph, version \(FileKeys.version)")
    var root = FileKeys.table.fields
    root.others = .defined("node")
    schema.merge(Shape.fields(root).schema)
    // Anchors for others live under keys that begin with a dot.
    schema["patternProperties"] = .object([("^\\.", .object([]))])
    var group = GroupKeys.table.fields
    group.others = .defined("node")
    schema["$defs"] = .object([
        ("node", nodeSchema), ("task", .object(Shape.fields(TaskKeys.table.fields).schema)),
        ("group", .object(Shape.fields(group).schema)),
    ])
    return JSON.object(schema).text() + "\n"
}

/// A mapping with one of the marks is a task, any other a group. Merged mappings (`<<`) are not seen by editors.
private var nodeSchema: JSON {
    let marks = TaskKeys.marks.map { JSON.object([("required", .array([.text($0)]))]) }
    return .object([
        ("if", .object([("anyOf", .array(marks))])),
        ("then", .object([("$ref", .text("#/$defs/task"))])),
        ("else", .object([("$ref", .text("#/$defs/group"))])),
    ])
}

extension Shape {
    /// The keywords that describe this shape.
    var schema: JSON.Object {
        switch self {
        case .text: return [("type", .array(["string", "number", "boolean"].map(JSON.text)))]
        case .boolean: return [("type", .text("boolean"))]
        case .null: return [("type", .text("null"))]
        case .integer(let minimum, let maximum):
            return [("type", .text("integer")), ("minimum", .integer(minimum))]
                + (maximum.map { [("maximum", .integer($0))] } ?? [])
        case .duration:
            return [("type", .array([.text("string"), .text("integer")])), ("pattern", .text(Self.durationPattern))]
        case .choice(let words): return [("enum", .array(words.map(JSON.text)))]
        case .list(let item): return [("type", .text("array")), ("items", .object(item.schema))]
        case .oneOrMany(let item):
            return [("anyOf", .array([.object(item.schema), .object(Shape.list(item).schema)]))]
        case .map(let value): return Fields(properties: [], others: value).schema
        case .either(let shapes): return [("anyOf", .array(shapes.map { .object($0.schema) }))]
        case .defined(let name): return [("$ref", .text("#/$defs/\(name)"))]
        case .fields(let fields): return fields.schema
        }
    }

    private static let durationPattern =
        "^(0|([0-9]+(\\.[0-9]+)?(\(Duration.units.map(\.name).joined(separator: "|"))))+)$"
}

extension Shape.Fields {
    fileprivate var schema: JSON.Object {
        let properties = self.properties.map { property in
            (property.name, JSON.object([("description", .text(property.summary))] + property.shape.schema))
        }
        var schema: JSON.Object = [
            ("type", .text("object")), ("properties", .object(properties + [("<<", .object([]))])),
        ]
        if !required.isEmpty { schema.append(("required", .array(required.map(JSON.text)))) }
        schema.append(("additionalProperties", others.map { .object($0.schema) } ?? .boolean(false)))
        return schema
    }
}

/// A JSON value that keeps the order of its keys.
enum JSON {
    typealias Object = [(key: String, value: JSON)]

    case text(String)
    case integer(Int)
    case boolean(Bool)
    case array([JSON])
    case object(Object)

    /// Indented by two blanks a level.
    func text(indentation: Int = 0) -> String {
        let inner = String(repeating: " ", count: indentation + 2)
        let outer = String(repeating: " ", count: indentation)
        switch self {
        case .text(let text): return Self.quoted(text)
        case .integer(let number): return String(number)
        case .boolean(let value): return value ? "true" : "false"
        case .array(let items):
            return "[" + items.map { $0.text(indentation: indentation) }.joined(separator: ", ") + "]"
        case .object(let pairs) where pairs.isEmpty: return "{}"
        case .object(let pairs):
            let lines = pairs.map { "\(inner)\(Self.quoted($0.key)): \($0.value.text(indentation: indentation + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension JSON.Object {
    fileprivate subscript(key: String) -> JSON? {
        get { first { $0.key == key }?.value }
        set {
            removeAll { $0.key == key }
            if let newValue { append((key, newValue)) }
        }
    }

    fileprivate mutating func merge(_ other: JSON.Object) {
        for (key, value) in other { self[key] = value }
    }
}
