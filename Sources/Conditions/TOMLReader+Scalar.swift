// The scalars of TOML 1.0: strings of four kinds, numbers, booleans, dates. Does not know of tables.

import Vocabulary

extension TOMLReader {
    /// A date or time is the string that it is written as: there is nothing in YAML to compare it with.
    mutating func scalar() throws(DocumentError) -> Scalar {
        switch scanner.peek() {
        case UInt8(ascii: "\""):
            return .string(
                scanner.peek(1) == 0x22 && scanner.peek(2) == 0x22 ? try multilineString() : try basicString())
        case UInt8(ascii: "'"):
            return .string(
                scanner.peek(1) == 0x27 && scanner.peek(2) == 0x27 ? try multilineLiteral() : try literalString())
        default:
            return try bareScalar()
        }
    }

    // MARK: Strings

    mutating func basicString() throws(DocumentError) -> String {
        scanner.advance()
        var text: [UInt8] = []
        while true {
            switch scanner.peek() {
            case UInt8(ascii: "\""):
                scanner.advance()
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(try escape())
            case let byte where TOMLReader.isControl(byte):
                throw scanner.error("a string is not closed before \(scanner.ahead)")
            default: text.append(contentsOf: scanner.take { !TOMLReader.isControl($0) && $0 != 0x22 && $0 != 0x5C })
            }
        }
    }

    mutating func literalString() throws(DocumentError) -> String {
        scanner.advance()
        let text = scanner.take { !TOMLReader.isControl($0) && $0 != 0x27 }
        guard scanner.skip("'") else { throw scanner.error("a string is not closed before \(scanner.ahead)") }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func multilineString() throws(DocumentError) -> String {
        var text: [UInt8] = []
        try startOfMultiline()
        while true {
            switch scanner.peek() {
            case UInt8(ascii: "\""):
                if let rest = endOfMultiline(0x22) { return String(decoding: text + rest, as: UTF8.self) }
                text.append(0x22)
                scanner.advance()
            case UInt8(ascii: "\\"):
                if skipLineEnd() { continue }
                text.append(try escape())
            default: text.append(try multilineByte())
            }
        }
    }

    private mutating func multilineLiteral() throws(DocumentError) -> String {
        var text: [UInt8] = []
        try startOfMultiline()
        while true {
            if let rest = endOfMultiline(0x27) { return String(decoding: text + rest, as: UTF8.self) }
            text.append(try multilineByte())
        }
    }

    /// The quotes, and a line break right after them.
    private mutating func startOfMultiline() throws(DocumentError) {
        scanner.advance(3)
        if scanner.peek() == 0x0D, scanner.peek(1) == 0x0A { scanner.advance() }
        _ = scanner.skip("\n")
    }

    /// Past three quotes; of up to five the first two belong to the text. Nil when the text goes on.
    private mutating func endOfMultiline(_ quote: UInt8) -> [UInt8]? {
        guard scanner.peek() == quote, scanner.peek(1) == quote, scanner.peek(2) == quote else { return nil }
        var count = 3
        while count < 5, scanner.peek(count) == quote { count += 1 }
        scanner.advance(count)
        return [UInt8](repeating: quote, count: count - 3)
    }

    private mutating func multilineByte() throws(DocumentError) -> UInt8 {
        let byte = scanner.peek()
        if scanner.isAtEnd { throw scanner.error("a string is not closed before the end of the file") }
        let isLineEnd = byte == 0x0A || (byte == 0x0D && scanner.peek(1) == 0x0A)
        if TOMLReader.isControl(byte), !isLineEnd { throw scanner.error("a control character in a string") }
        scanner.advance()
        return byte
    }

    /// `\` at the end of a line takes away the line break and all blanks after it.
    private mutating func skipLineEnd() -> Bool {
        var ahead = 1
        while scanner.peek(ahead) == 0x20 || scanner.peek(ahead) == 0x09 { ahead += 1 }
        guard scanner.peek(ahead) == 0x0A || (scanner.peek(ahead) == 0x0D && scanner.peek(ahead + 1) == 0x0A) else {
            return false
        }
        scanner.advance(ahead)
        while true {
            _ = scanner.take { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
            guard scanner.peek() == 0x0D, scanner.peek(1) == 0x0A else { return true }
            scanner.advance()
        }
    }

    private mutating func escape() throws(DocumentError) -> Unicode.Scalar {
        scanner.advance()
        let letter = scanner.peek()
        let simple: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "b"): "\u{08}", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "f"): "\u{0C}",
            UInt8(ascii: "r"): "\r", UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\",
        ]
        if let scalar = simple[letter] {
            scanner.advance()
            return scalar
        }
        guard letter == UInt8(ascii: "u") || letter == UInt8(ascii: "U") else {
            throw scanner.error("unknown escape: `\\` before \(scanner.ahead)")
        }
        scanner.advance()
        guard let scalar = Unicode.Scalar(try scanner.hexadecimal(letter == UInt8(ascii: "u") ? 4 : 8)) else {
            throw scanner.error("an escape that is no character")
        }
        return scalar
    }

    /// Tab is allowed in strings, other control characters are not.
    private static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x09) || byte == 0x7F
    }

    // MARK: Everything without quotes

    private mutating func bareScalar() throws(DocumentError) -> Scalar {
        var text = String(decoding: scanner.take(while: TOMLReader.isBare), as: UTF8.self)
        // A space may stand between date and time.
        if TOMLDate.isDate(text), scanner.peek() == 0x20, (0x30...0x39).contains(scanner.peek(1)) {
            scanner.advance()
            text += " " + String(decoding: scanner.take(while: TOMLReader.isBare), as: UTF8.self)
        }
        guard !text.isEmpty else { throw scanner.error("expected a value, found \(scanner.ahead)") }
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        if let scalar = TOMLNumber.read(text) { return scalar }
        if TOMLDate.isValid(text) { return .string(text) }
        throw scanner.error("`\(text)` is not a value; strings need quotes")
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
