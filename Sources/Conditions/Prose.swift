// How patterns, numbers, lines and values are written in messages. Decides nothing.

import Vocabulary

enum Prose {
    /// Lines of findings before the rest is only counted.
    static let shown = 10

    /// `"a", "b"`.
    static func quoted(_ texts: [String]) -> String {
        texts.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    /// `1 line`, `2 lines`.
    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// The first ones, and how many more there are.
    static func limited(_ lines: [String], total: Int? = nil) -> [String] {
        let total = total ?? lines.count
        let first = Array(lines.prefix(shown))
        return total > first.count ? first + ["… and \(total - first.count) more"] : first
    }

    /// `path:12: text`, the text without blanks around it and its line ending.
    static func place(_ path: String, _ line: Int, _ text: ArraySlice<UInt8>) -> String {
        let end = text.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? text.startIndex
        return "\(path):\(line): \(excerpt(text[..<end]))"
    }

    /// Fit for a terminal: no control characters, no endless lines.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        let limit = 160
        // Four bytes are the most that a character takes.
        let scalars = String(decoding: bytes.drop { isBlank($0) }.prefix(limit * 4 + 4), as: UTF8.self).unicodeScalars
        var text = String.UnicodeScalarView()
        for scalar in scalars.prefix(limit) {
            text.append(scalar == "\t" ? " " : scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar)
        }
        while let last = text.last, last == " " { text.removeLast() }
        return String(text) + (scalars.count > limit ? "…" : "")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func scalar(_ scalar: Scalar) -> String {
        switch scalar {
        case .string(let text): "\"\(excerpt(text.utf8.flatMap { $0 == 0x0A ? Array("\\n".utf8) : [$0] }))\""
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .boolean(let flag): String(flag)
        case .null: "null"
        }
    }

    /// `at least 3`, `exactly 2`, `at least 1 and at most 5`.
    static func bounds(_ bounds: CountBounds) -> String {
        var limits: [String] = []
        if let number = bounds.equals { limits.append("exactly \(number)") }
        if let number = bounds.atLeast { limits.append("at least \(number)") }
        if let number = bounds.atMost { limits.append("at most \(number)") }
        return limits.joined(separator: " and ")
    }
}

extension CountBounds {
    func contains(_ count: Int) -> Bool {
        count >= atLeast ?? .min && count <= atMost ?? .max && count == equals ?? count
    }
}
