// TOML 1.0: headers, keys, inline tables and lists, with line numbers. Scalars are read by TOMLReader+Scalar.swift.

import Vocabulary

/// Reads one TOML text, strictly. The Swift packages for TOML give no lines for values, which failed conditions show.
struct TOMLReader {
    var scanner: ByteScanner
    private var depth = 0

    static func read(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        var reader = TOMLReader(scanner: try ByteScanner(bytes))
        let root = TOMLTable(.header, line: 1)
        try reader.document(into: root)
        return root.node
    }

    private init(scanner: ByteScanner) {
        self.scanner = scanner
    }

    private mutating func document(into root: TOMLTable) throws(DocumentError) {
        var current = root
        while true {
            try skipBlanksAndComments()
            guard !scanner.isAtEnd else { return }
            if scanner.peek() == UInt8(ascii: "[") {
                current = try header(in: root)
            } else {
                try pair(in: current)
            }
            skipSpaces()
            try endOfLine()
        }
    }

    // MARK: Headers and pairs

    private mutating func header(in root: TOMLTable) throws(DocumentError) -> TOMLTable {
        let isList = scanner.peek(1) == UInt8(ascii: "[")
        let line = scanner.line
        scanner.advance(isList ? 2 : 1)
        skipSpaces()
        let keys = try self.keys()
        guard isList ? scanner.skip("]]") : scanner.skip("]") else {
            throw scanner.error("expected `\(isList ? "]]" : "]")` after the name of a table, found \(scanner.ahead)")
        }
        var table = root
        for key in keys.dropLast() { table = try table.descend(key.text, line: key.line) }
        let last = keys[keys.count - 1]
        return isList ? try table.appendItem(last.text, line: line) : try table.define(last.text, line: line)
    }

    /// `a.b = value`.
    private mutating func pair(in table: TOMLTable) throws(DocumentError) {
        let keys = try self.keys()
        guard scanner.skip("=") else { throw scanner.error("expected `=` after a key, found \(scanner.ahead)") }
        skipSpaces()
        var table = table
        for key in keys.dropLast() { table = try table.descendDotted(key.text, line: key.line) }
        let last = keys[keys.count - 1]
        try table.set(last.text, line: last.line, try value())
    }

    /// One or more keys with dots between them, and the spaces after.
    private mutating func keys() throws(DocumentError) -> [(text: String, line: Int)] {
        var keys: [(text: String, line: Int)] = []
        while true {
            keys.append((try key(), scanner.line))
            skipSpaces()
            guard scanner.skip(".") else { return keys }
            skipSpaces()
        }
    }

    private mutating func key() throws(DocumentError) -> String {
        switch scanner.peek() {
        case UInt8(ascii: "\""): return try basicString()
        case UInt8(ascii: "'"): return try literalString()
        default:
            let text = scanner.take(while: TOMLReader.isBareKey)
            guard !text.isEmpty else { throw scanner.error("expected a key, found \(scanner.ahead)") }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Values

    private mutating func value() throws(DocumentError) -> TOMLTable.Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 256 else { throw scanner.error("nested deeper than 256 levels") }
        switch scanner.peek() {
        case UInt8(ascii: "["): return .fixed(try list())
        case UInt8(ascii: "{"): return .fixed(try inlineTable())
        default:
            let line = scanner.line
            return .fixed(DocumentNode(.scalar(try scalar()), line: line))
        }
    }

    private mutating func list() throws(DocumentError) -> DocumentNode {
        let line = scanner.line
        var items: [DocumentNode] = []
        scanner.advance()
        while true {
            try skipBlanksAndComments()
            if scanner.skip("]") { return DocumentNode(.list(items), line: line) }
            items.append(try value().node)
            try skipBlanksAndComments()
            guard scanner.skip(",") else {
                guard scanner.skip("]") else { throw scanner.error("expected `,` or `]`, found \(scanner.ahead)") }
                return DocumentNode(.list(items), line: line)
            }
        }
    }

    private mutating func inlineTable() throws(DocumentError) -> DocumentNode {
        let table = TOMLTable(.inline, line: scanner.line)
        scanner.advance()
        skipSpaces()
        if scanner.skip("}") { return table.node }
        while true {
            try pair(in: table)
            skipSpaces()
            guard scanner.skip(",") else {
                guard scanner.skip("}") else { throw scanner.error("expected `,` or `}`, found \(scanner.ahead)") }
                return table.node
            }
            skipSpaces()
        }
    }

    // MARK: Blanks

    mutating func skipSpaces() {
        _ = scanner.take { $0 == 0x20 || $0 == 0x09 }
    }

    private mutating func skipBlanksAndComments() throws(DocumentError) {
        while true {
            skipSpaces()
            if scanner.peek() == UInt8(ascii: "#") { try comment() }
            if scanner.peek() == 0x0D, scanner.peek(1) == 0x0A { scanner.advance() }
            guard scanner.skip("\n") else { return }
        }
    }

    private mutating func comment() throws(DocumentError) {
        _ = scanner.take { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
        let isAtEnd = scanner.isAtEnd || scanner.peek() == 0x0A || (scanner.peek() == 0x0D && scanner.peek(1) == 0x0A)
        if !isAtEnd { throw scanner.error("a control character in a comment") }
    }

    private mutating func endOfLine() throws(DocumentError) {
        if scanner.peek() == UInt8(ascii: "#") { try comment() }
        if scanner.isAtEnd || scanner.peek() == 0x0A || (scanner.peek() == 0x0D && scanner.peek(1) == 0x0A) { return }
        throw scanner.error("expected the end of the line, found \(scanner.ahead)")
    }
}
