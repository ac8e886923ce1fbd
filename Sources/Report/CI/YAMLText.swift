// YAML as text, as far as workflows need it. Reads nothing; does not know what the values mean.

/// A value to be written. Members of a mapping keep their order.
public indirect enum YAMLText: Hashable, Sendable {
    case text(String)
    case bool(Bool)
    case integer(Int)
    case list([YAMLText])
    /// A list on one line.
    case flow([String])
    case mapping([Member])

    public struct Member: Hashable, Sendable {
        public let key: String
        public let value: YAMLText

        public init(_ key: String, _ value: YAMLText) {
            self.key = key
            self.value = value
        }
    }

    /// A mapping; members without a value are left out.
    public static func map(_ members: [(String, YAMLText?)]) -> YAMLText {
        .mapping(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// The lines of a document, each with its end.
    public var document: String {
        var text = ""
        write(at: 0, into: &text)
        return text
    }

    /// Block values from the start of a line, all others to its end.
    private func write(at depth: Int, into text: inout String) {
        let indent = String(repeating: "  ", count: depth)
        switch self {
        case .mapping(let members) where !members.isEmpty:
            for member in members {
                text += indent + YAMLText.scalar(member.key) + ":"
                member.value.writeAfterKey(at: depth, into: &text)
            }
        case .list(let items) where !items.isEmpty:
            for item in items {
                text += indent + "-"
                item.writeAfterDash(at: depth, into: &text)
            }
        default: text += indent + inline(at: depth) + "\n"
        }
    }

    private func writeAfterKey(at depth: Int, into text: inout String) {
        if isBlock {
            text += "\n"
            write(at: depth + 1, into: &text)
        } else {
            text += " " + inline(at: depth + 1) + "\n"
        }
    }

    /// The first line of a block stands behind the dash.
    private func writeAfterDash(at depth: Int, into text: inout String) {
        guard isBlock else {
            text += " " + inline(at: depth + 1) + "\n"
            return
        }
        var block = ""
        write(at: depth + 1, into: &block)
        text += " " + block.dropFirst((depth + 1) * 2)
    }

    private var isBlock: Bool {
        switch self {
        case .mapping(let members): !members.isEmpty
        case .list(let items): !items.isEmpty
        case .text, .bool, .integer, .flow: false
        }
    }

    private func inline(at depth: Int) -> String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .flow(let items): "[" + items.map(YAMLText.flowScalar).joined(separator: ", ") + "]"
        case .list: "[]"
        case .mapping: "{}"
        case .text(let text): YAMLText.literal(text, at: depth) ?? YAMLText.scalar(text)
        }
    }
}

extension YAMLText {
    /// Several lines as a literal block; nil when that would not read back as the same text.
    private static func literal(_ text: String, at depth: Int) -> String? {
        guard text.unicodeScalars.contains("\n") else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy { $0 == "\n" || isPrintable($0) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard isPlain, let first = lines.first, !first.isEmpty, first.first != " ", !text.hasSuffix("\n\n") else {
            return nil
        }
        let isEnded = text.hasSuffix("\n")
        let indent = String(repeating: "  ", count: depth)
        let body = (isEnded ? lines.dropLast() : lines[...]).map { $0.isEmpty ? "" : indent + $0 }
        return (isEnded ? "|\n" : "|-\n") + body.joined(separator: "\n")
    }

    /// In brackets, these end an item.
    private static func flowScalar(_ text: String) -> String {
        isPlain(text) && text.contains { ",{}".contains($0) } ? doubleQuoted(text) : scalar(text)
    }

    /// One line: plain where every reader of YAML 1.1 and 1.2 takes it for the text that it is, else in quotes.
    static func scalar(_ text: String) -> String {
        if isPlain(text) { return text }
        let isSimple = text.unicodeScalars.allSatisfy { isPrintable($0) && $0 != "'" }
        return isSimple ? "'\(text)'" : doubleQuoted(text)
    }

    private static func doubleQuoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { result, scalar in
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        } + "\""
    }

    /// What YAML 1.2 lets stand in a line, without tabs, line breaks of any kind and marks of byte order.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Words that some reader takes for another type; `on` is a key of every workflow and is left as everybody has it.
    private static let typed: Set<String> = ["true", "false", "yes", "no", "off", "y", "n", "null", "~"]

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        let isWord = { (scalar: Unicode.Scalar) in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
        }
        // A number, a date or the like begins otherwise; a path or an expression may not.
        guard isWord(first) || first == "/" || first == "$" || (first == "." && text.unicodeScalars.contains("/")),
            last != ":", last != " ", !typed.contains(text.lowercased())
        else { return false }
        return text.unicodeScalars.allSatisfy {
            isWord($0) || "0123456789 ./-+@$(){}=,;<>!|&~%^".unicodeScalars.contains($0)
        }
            && !text.contains(" #")
    }
}
