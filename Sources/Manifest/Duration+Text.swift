// Durations as people write them: `500ms`, `90s`, `1m30s`, `1.5h`, `7d`. Knows no calendar: a day is 24 hours.

extension Duration {
    /// The units of the language and their lengths in milliseconds.
    static let units: [(name: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Nil unless the text is one or more numbers, each followed by its unit. `0` needs none.
    init?(text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var rest = text.utf8[...]
        var milliseconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { (0x61...0x7A).contains($0) }
            rest = rest.dropFirst(unit.count)
            guard let first = number.first, first != UInt8(ascii: "."), number.last != UInt8(ascii: "."),
                let value = Double(String(decoding: number, as: UTF8.self)),
                let factor = Self.units.first(where: { $0.name.utf8.elementsEqual(unit) })?.milliseconds
            else { return nil }
            milliseconds += value * factor
        }
        // A hundred years: what is longer is a slip of the finger.
        guard milliseconds <= 3.2e12 else { return nil }
        self = .milliseconds(Int64(milliseconds.rounded()))
    }
}

extension Duration {
    /// In whole nanoseconds.
    public var nanoseconds: UInt64 {
        let parts = components
        guard parts.seconds >= 0 else { return 0 }
        return UInt64(parts.seconds) * 1_000_000_000 + UInt64(parts.attoseconds / 1_000_000_000)
    }
}
