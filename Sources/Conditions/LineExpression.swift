// A compiled regular expression that is looked for in single lines. Does not know of files.

import Glibc

/// A regular expression of `ensure`, found anywhere in a line.
///
/// The dialect is what POSIX extended expressions and the usual languages have in common:
///
/// | written | meaning |
/// |---|---|
/// | `.` `[a-z]` `[^a]` `[[:alpha:]]` | one character |
/// | `\d` `\s` `\w` and `\D` `\S` `\W` | a digit, blank, letter, digit or `_`; or none; in `[...]` too |
/// | `\t` `\xHH` `\uHHHH` | that character; `\` before punctuation takes its meaning away |
/// | `^` `$` `\b` `\B` | start and end of the line, at or not at the edge of a word |
/// | `*` `+` `?` `{2,3}` | how often; a `?` behind, for "as few as possible", changes nothing here |
/// | `(…)` `(?:…)` `\|` | group, either |
/// | `(?i)` at the start | letters match in both cases |
///
/// There is no look-around and no back-reference. A character is one of UTF-8. The work is done by the C library's
/// `regexec`, which reads hundreds of megabytes a second where Swift's `Regex` reads less than ten.
public final class LineExpression {
    /// As it was written.
    public let text: String
    private var compiled = regex_t()

    public init(_ text: String) throws(ExpressionError) {
        self.text = text
        let translated = try ExpressionTranslator.translate(text)
        guard !translated.posix.utf8.contains(0) else {
            throw ExpressionError(at: nil, "a NUL character cannot stand in an expression")
        }
        let flags = REG_EXTENDED | REG_NOSUB | (translated.ignoresCase ? REG_ICASE : 0)
        let code = UTF8Locale.use { regcomp(&compiled, translated.posix, flags) }
        guard code == 0 else {
            throw ExpressionError(at: nil, LineExpression.reason(code), hint: LineExpression.hint(code))
        }
    }

    deinit {
        // After a failed `regcomp` there is nothing to free, and freeing nothing does no harm.
        regfree(&compiled)
    }

    /// The lines in which the expression is found, numbered from 1, until the closure returns false.
    func forEachMatch(in bytes: [UInt8], _ body: (_ line: Int, _ text: Range<Int>) -> Bool) {
        UTF8Locale.use {
            bytes.withUnsafeBytes { buffer in
                for (number, line) in Lines(buffer).enumerated() where matches(buffer, line) {
                    guard body(number + 1, line) else { return }
                }
            }
        }
    }

    /// Whether a line of the text matches.
    public func isFound(in bytes: [UInt8]) -> Bool {
        var isFound = false
        forEachMatch(in: bytes) { _, _ in
            isFound = true
            return false
        }
        return isFound
    }

    private func matches(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) -> Bool {
        guard let start = buffer.baseAddress else { return false }
        var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(line.count))
        let text = (start + line.lowerBound).assumingMemoryBound(to: CChar.self)
        return regexec(&compiled, text, 1, &range, REG_STARTEND) == 0
    }

    /// The messages of the C library are terse; these say what was meant.
    private static func reason(_ code: Int32) -> String {
        switch reg_errcode_t(rawValue: code) {
        case _REG_EBRACE, _REG_BADBR: "`{...}` is not a number of repetitions"
        case _REG_BADRPT: "nothing to repeat before `*`, `+`, `?` or `{`"
        case _REG_ECTYPE: "`[:...:]` names a class that does not exist"
        default: "the expression cannot be compiled"
        }
    }

    private static func hint(_ code: Int32) -> String? {
        switch reg_errcode_t(rawValue: code) {
        case _REG_BADRPT: "write `\\*` for the character, `.*` for any text"
        default: nil
        }
    }
}

/// The locale in which a character is one of UTF-8, whatever the user's is.
private enum UTF8Locale {
    /// Made once, never changed. Nil where the C library has no such locale: then a character is a byte.
    private nonisolated(unsafe) static let locale: locale_t? = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

    static func use<Result>(_ body: () -> Result) -> Result {
        guard let locale else { return body() }
        let before = uselocale(locale)
        defer { uselocale(before) }
        return body()
    }
}
