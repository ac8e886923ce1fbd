// `[...]` in the documented dialect to `[...]` as POSIX reads it, where a backslash is an ordinary character.

enum BracketTranslator {
    /// - Parameter start: the index of the `[`, `offset` bytes into the text.
    /// - Returns: the POSIX text and the index after the `]`.
    static func translate(
        _ scalars: [Unicode.Scalar], from start: Int, offset: Int
    ) throws(ExpressionError) -> (String, Int) {
        var index = start + 1
        let isInverted = index < scalars.count && scalars[index] == "^"
        if isInverted { index += 1 }
        var items = Items()
        let first = index
        while index < scalars.count, scalars[index] != "]" || index == first {
            if scalars[index] == "[", index + 1 < scalars.count, scalars[index + 1] == ":",
                let end = scalars[(index + 2)...].firstIndex(of: "]"), scalars[end - 1] == ":", end > index + 3
            {
                items.classes += String(String.UnicodeScalarView(scalars[index...end]))
                index = end + 1
                continue
            }
            guard let low = try member(scalars, &index, offset, &items) else { continue }
            if index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] != "]" {
                index += 1
                guard let high = try member(scalars, &index, offset, &items) else {
                    throw ExpressionError(
                        at: offset, "`[...]` has a range that ends with a class", hint: "write `\\-` for the character")
                }
                guard low <= high else {
                    throw ExpressionError(
                        at: offset, "`[...]` has a range that runs backwards", hint: "write the smaller character first"
                    )
                }
                items.ranges.append((low, high))
            } else {
                items.singles.append(low)
            }
        }
        guard index < scalars.count else {
            throw ExpressionError(at: offset, "`[` without `]`", hint: "write `\\[` for the character")
        }
        return (items.posix(isInverted: isInverted), index + 1)
    }

    /// One character; nil when it was an escape for a whole class, which is noted in `items`.
    private static func member(
        _ scalars: [Unicode.Scalar], _ index: inout Int, _ offset: Int, _ items: inout Items
    ) throws(ExpressionError) -> Unicode.Scalar? {
        let scalar = scalars[index]
        index += 1
        guard scalar == "\\", index < scalars.count else { return scalar }
        let letter = scalars[index]
        index += 1
        switch letter {
        case "d": items.classes += "0-9"
        case "s": items.classes += "[:space:]"
        case "w": items.classes += "[:alnum:]_"
        case "b": return "\u{08}"
        case "D", "S", "W":
            throw ExpressionError(
                at: offset, "`\\\(letter)` cannot stand inside `[...]`",
                hint: "write two alternatives, as in `(\\\(letter)|[…])`")
        default:
            let (character, next) = try CharacterEscape.read(letter, scalars, index, offset: offset)
            index = next
            return character
        }
        return nil
    }

    /// What a `[...]` holds, to be written in the order that POSIX understands.
    private struct Items {
        var classes = ""
        var ranges: [(Unicode.Scalar, Unicode.Scalar)] = []
        var singles: [Unicode.Scalar] = []

        /// `]` must come first, `-` last, `^` not first, `[` not before `.`, `:` or `=`.
        func posix(isInverted: Bool) -> String {
            var text = isInverted ? "[^" : "["
            if singles.contains("]") { text += "]" }
            for (low, high) in ranges { text += "\(low)-\(high)" }
            text += classes
            for single in singles where !"]-^[".unicodeScalars.contains(single) { text.unicodeScalars.append(single) }
            if singles.contains("[") { text += "[" }
            if singles.contains("^") {
                // Alone it would invert; `\^` outside of brackets is the same character.
                if text == "[" { return singles.contains("-") ? "[-^]" : "\\^" }
                text += "^"
            }
            if singles.contains("-") { text += "-" }
            return text + "]"
        }
    }
}
