// Numbers as test tools write them.

enum JUnitNumber {
    /// Seconds: `1`, `0.005`, `1e-05`, and Surefire's `1,234.5`. Nil if it is none, or negative, or not finite.
    static func seconds(_ text: XMLText) -> Double? {
        simple(text) ?? odd(text.string)
    }

    /// A count; nil if it is none.
    static func count(_ text: XMLText) -> Int? {
        Int(text.string).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// What nearly all reports have: digits, a point, digits; exact as long as both fit.
    private static func simple(_ text: XMLText) -> Double? {
        var digits: Int64 = 0
        var scale = 1.0
        var position = 0
        var isFraction = false
        while true {
            let byte = UInt8(bitPattern: text.start[position])
            if byte == 0 { break }
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if byte &- 0x30 < 10 {
                digits = digits * 10 + Int64(byte - 0x30)
                if isFraction { scale *= 10 }
            } else {
                return nil
            }
            position += 1
            guard position <= 16 else { return nil }
        }
        return position > (isFraction ? 1 : 0) ? Double(digits) / scale : nil
    }

    private static func odd(_ text: String) -> Double? {
        // `1.234,5` of other languages is not guessed at.
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let plain = parts.count == 2 ? parts[0].filter { $0 != "," } + "." + parts[1] : text
        guard let value = Double(plain), value.isFinite, value >= 0 else { return nil }
        return value
    }
}
