// git's wildcard matching (wildmatch.c), byte by byte with its peculiarities. Does not know of ignore files.
//
// Not the language's own globs: here `?` is one byte, `[[:alpha:]]` is a class, and a broken `[` matches nothing.

/// Matches a pattern with a text the way git does.
enum GitWildcard {
    /// - Parameter acrossSlashes: whether `*`, `?` and `[...]` match `/`.
    static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>, acrossSlashes: Bool) -> Bool {
        var memory = Memory(pattern, text)
        return match(pattern, 0, text, 0, acrossSlashes, &memory) == .yes
    }

    /// What was found out about the rest of a pattern at a place of the text. Without it the work doubles with every
    /// `**/`, as it does in git.
    private struct Memory {
        /// Nil where there are too few of them to be worth it.
        private var answers: [Int: Answer]?
        private let width: Int

        init(_ pattern: Span<UInt8>, _ text: Span<UInt8>) {
            var stars = 0
            var index = 1
            while index < pattern.count {
                if pattern[index] == UInt8(ascii: "*"), pattern[index - 1] == UInt8(ascii: "*") { stars += 1 }
                index += 1
            }
            width = text.count + 1
            answers = stars > 2 ? [:] : nil
        }

        subscript(pattern: Int, text: Int) -> Answer? {
            get { answers?[pattern * width + text] }
            set { answers?[pattern * width + text] = newValue }
        }
    }

    private enum Answer {
        case yes, no
        /// No other choice for an earlier `*` can help.
        case never
        /// Only another choice for an earlier `**` can help.
        case notBeforeDeep
    }

    private static func match(
        _ pattern: Span<UInt8>, _ patternStart: Int, _ text: Span<UInt8>, _ textStart: Int, _ acrossSlashes: Bool,
        _ memory: inout Memory
    ) -> Answer {
        if let known = memory[patternStart, textStart] { return known }
        let answer = newMatch(pattern, patternStart, text, textStart, acrossSlashes, &memory)
        memory[patternStart, textStart] = answer
        return answer
    }

    private static func newMatch(
        _ pattern: Span<UInt8>, _ patternStart: Int, _ text: Span<UInt8>, _ textStart: Int, _ acrossSlashes: Bool,
        _ memory: inout Memory
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
                        if pattern.at(p) == slash,
                            match(pattern, p + 1, text, t, acrossSlashes, &memory) == .yes
                        {
                            return .yes
                        }
                        crosses = true
                    }
                }
                if p == pattern.count { return crosses || !text.contains(slash, from: t) ? .yes : .no }
                if !crosses, pattern[p] == slash {
                    while t < text.count, text[t] != slash { t += 1 }
                    if t == text.count { return .no }
                    break
                }
                return afterStar(pattern, p, text, t, crosses: crosses, acrossSlashes, &memory)
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
        _ pattern: Span<UInt8>, _ p: Int, _ text: Span<UInt8>, _ textStart: Int, crosses: Bool, _ acrossSlashes: Bool,
        _ memory: inout Memory
    ) -> Answer {
        var t = textStart
        while t < text.count {
            switch match(pattern, p, text, t, acrossSlashes, &memory) {
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
