// JSON (RFC 8259) by pulling: what is wanted is read, all else is passed over, and no tree is made.

/// A place in a JSON text.
struct JSONScanner {
    private let bytes: [UInt8]
    private let limit: Int
    private var position = 0
    private var depth = 0

    /// - Parameter depth: how deep values may stand inside each other.
    init(_ bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        limit = depth
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Goes through the members of an object; the body reads or skips the value of each.
    mutating func object(
        _ body: (inout JSONScanner, _ key: String) throws(ReportError) -> Void
    ) throws(ReportError) {
        skipBlanks()
        guard peek == UInt8(ascii: "{") else { throw error("expected an object, found \(found)") }
        try members(closedBy: UInt8(ascii: "}")) { (scanner) throws(ReportError) in
            let key = try scanner.key()
            try body(&scanner, key)
        }
    }

    /// Reads a whole number that is not negative.
    mutating func count() throws(ReportError) -> Int {
        skipBlanks()
        let start = position
        while peek &- 0x30 < 10 { position += 1 }
        let digits = bytes[start..<position]
        guard !digits.isEmpty, digits.count <= 15, !isNumberByte(peek),
            let value = Int(String(decoding: digits, as: UTF8.self))
        else {
            position = start
            throw error("expected a whole number, found \(found)")
        }
        return value
    }

    /// Passes over a value, whatever it is.
    mutating func skip() throws(ReportError) {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"):
            try members(closedBy: UInt8(ascii: "}")) { (scanner) throws(ReportError) in
                try scanner.skipKey()
                try scanner.skip()
            }
        case UInt8(ascii: "["):
            try members(closedBy: UInt8(ascii: "]")) { (scanner) throws(ReportError) in try scanner.skip()
            }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            while isNumberByte(peek) { position += 1 }
        default:
            for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return
            }
            throw error("expected a value, found \(found)")
        }
    }

    /// - Throws: if anything but blanks follows.
    mutating func end() throws(ReportError) {
        skipBlanks()
        guard position == bytes.count else {
            throw error("expected the end of the report, found \(found)")
        }
    }

    /// Where the next value begins.
    mutating func place() -> ReportPlace {
        skipBlanks()
        return currentPlace
    }

    private var currentPlace: ReportPlace {
        let line = bytes[..<position].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let start = bytes[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = bytes[start..<position].reduce(1) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
        return ReportPlace(
            offset: position, length: position < bytes.count ? 1 : 0, line: line, column: column)
    }

    // MARK: Parts

    /// The byte ahead; NUL at the end, which JSON does not allow outside.
    private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private var found: String {
        guard position < bytes.count else { return "the end of the report" }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        return "`\(rest.first.map { String($0) } ?? "")`"
    }

    private func error(_ message: String) -> ReportError {
        let isEnd = position >= bytes.count
        return ReportError(
            message, at: currentPlace,
            hint: isEnd ? "a tool that was stopped while it wrote leaves this" : nil)
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
            position += 1
        }
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+")
            || byte | 0x20 == UInt8(ascii: "e")
    }

    private mutating func members(
        closedBy close: UInt8, _ body: (inout JSONScanner) throws(ReportError) -> Void
    ) throws(ReportError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limit else {
            throw error("values stand inside each other more than \(limit) deep")
        }
        position += 1
        skipBlanks()
        if peek == close {
            position += 1
            return
        }
        while true {
            try body(&self)
            skipBlanks()
            if peek == close {
                position += 1
                return
            }
            guard peek == UInt8(ascii: ",") else {
                throw error("expected `,` or `\(Unicode.Scalar(close))`, found \(found)")
            }
            position += 1
            skipBlanks()
        }
    }

    private mutating func key() throws(ReportError) -> String {
        let content = try keyContent()
        guard content.contains(UInt8(ascii: "\\")) else {
            return String(decoding: content, as: UTF8.self)
        }
        return JSONEscapes.decoded(content)
    }

    private mutating func skipKey() throws(ReportError) { _ = try keyContent() }

    private mutating func keyContent() throws(ReportError) -> ArraySlice<UInt8> {
        guard peek == UInt8(ascii: "\"") else {
            throw error("expected a key in double quotes, found \(found)")
        }
        let content = try string()
        skipBlanks()
        guard peek == UInt8(ascii: ":") else {
            throw error("expected `:` after the key, found \(found)")
        }
        position += 1
        return content
    }

    /// What stands between the quotes, as it is written.
    private mutating func string() throws(ReportError) -> ArraySlice<UInt8> {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return bytes[start..<position - 1]
            case UInt8(ascii: "\\"): position += 2
            case 0..<0x20: throw error("a string is not closed before the end of the line")
            default: position += 1
            }
        }
        position = bytes.count
        throw error("a string is not closed before \(found)")
    }
}

/// Escapes in a JSON string. Those that are none stay as they are: keys are only shown and compared.
enum JSONEscapes {
    static func decoded(_ content: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var rest = Substring(String(decoding: content, as: UTF8.self)).utf16
        while let unit = rest.popFirst() {
            guard unit == 0x5C, let letter = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch Unicode.Scalar(letter) {
            case "n": units.append(0x0A)
            case "t": units.append(0x09)
            case "r": units.append(0x0D)
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "u":
                if let code = UInt16(String(rest.prefix(4)) ?? "", radix: 16) { units.append(code) }
                rest = rest.dropFirst(4)
            default: units.append(letter)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
