// JSON values and their text (RFC 8259). Writes only; does not know what the values mean.

/// A JSON value. Members of an object keep their order.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    /// Nanoseconds, written as microseconds with three decimals.
    case microseconds(UInt64)
    /// Written with as many digits as it takes to read it back; `null` when it is not finite.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// On one line, without blanks.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// With a line per member or item, indented by two blanks, and a line feed at the end.
    public var indented: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes, indent: 0)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// - Parameter indent: the depth, or nil for one line.
    private func write(into bytes: inout [UInt8], indent: Int? = nil) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .unsigned(let value): bytes.append(contentsOf: String(value).utf8)
        case .microseconds(let value):
            let rest = String(value % 1_000)
            bytes.append(contentsOf: "\(value / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)".utf8)
        case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): JSON.quote(value, into: &bytes)
        case .array(let items):
            JSON.wrap("[", items, "]", indent, into: &bytes) { item, inner, bytes in
                item.write(into: &bytes, indent: inner)
            }
        case .object(let members):
            JSON.wrap("{", members, "}", indent, into: &bytes) { member, inner, bytes in
                JSON.quote(member.0, into: &bytes)
                bytes.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
                member.1.write(into: &bytes, indent: inner)
            }
        }
    }

    private static func wrap<Item>(
        _ open: String, _ items: [Item], _ close: String, _ indent: Int?, into bytes: inout [UInt8],
        _ write: (Item, Int?, inout [UInt8]) -> Void
    ) {
        func newLine(_ depth: Int) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        bytes.append(contentsOf: open.utf8)
        for (position, item) in items.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            if let indent { newLine(indent + 1) }
            write(item, indent.map { $0 + 1 }, &bytes)
        }
        if let indent, !items.isEmpty { newLine(indent) }
        bytes.append(contentsOf: close.utf8)
    }

    /// Escapes what must be escaped, and DEL; everything else stands as UTF-8.
    private static func quote(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

extension JSON {
    /// An array of strings.
    public static func strings(_ values: some Sequence<String>) -> JSON { .array(values.map { .string($0) }) }

    public static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

    /// Members that say nothing are left out.
    public static func object(dropping members: [(String, JSON?)]) -> JSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }
}
