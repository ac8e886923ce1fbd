// `[...]` in git's wildcard patterns. Does not know of stars or paths.

enum GitCharacterClass {
    /// Whether the class that starts at a `[` contains a byte, and where the pattern goes on.
    ///
    /// Nil when the class is not closed or names an unknown `[:class:]`.
    static func test(_ pattern: Span<UInt8>, _ start: Int, _ byte: UInt8) -> (contains: Bool, next: Int)? {
        var p = start + 1
        let isInverted = pattern.at(p) == UInt8(ascii: "!") || pattern.at(p) == UInt8(ascii: "^")
        if isInverted { p += 1 }
        var found = false
        // The lower end of a range, when the byte before was one.
        var previous: UInt8 = 0
        repeat {
            var current = pattern.at(p)
            switch current {
            case 0:
                return nil
            case UInt8(ascii: "\\"):
                p += 1
                current = pattern.at(p)
                if current == 0 { return nil }
                found = found || byte == current
            case UInt8(ascii: "-") where previous != 0 && pattern.at(p + 1) != 0 && pattern.at(p + 1) != close:
                p += 1
                current = pattern.at(p)
                if current == UInt8(ascii: "\\") {
                    p += 1
                    current = pattern.at(p)
                    if current == 0 { return nil }
                }
                found = found || (previous <= byte && byte <= current)
                current = 0
            case UInt8(ascii: "[") where pattern.at(p + 1) == UInt8(ascii: ":"):
                var end = p + 2
                while pattern.at(end) != 0, pattern.at(end) != close { end += 1 }
                if pattern.at(end) == 0 { return nil }
                if end - 1 >= p + 2, pattern.at(end - 1) == UInt8(ascii: ":") {
                    let name = String(decoding: (p + 2..<end - 1).map { pattern[$0] }, as: UTF8.self)
                    guard let contains = named(name, byte) else { return nil }
                    found = found || contains
                    p = end
                    current = 0
                } else {
                    found = found || byte == current
                }
            default:
                found = found || byte == current
            }
            previous = current
            p += 1
        } while pattern.at(p) != close
        return (found != isInverted, p + 1)
    }

    private static let close = UInt8(ascii: "]")

    /// Whether a byte is in `[:name:]`, for ASCII only as in git; nil when there is no such class.
    private static func named(_ name: String, _ byte: UInt8) -> Bool? {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        let isGraph = (0x21...0x7E).contains(byte)
        switch name {
        case "alnum": return isLower || isUpper || isDigit
        case "alpha": return isLower || isUpper
        case "blank": return byte == 0x20 || byte == 0x09
        case "cntrl": return byte < 0x20 || byte == 0x7F
        case "digit": return isDigit
        case "graph": return isGraph
        case "lower": return isLower
        case "print": return isGraph || byte == 0x20
        case "punct": return isGraph && !isLower && !isUpper && !isDigit
        case "space": return byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        case "upper": return isUpper
        case "xdigit":
            return isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
        default: return nil
        }
    }
}
