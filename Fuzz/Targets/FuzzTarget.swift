// The fuzz targets by name. Each takes any bytes and ends the process if something does not hold.

/// One thing that is fed with arbitrary bytes.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The text of YAML files, up to the graph.
    case yaml
    /// Operations on a content store, and damages to it.
    case store
    /// Bytes that claim to be records, trees, tables or structured documents.
    case decoders
    /// Path patterns and ignore files.
    case patterns
    /// Reports of tests and of coverage.
    case reports

    /// Feeds one input.
    ///
    /// - Precondition: what the room promises holds; else the process ends with a message.
    public func run(_ bytes: [UInt8]) {
        switch self {
        case .yaml: fuzzYAML(bytes)
        case .store: fuzzStore(bytes)
        case .decoders: fuzzDecoders(bytes)
        case .patterns: fuzzPatterns(bytes)
        case .reports: fuzzReports(bytes)
        }
    }
}

/// A source of small decisions: the input's bytes one after the other, then zeros.
struct Choices {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// A number below the limit.
    mutating func number(below limit: Int) -> Int {
        let wide = Int(byte()) | (limit > 256 ? Int(byte()) << 8 : 0)
        return limit > 0 ? wide % limit : 0
    }
}

/// Ends the process with a message if something does not hold: `precondition` says nothing in optimised builds.
func require(_ condition: Bool, _ message: @autoclosure () -> String = "a promise is broken") {
    if !condition { fatalError(message()) }
}
