// JSON (RFC 8259) with line numbers. Not read as YAML: libyaml knows no surrogate pairs and no keys beyond 1024 bytes.

import Vocabulary

/// Reads one JSON text. A key that stands twice is an error, not a choice.
package struct JSONReader {
    private var scanner: ByteScanner
    private var depth = 0

    package static func read(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        var reader = JSONReader(scanner: try ByteScanner(bytes))
        reader.skipBlanks()
        let node = try reader.value()
        reader.skipBlanks()
        guard reader.scanner.isAtEnd else {
            throw reader.scanner.error("expected the end of the file, found \(reader.scanner.ahead)")
        }
        return node
    }

    private init(scanner: ByteScanner) {
        self.scanner = scanner
    }

    private mutating func skipBlanks() {
        _ = scanner.take { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    private mutating func value() throws(DocumentError) -> DocumentNode {
        let line = scanner.line
        switch scanner.peek() {
        case UInt8(ascii: "{"): return DocumentNode(.table(try object()), line: line)
        case UInt8(ascii: "["): return DocumentNode(.list(try array()), line: line)
        case UInt8(ascii: "\""): return DocumentNode(.scalar(.string(try string())), line: line)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return DocumentNode(.scalar(try number()), line: line)
        default:
            if scanner.skip("true") { return DocumentNode(.scalar(.boolean(true)), line: line) }
            if scanner.skip("false") { return DocumentNode(.scalar(.boolean(false)), line: line) }
            if scanner.skip("null") { return DocumentNode(.scalar(.null), line: line) }
            throw scanner.error("expected a value, found \(scanner.ahead)")
        }
    }

    private mutating func array() throws(DocumentError) -> [DocumentNode] {
        var items: [DocumentNode] = []
        try forEachItem(closedBy: UInt8(ascii: "]")) { (reader) throws(DocumentError) in
            items.append(try reader.value())
        }
        return items
    }

    private mutating func object() throws(DocumentError) -> [DocumentNode.Entry] {
        var entries: [DocumentNode.Entry] = []
        var seen: Set<String> = []
        try forEachItem(closedBy: UInt8(ascii: "}")) { (reader) throws(DocumentError) in
            guard reader.scanner.peek() == UInt8(ascii: "\"") else {
                throw reader.scanner.error("expected a key in double quotes, found \(reader.scanner.ahead)")
            }
            let line = reader.scanner.line
            let key = try reader.string()
            guard seen.insert(key).inserted else { throw DocumentError(line: line, "the key \"\(key)\" stands twice") }
            reader.skipBlanks()
            guard reader.scanner.skip(":") else {
                throw reader.scanner.error("expected `:` after the key, found \(reader.scanner.ahead)")
            }
            reader.skipBlanks()
            entries.append(DocumentNode.Entry(key, line: line, try reader.value()))
        }
        return entries
    }

    /// Goes through what stands between brackets or braces.
    private mutating func forEachItem(
        closedBy close: UInt8, _ body: (inout JSONReader) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 256 else { throw scanner.error("nested deeper than 256 levels") }
        scanner.advance()
        skipBlanks()
        if scanner.peek() == close { return scanner.advance() }
        while true {
            try body(&self)
            skipBlanks()
            if scanner.peek() == close { return scanner.advance() }
            guard scanner.skip(",") else {
                throw scanner.error("expected `,` or `\(Unicode.Scalar(close))`, found \(scanner.ahead)")
            }
            skipBlanks()
        }
    }

    private mutating func string() throws(DocumentError) -> String {
        scanner.advance()
        var text: [UInt8] = []
        while true {
            switch scanner.peek() {
            case UInt8(ascii: "\""):
                scanner.advance()
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(try escape())
            case 0..<0x20: throw scanner.error("a string is not closed before \(scanner.ahead)")
            default:
                text.append(
                    contentsOf: scanner.take { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            }
        }
    }

    private mutating func escape() throws(DocumentError) -> Unicode.Scalar {
        scanner.advance()
        let letter = scanner.peek()
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            scanner.advance()
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"):
            scanner.advance()
            return "\u{08}"
        case UInt8(ascii: "f"):
            scanner.advance()
            return "\u{0C}"
        case UInt8(ascii: "n"):
            scanner.advance()
            return "\n"
        case UInt8(ascii: "r"):
            scanner.advance()
            return "\r"
        case UInt8(ascii: "t"):
            scanner.advance()
            return "\t"
        case UInt8(ascii: "u"):
            scanner.advance()
            let unit = try scanner.hexadecimal(4)
            if let scalar = Unicode.Scalar(unit) { return scalar }
            if unit < 0xDC00, scanner.skip("\\u"), case let low = try scanner.hexadecimal(4), low & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
            {
                return scalar
            }
            throw scanner.error("half of a surrogate pair in a string")
        default: throw scanner.error("unknown escape: `\\` before \(scanner.ahead)")
        }
    }

    private mutating func number() throws(DocumentError) -> Scalar {
        let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let start = scanner.position
        _ = scanner.skip("-")
        let whole = scanner.take(while: isDigit)
        var isValid = whole.count == 1 || (whole.count > 1 && whole.first != UInt8(ascii: "0"))
        var isInteger = true
        if scanner.skip(".") {
            isInteger = false
            isValid = isValid && !scanner.take(while: isDigit).isEmpty
        }
        if scanner.peek() | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            scanner.advance()
            if !scanner.skip("+") { _ = scanner.skip("-") }
            isValid = isValid && !scanner.take(while: isDigit).isEmpty
        }
        let text = String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
        if isValid, isInteger, let value = Int64(text) { return .integer(value) }
        guard isValid, let value = Double(text) else { throw scanner.error("`\(text)` is not a number") }
        return .number(value)
    }
}
