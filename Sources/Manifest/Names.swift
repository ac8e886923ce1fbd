// Which texts can be names. Does not know what they name.

enum Names {
    /// What stands in hints about names of tasks, groups, services and pools.
    static let rule = "names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _"

    /// First words of `${{ }}` that are not variables.
    static let reserved: Set<String> = [
        "args", "env", "file", "item", "matrix", "repeat", "root", "self", "service", "table", "task", "vars",
    ]

    /// Why a text cannot name a task, a group, a service, a pool, a metric or a gate; nil when it can.
    static func objection(to name: String) -> String? {
        guard let first = name.unicodeScalars.first else { return "it is empty" }
        for scalar in name.unicodeScalars where !isWord(scalar) && !"-.+:@".unicodeScalars.contains(scalar) {
            return "it contains \(scalar.properties.isWhitespace ? "a blank" : "\"\(scalar)\"")"
        }
        return isWord(first) ? nil : "it begins with \"\(first)\""
    }

    /// The name of an environment variable.
    static func isVariable(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, !(0x30...0x39).contains(first) else { return false }
        return bytes.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            return byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.isDiacritic
    }

    /// A character of a name inside `${{ }}`, apart from the dots between its parts.
    static func isReferenceCharacter(_ scalar: Unicode.Scalar) -> Bool {
        isWord(scalar) || "-+:@/[]*".unicodeScalars.contains(scalar)
    }
}
