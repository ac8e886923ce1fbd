// Sizes and spans of time as people write them on the command line. Knows no option.

enum Amount {
    /// `500`, `64K`, `1.5G`: powers of 1024; nil when it is no size.
    static func bytes(_ text: String) -> UInt64? {
        value(text, units: ["": 1, "K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40])
    }

    /// `50ms`, `90s`, `30m`, `12h`, `30d`, `2w`; nil when it is no span.
    static func nanoseconds(_ text: String) -> UInt64? {
        value(text, units: ["ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 86_400e9, "w": 604_800e9])
    }

    private static func value(_ text: String, units: [String: Double]) -> UInt64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number >= 0,
            let unit = units[String(text.dropFirst(digits.count))], number * unit < 9e18
        else { return nil }
        return UInt64(number * unit)
    }
}
