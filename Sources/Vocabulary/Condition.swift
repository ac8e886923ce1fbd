// `ensure` conditions as values, after templates are resolved. Does not evaluate them: that is the room Conditions.

/// One item of `ensure`: what must hold after a task.
public struct Condition: Sendable {
    public enum Kind: Sendable {
        /// Every pattern matches something.
        case exists([String])
        /// No pattern matches anything.
        case absent([String])
        /// Every matched file has a line that the regular expression finds; at least one file is matched.
        case match(files: [String], expression: String)
        /// No matched file has such a line.
        case noMatch(files: [String], expression: String)
        /// A value in a structured file.
        case value(format: DocumentFormat, file: String, path: String, test: ValueTest)
        /// How many files match, or, with an expression, how many lines of them do.
        case count(files: [String], expression: String?, bounds: CountBounds)
        /// Two files with equal bytes.
        case same(String, String)
        /// A command that exits with 0; run by the engine, not evaluated here.
        case run(Command)
    }

    public let kind: Kind
    /// Where it was written.
    public let range: SourceRange

    public init(_ kind: Kind, at range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

/// A structured file format that conditions and metrics can look into.
public enum DocumentFormat: String, Sendable, CaseIterable {
    case toml, yaml, json
}

/// A scalar as it stands in YAML, JSON or TOML.
public enum Scalar: Hashable, Sendable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    case null
}

/// What a value at a path is tested for.
public enum ValueTest: Hashable, Sendable {
    case equals(Scalar)
    /// A string that contains the text, or a list with an equal item.
    case contains(Scalar)
    /// The path is there (`absent: false`).
    case present
    case absent
}

/// Limits of `count`; nil is no limit.
public struct CountBounds: Hashable, Sendable {
    public var atLeast: Int?
    public var atMost: Int?
    public var equals: Int?

    public init(atLeast: Int? = nil, atMost: Int? = nil, equals: Int? = nil) {
        self.atLeast = atLeast
        self.atMost = atMost
        self.equals = equals
    }
}

/// What a task or a condition executes.
public enum Command: Hashable, Sendable {
    /// A script for the task's shell.
    case script(String)
    /// A program and its arguments, without a shell.
    case arguments([String])
}
