// Plain text as a typed value, by the core schema of YAML 1.2: "no" is a string, "12:30" is one, "0o17" is a number.

public import Vocabulary

extension YAMLNode {
    /// A plain scalar without text, `~` or `null`.
    public var isNull: Bool {
        guard record.kind == .scalar, record.count <= 4, !record.style.isQuoted else { return false }
        return scalar == .null
    }

    /// The value of a scalar; nil for a collection.
    ///
    /// Quoted text is a string; so is what carries the tag `!!str`. Integers beyond 64 bits become numbers.
    public var scalar: Scalar? {
        guard record.kind == .scalar else { return nil }
        if record.style.isQuoted || tag == "tag:yaml.org,2002:str" { return .string(text) }
        return Self.resolve(text)
    }

    private static func resolve(_ text: String) -> Scalar {
        // Most text begins like no typed value does.
        if let first = text.utf8.first, !"0123456789+-.~nNtTfF".utf8.contains(first) { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> Scalar? {
        let bytes = text.utf8
        guard let first = bytes.first, isDigit(first) || "-+.".utf8.contains(first) else { return nil }
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map(Scalar.integer) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8).map(Scalar.integer) }
        if let integer = Int64(text) { return .integer(integer) }
        // Double reads "0x1p3", "inf" and "nan" too, which YAML does not.
        let isDecimal = bytes.allSatisfy {
            isDigit($0) || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "+")
        }
        guard isDecimal, bytes.contains(where: isDigit) else { return nil }
        return Double(text).map(Scalar.number)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
