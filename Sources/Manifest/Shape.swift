// What a value may look like, as data. The parser's tables carry it, so that the schema for editors says the same.

/// The shape of a value.
indirect enum Shape: Sendable {
    /// Any scalar, read as text.
    case text
    case boolean
    case integer(minimum: Int, maximum: Int?)
    case duration
    case choice([String])
    case list(Shape)
    /// A value, or a list of such values.
    case oneOrMany(Shape)
    /// A mapping whose keys the user chooses.
    case map(Shape)
    /// A mapping with known keys.
    case fields(Fields)
    case either([Shape])
    /// A definition of the schema by name: for shapes that contain themselves.
    case defined(String)
    case null

    struct Fields: Sendable {
        var properties: [Property]
        var required: [String] = []
        /// The shape of values under all other keys; nil when there may be none.
        var others: Shape?
    }

    struct Property: Sendable {
        let name: String
        let shape: Shape
        let summary: String
    }
}
