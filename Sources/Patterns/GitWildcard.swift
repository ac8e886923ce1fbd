// git's wildcard matching (wildmatch.c), byte by byte with its peculiarities. Does not know of ignore files.
//
// Not the language's own globs: here `?` is one byte, `[[:alpha:]]` is a class, and a broken `[` matches nothing.

/// Matches a pattern with a text the way git does.
enum GitWildcard {
    /// - Parameter acrossSlashes: whether `*`, `?` and `[...]` match `/`.
    static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>, acrossSlashes: Bool) -> Bool {
        match(pattern, 0, text, 0, acrossSlashes) == .yes
    }

    private enum Answer {
        case yes, no
        /// No other choice for an earlier `*` can help.
        case never
        /// Only another choice for an earlier `**` can help.
        case notBeforeDeep
    }

    private static func match(
        _ pattern: Span<UInt8>, _ patternStart: Int, _ text: Span<UInt8>, _ textStart: Int, _ acrossSlashes: Bool
    ) -> Answer {
        var p = patternStart
        var t = textStart
        while p < pattern.count {
            let byte = pattern[p]
            if t >= text.count, byte != UInt8(ascii: "*") { return .never }
            switch byte {
            case UInt8(ascii: "?"):
                if !acrossSlashes, text[t] == slash { return .no }
            case UInt8(ascii: "*"):
                let isFirst = p == 0 || pattern[p - 1] == slash
                var crosses = acrossSlashes
                p += 1
                if pattern.at(p) == UInt8(ascii: "*") {
                    while pattern.at(p) == UInt8(ascii: "*") { p += 1 }
                    let isLast =
                        p == pattern.count || pattern[p] == slash
                        || (pattern[p] == UInt8(ascii: "\\") && pattern.at(p + 1) == slash)
                    if !acrossSlashes, isFirst, isLast {
                        // `**/` may stand for nothing.
                        if pattern.at(p) == slash, match(pattern, p + 1, text, t, acrossSlashes) == .yes { return .yes }
                        crosses = true
                    }
                }
                if p == pattern.count { return crosses || !text.contains(slash, from: t) ? .yes : .no }
                if !crosses, pattern[p] == slash {
                    while t < text.count, text[t] != slash { t += 1 }
                    if t == text.count { return .no }
                    break
                }
                return afterStar(pattern, p, text, t, crosses: crosses, acrossSlashes)
            case UInt8(ascii: "["):
                guard let (contains, next) = GitCharacterClass.test(pattern, p, text[t]) else { return .never }
                if !contains || (!acrossSlashes && text[t] == slash) { return .no }
                p = next
                t += 1
                continue
            default:
                if byte == UInt8(ascii: "\\") { p += 1 }
                if p >= pattern.count || text[t] != pattern[p] { return .no }
            }
            p += 1
            t += 1
        }
        return t < text.count ? .no : .yes
    }

    /// Tries the rest of the pattern at every place where the star may end.
    private static func afterStar(
        _ pattern: Span<UInt8>, _ p: Int, _ text: Span<UInt8>, _ textStart: Int, crosses: Bool, _ acrossSlashes: Bool
    ) -> Answer {
        var t = textStart
        while t < text.count {
            switch match(pattern, p, text, t, acrossSlashes) {
            case .yes: return .yes
            case .never: return .never
            case .notBeforeDeep: if !crosses { return .notBeforeDeep }
            case .no: if !crosses, text[t] == slash { return .notBeforeDeep }
            }
            t += 1
        }
        return .never
    }

    private static let slash = UInt8(ascii: "/")
}

extension Span<UInt8> {
    /// The byte at an index; NUL past the end, as in a C string.
    func at(_ index: Int) -> UInt8 { index < count ? self[index] : 0 }

    fileprivate func contains(_ byte: UInt8, from start: Int) -> Bool {
        var index = start
        while index < count {
            if self[index] == byte { return true }
            index += 1
        }
        return false
    }
}
