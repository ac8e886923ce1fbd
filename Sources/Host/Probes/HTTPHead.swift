// The status line and headers of an answer, and how they say where its body ends. Pure.

struct HTTPHead {
    let status: Int
    /// With a blank before it, or empty.
    let reason: String
    private var length: Int?
    private var isChunked = false

    /// Whether this can become an answer: all it has of the first bytes is right.
    static func begins(_ bytes: [UInt8]) -> Bool {
        zip(bytes, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
    }

    /// Behind the empty line; nil while it has not come.
    static func end(in bytes: [UInt8]) -> Int? {
        var start = 0
        while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<newline]
            if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { return newline + 1 }
            start = newline + 1
        }
        return nil
    }

    init?(_ bytes: ArraySlice<UInt8>) {
        let lines = String(decoding: bytes, as: UTF8.self).split { $0 == "\n" || $0 == "\r\n" }
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, let status = Int(words[1]), words[1].utf8.count == 3 else { return nil }
        self.status = status
        reason = words.count > 2 ? " " + words[2].prefix(60) : ""
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingBlanks.lowercased() }
            guard parts.count == 2 else { continue }
            if parts[0] == "content-length" { length = Int(parts[1]) }
            if parts[0] == "transfer-encoding" { isChunked = parts[1].hasSuffix("chunked") }
        }
    }

    /// The whole body, or nil while there is more to come.
    func body(of bytes: [UInt8], isEnd: Bool) -> [UInt8]? {
        if isChunked { return Self.joined(bytes) }
        guard let length else { return isEnd ? bytes : nil }
        return bytes.count >= length ? Array(bytes[..<max(0, length)]) : nil
    }

    /// The chunks put together; nil while the last one has not come.
    private static func joined(_ bytes: [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let digits = rest[..<newline].prefix { Character(Unicode.Scalar($0)).isHexDigit }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size < 1 << 30 else { return nil }
            if size == 0 { return body }
            let start = newline + 1
            guard rest.endIndex >= start + size + 2 else { return nil }
            body += rest[start..<start + size]
            rest = rest[(start + size + 2)...]
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text.drop { $0 == " " || $0 == "\t" }
    }
}
