// A place in a text and the steps on from it that JSON and TOML share. Knows neither grammar.

/// Reads UTF-8 bytes one after the other and counts lines.
struct ByteScanner {
    let bytes: [UInt8]
    private(set) var position = 0
    private(set) var line = 1

    /// - Throws: when the bytes are not UTF-8. A byte order mark is skipped.
    init(_ bytes: [UInt8]) throws(DocumentError) {
        self.bytes = bytes
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw DocumentError(line: 1, "the file is not UTF-8")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The byte ahead by some bytes; NUL past the end, which no grammar allows.
    @inline(__always)
    func peek(_ ahead: Int = 0) -> UInt8 {
        position + ahead < bytes.count ? bytes[position + ahead] : 0
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    /// Goes past the text if it is ahead.
    mutating func skip(_ text: StaticString) -> Bool {
        let isAhead = text.withUTF8Buffer { buffer in
            position + buffer.count <= bytes.count && buffer.indices.allSatisfy { buffer[$0] == bytes[position + $0] }
        }
        if isAhead { advance(text.utf8CodeUnitCount) }
        return isAhead
    }

    /// Goes past the bytes that fit, and gives them.
    mutating func take(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, fits(bytes[position]) { advance() }
        return bytes[start..<position]
    }

    func error(_ message: String) -> DocumentError {
        DocumentError(line: line, message)
    }

    /// What is ahead, for messages: the character in quotes, or the end.
    var ahead: String {
        if isAtEnd { return "the end of the file" }
        if peek() == UInt8(ascii: "\n") || peek() == UInt8(ascii: "\r") { return "the end of the line" }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        return "`\(rest.unicodeScalars.first.map { String($0) } ?? "")`"
    }

    /// As many hexadecimal digits as said.
    mutating func hexadecimal(_ count: Int) throws(DocumentError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = Unicode.Scalar(peek()).hexadecimalValue else {
                throw error("expected \(count) hexadecimal digits after the escape, found \(ahead)")
            }
            value = value << 4 | digit
            advance()
        }
        return value
    }
}

extension Unicode.Scalar {
    fileprivate var hexadecimalValue: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends a scalar as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        append(contentsOf: UTF8.encode(scalar)!)
    }
}
