// JSON writes a character beyond U+FFFF as two escapes (`\ud83d\ude00`), which YAML does not know. Rewrites them in place.

extension CheckedText {
    /// In a text that is JSON by its first character, replaces each pair by an escaped line end, which stands for
    /// nothing, and YAML's own escape: as many bytes as before. A key with such a pair is beyond help.
    static func rewriteSurrogatePairs(_ bytes: inout [UInt8], from start: Int) {
        let first = bytes[start...].first { $0 > 0x20 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        var index = start
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if let high = escape(bytes, at: index, in: 0xD800..<0xDC00),
                let low = escape(bytes, at: index + 6, in: 0xDC00..<0xE000)
            {
                let digits = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
                let padded = String(repeating: "0", count: 8 - digits.utf8.count) + digits
                bytes.replaceSubrange(index..<index + 12, with: Array("\\\n\\U\(padded)".utf8))
                index += 12
            } else {
                index += 2
            }
        }
    }

    /// The code unit of `\uXXXX` at an index, if it lies in a range.
    private static func escape(_ bytes: [UInt8], at index: Int, in range: Range<UInt32>) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let unit = UInt32(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
        return unit.flatMap { range.contains($0) ? $0 : nil }
    }
}
