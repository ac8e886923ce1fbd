// The answer to a condition as a value. Does not know how it was found.

public import Vocabulary

/// Whether a condition holds.
public enum Verdict: Hashable, Sendable {
    case holds
    case fails(ConditionFailure)

    public var failure: ConditionFailure? {
        if case .fails(let failure) = self { failure } else { nil }
    }
}

/// What should hold, and what was found instead.
public struct ConditionFailure: Error, Hashable, Sendable {
    /// One sentence without a full stop: what should be and that it is not.
    public let message: String
    /// What was found, one place a line, with file and line number where there is one. At most about ten lines.
    public let found: [String]
    /// What the user can do about it.
    public let hint: String?

    public init(_ message: String, found: [String] = [], hint: String? = nil) {
        self.message = message
        self.found = found
        self.hint = hint
    }

    /// All of it, one line each, ending in a newline.
    public var text: String {
        ([message] + found.map { "  " + $0 } + (hint.map { ["  hint: " + $0] } ?? [])).joined(separator: "\n") + "\n"
    }

    /// The same as a finding about the condition as it is written.
    public func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(.error, message, at: range, notes: found.map { Diagnostic.Note($0) }, hint: hint)
    }
}
