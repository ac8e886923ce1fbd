// The dialect of regular expressions: which lines are found, and the exact words for what cannot be read.

import Testing

@testable import Conditions

@Suite struct LineExpressionTests {
    @Test(arguments: [
        ("pg_advisory_lock|time\\.sleep", ["time.sleep(1)", "x pg_advisory_lock"], ["time_sleep", ""]),
        ("^a+b$", ["ab", "aab"], ["xab", "abx"]),
        ("\\d{2,3}", ["x12"], ["d", "1"]),
        ("[\\d.]+x", ["1.x"], ["dx", "\\x"]),
        ("\\bfoo\\b", ["a foo b", "foo"], ["foobar", "éfoo"]),
        ("\\Bo", ["foo"], ["o"]),
        ("a\\sb", ["a b", "a\tb"], ["asb"]),
        ("[\\s,]b", ["a b", "a,b"], ["asb"]),
        ("\\w\\W", ["a-"], ["ab"]),
        ("[^\\w]", ["-"], ["a_1"]),
        ("\\Dx", ["ax"], ["1x"]),
        ("(?:ab){2}", ["abab"], ["ab"]),
        ("a.*?b", ["axxb"], ["a"]),
        ("a{1,2}?b", ["ab"], ["b"]),
        ("(?i)readme", ["README"], ["REDME"]),
        ("a{b}", ["a{b}"], ["ab"]),
        ("\\$\\{x\\}", ["${x}"], ["x"]),
        ("\\/\\'\\<\\-", ["/'<-"], ["/'-"]),
        ("\\x41\\u00e9", ["Aé"], ["x41"]),
        ("a\\tb", ["a\tb"], ["atb"]),
        ("[]a]x", ["]x", "ax"], ["bx"]),
        ("[\\]\\-\\\\]x", ["]x", "-x", "\\x"], ["ax"]),
        ("[a^-]x", ["^x", "-x", "ax"], ["bx"]),
        ("[\\^]x", ["^x"], ["ax"]),
        ("[\\^-]x", ["^x", "-x"], ["ax"]),
        ("[^\\^]x", ["ax"], ["^x"]),
        ("[[]x", ["[x"], ["ax"]),
        ("[[:alpha:]_]x", ["ax", "_x", "éx"], ["1x"]),
        ("^[äö]$", ["ä", "ö"], ["a", "ü"]),
        ("^.$", ["ä", "a"], ["ab"]),
        ("ä+", ["ää"], ["a"]),
    ])
    func finds(expression: String, yes: [String], no: [String]) throws {
        let compiled = try LineExpression(expression)
        for line in yes { #expect(compiled.finds(line), "/\(expression)/ should be found in \(line)") }
        for line in no { #expect(!compiled.finds(line), "/\(expression)/ should not be found in \(line)") }
    }

    @Test func linesAreNumberedAndEndBeforeTheirLineEnding() throws {
        var found: [String] = []
        let text = Array("ab\r\n\nb\nxb".utf8)
        try LineExpression("b$").forEachMatch(in: text) { line, range in
            found.append("\(line): \(String(decoding: text[range], as: UTF8.self))")
            return true
        }
        #expect(found == ["1: ab", "3: b", "4: xb"])
        #expect(Lines.count(text) == 4)
        #expect(Lines.count([]) == 0)
        #expect(Lines.count([0x0A]) == 1)
    }

    @Test func theSearchEndsWhenEnoughWasFound() throws {
        var count = 0
        try LineExpression("a").forEachMatch(in: Array("a\na\na\n".utf8)) { _, _ in
            count += 1
            return count < 2
        }
        #expect(count == 2)
    }

    @Test(
        arguments: [
            ("", 0, "an empty expression", "write `.` for any line with text"),
            ("a(b", 1, "`(` without `)`", "write `\\(` for the character"),
            ("(a)b)", 4, "`)` without `(`", "write `\\)` for the character"),
            ("é[ab", 2, "`[` without `]`", "write `\\[` for the character"),
            ("[z-a]", 0, "`[...]` has a range that runs backwards", "write the smaller character first"),
            ("[a-\\d]", 0, "`[...]` has a range that ends with a class", "write `\\-` for the character"),
            ("[[:nope:]]", nil, "`[:...:]` names a class that does not exist", nil),
            ("x[\\W]", 1, "`\\W` cannot stand inside `[...]`", "write two alternatives, as in `(\\W|[…])`"),
            (
                "*a", nil, "nothing to repeat before `*`, `+`, `?` or `{`",
                "write `\\*` for the character, `.*` for any text"
            ),
            ("a{3,2}", nil, "`{...}` is not a number of repetitions", nil),
            ("(a{9}b{9}){400}", 10, "repetitions that come to more than 5000 characters", "use `*`"),
            ("((a{1,99}){1,99}){1,99}", 10, "repetitions that come to more than 5000 characters", "use `*`"),
            ("((){1,99}){1,99}", 10, "repetitions that come to more than 5000 characters", "use `*`"),
            ("xa{99999999999999999999}", 2, "repetitions that come to more than 5000 characters", "use `*`"),
            ("a{99999999999999999999}", 1, "repetitions that come to more than 5000 characters", "use `*`"),
            (
                "a" + String(repeating: "+", count: 60), 13, "repetitions that come to more than 5000 characters",
                "use `*`"
            ),
            ("a(?=b)", 1, "look-around `(?…)` is not supported", "use `match` and `no-match` together"),
            ("a(?i)b", 1, "`(?i)` can only stand at the start", "move it to the start"),
            ("(?P<n>a)", 0, "this kind of group is not supported", "write `(…)` or `(?:…)`"),
            ("(a)\\1", 3, "back-references are not supported", "spell the text out"),
            ("a\\Z", 1, "`\\Z` is not supported", "write `^` and `$`: lines are looked at one by one"),
            ("a\\n", 1, "`\\n` never matches: lines are looked at one by one, without their ends", "use `^` and `$`"),
            ("\\xg1", 0, "`\\x` needs 2 hexadecimal digits of a character", nil),
            ("\\y", 0, "`\\y` has no meaning", "write `\\\\` for a backslash"),
            ("a\\", 1, "a `\\` at the end, with nothing to escape", "write `\\\\` for the character"),
            ("a\0", nil, "a NUL character cannot stand in an expression", nil),
        ] as [(String, Int?, String, String?)])
    func mistakes(expression: String, offset: Int?, message: String, hint: String?) {
        #expect(throws: ExpressionError(at: offset, message, hint: hint)) { try LineExpression(expression) }
    }
}

extension LineExpression {
    fileprivate func finds(_ line: String) -> Bool {
        var found = false
        forEachMatch(in: Array((line + "\n").utf8)) { _, _ in
            found = true
            return false
        }
        return found
    }
}

@Suite struct ValuePathTests {
    @Test(
        arguments: [
            ("tool.pytest.ini_options", [.key("tool"), .key("pytest"), .key("ini_options")]),
            ("\"a.b\".'c d'", [.key("a.b"), .key("c d")]),
            ("a[0][12].b-c", [.key("a"), .index(0), .index(12), .key("b-c")]),
            ("[1]", [.index(1)]),
        ] as [(String, [ValuePath.Step])])
    func steps(text: String, steps: [ValuePath.Step]) throws {
        #expect(try ValuePath(text).steps == steps)
    }

    @Test(
        arguments: [
            ("", 0, "an empty path", "write the keys, as in `tool.name`"),
            ("a..b", 2, "expected a key here", "write the keys with one `.` between them"),
            ("a.", 2, "expected a key here", "write the keys with one `.` between them"),
            ("a[x]", 1, "`[` without a number and `]`", "write `[0]` for the first item"),
            ("a[0", 1, "`[` without a number and `]`", "write `[0]` for the first item"),
            ("a[0]b", 4, "expected `.` or `[` here", "quote keys that hold other characters: `\"a.b\"`"),
            ("é.\"b", 3, "this quote is never closed", nil),
        ] as [(String, Int, String, String?)])
    func mistakes(text: String, offset: Int, message: String, hint: String?) {
        #expect(throws: ExpressionError(at: offset, message, hint: hint)) { try ValuePath(text) }
    }
}
