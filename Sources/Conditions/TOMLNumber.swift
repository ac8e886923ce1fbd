// TOML's integers and floats: underscores, bases, leading zeros. Knows no other scalars.

import Vocabulary

enum TOMLNumber {
    /// Nil when the text is not a number, or an integer beyond 64 bits.
    static func read(_ text: String) -> Scalar? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            return digits(text.dropFirst(2), radix: radix).flatMap { Int64($0, radix: radix) }.map(Scalar.integer)
        }
        let sign = text.hasPrefix("-") ? "-" : ""
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if let whole = digits(unsigned, radix: 10) {
            return hasLeadingZero(whole) ? nil : Int64(sign + whole).map(Scalar.integer)
        }
        return float(unsigned).flatMap { Double(sign + $0) }.map(Scalar.number)
    }

    /// `1.5`, `1e3`, `1.5e-3` without underscores.
    private static func float(_ text: Substring) -> String? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard mantissa.count <= 2, mantissa.count == 2 || parts.count == 2,
            let whole = digits(mantissa[0], radix: 10), !hasLeadingZero(whole)
        else { return nil }
        var result = whole
        if mantissa.count == 2 {
            guard let fraction = digits(mantissa[1], radix: 10) else { return nil }
            result += "." + fraction
        }
        if parts.count == 2 {
            let isSigned = parts[1].hasPrefix("-") || parts[1].hasPrefix("+")
            guard let exponent = digits(isSigned ? parts[1].dropFirst() : parts[1], radix: 10) else { return nil }
            result += "e" + (parts[1].hasPrefix("-") ? "-" : "") + exponent
        }
        return result
    }

    /// The digits without their underscores, each of which must stand between two digits.
    private static func digits(_ text: Substring, radix: Int) -> String? {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        guard
            groups.allSatisfy({
                !$0.isEmpty && $0.allSatisfy { Int(String($0), radix: radix) != nil && $0 != "+" && $0 != "-" }
            })
        else {
            return nil
        }
        return groups.joined()
    }

    private static func hasLeadingZero(_ digits: String) -> Bool { digits.count > 1 && digits.hasPrefix("0") }
}

/// Dates and times (RFC 3339) as TOML allows them.
enum TOMLDate {
    static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(bytes[0..<4]),
            let month = number(bytes[5..<7]), let day = number(bytes[8..<10]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// A date, a time, or both, the last with or without an offset.
    static func isValid(_ text: String) -> Bool {
        if isDate(text) || isTime(Array(text.utf8)[...]) { return true }
        let bytes = Array(text.utf8)
        guard bytes.count > 11, isDate(String(decoding: bytes[..<10], as: UTF8.self)),
            [0x54, 0x74, 0x20].contains(bytes[10])
        else {
            return false
        }
        var time = bytes[11...]
        if time.last == 0x5A || time.last == 0x7A {
            time = time.dropLast()
        } else if case let sign = time.endIndex - 6, sign > time.startIndex, time[sign] == 0x2B || time[sign] == 0x2D {
            guard time[sign + 3] == 0x3A, let hour = number(time[(sign + 1)...(sign + 2)]), hour < 24,
                let minute = number(time[(sign + 4)...(sign + 5)]), minute < 60
            else { return false }
            time = time[..<sign]
        }
        return isTime(time)
    }

    /// `07:32:00` with or without a fraction.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count >= 8, bytes[2] == 0x3A, bytes[5] == 0x3A, let hour = number(bytes[0..<2]), hour < 24,
            let minute = number(bytes[3..<5]), minute < 60, let second = number(bytes[6..<8]), second <= 60
        else { return false }
        if bytes.count == 8 { return true }
        return bytes[8] == 0x2E && bytes.count > 9 && bytes[9...].allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
