// What single patterns match, and the exact words for those that are none.

import Patterns
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("src", ["src", "src/a", "src/a/b.c"], ["srcs", "a/src", "sr", ""]),
        ("./src//a/", ["src/a", "src/a/b"], ["src", "src/ab"]),
        (".", ["", "a", "a/b"], []),
        ("*", ["a", ".hidden", "a/b"], []),
        ("*.c", ["a.c", ".c", "dir.c/x"], ["a.h", "a/b.c", "a.cc"]),
        ("src/*.c", ["src/a.c", "src/a.c/x"], ["src/a/b.c", "src", "a.c"]),
        ("**", ["a", "a/b/c"], []),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab"]),
        ("**/b", ["b", "a/b", "x/y/b", "b/c"], ["ab", "a/bc"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/x/b/c"], ["a", "b", "a/x"]),
        ("**/a/**/b", ["a/b", "x/a/y/b", "a/a/b"], ["a", "b/a"]),
        ("test_?.py", ["test_1.py", "test_ä.py"], ["test_.py", "test_12.py"]),
        ("[a-cx]y", ["ay", "cy", "xy"], ["dy", "y", "-y"]),
        ("[!a-c]", ["d", "ä", "."], ["a", "c", "dd"]),
        ("[^a]", ["b"], ["a"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[a-]", ["-", "a"], ["b"]),
        ("[\\]\\-]", ["]", "-"], ["\\"]),
        ("[ä-ü]", ["ö"], ["a", "Ö"]),
        ("{a,b/c}/d", ["a/d", "b/c/d", "a/d/e"], ["a", "c/d", "b/d"]),
        ("x{,.bak}", ["x", "x.bak"], ["x.", "xx"]),
        ("{a,b{c,d}}e", ["ae", "bce", "bde"], ["be", "abce"]),
        ("\\*\\{a\\}\\\\", ["*{a}\\"], ["x{a}\\", "*a"]),
        ("a,b}]", ["a,b}]"], ["a", "b"]),
        ("a*b*c", ["abc", "aXbYc", "abbcc", "abcabc"], ["acb", "ab", "abcd"]),
        ("*ab?", ["abx", "aabab!", "ab\u{e9}"], ["ab", "abxy"]),
        ("**/test_*.py", ["test_a.py", "a/b/test_.py"], ["a/test.py"]),
        ("...", ["..."], ["a..."]),
    ])
    func matches(text: String, yes: [String], no: [String]) throws {
        let pattern = try Pattern(text)
        for path in yes { #expect(pattern.matches(path), "\(text) should match \(path)") }
        for path in no { #expect(!pattern.matches(path), "\(text) should not match \(path)") }
    }

    @Test func absolutePatternsMatchAbsolutePathsOnly() throws {
        let pattern = try Pattern("/usr/include/**/*.h", allowAbsolute: true)
        #expect(pattern.isAbsolute)
        #expect(pattern.matches("/usr/include/sys/types.h"))
        #expect(!pattern.matches("usr/include/sys/types.h"))
        #expect(try !Pattern("usr", allowAbsolute: true).matches("/usr"))
        #expect(try !Pattern("usr").canMeet(Pattern("/usr", allowAbsolute: true)))
        #expect(try Pattern("/usr/*", allowAbsolute: true).canMeet(Pattern("/usr/include", allowAbsolute: true)))
    }

    @Test(
        arguments: [
            ("src/a.c", "src/a.c", "src/a.c"),
            ("./src/", "src", "src"),
            ("a\\*b", "a*b", "a*b"),
            (".", "", ""),
            ("src/**/*.c", nil, "src"),
            ("*.c", nil, ""),
            ("src/{a,b}/c", nil, "src"),
            ("{src/a,src/b}", nil, "src"),
            ("{src,lib}/x*", nil, ""),
            ("[a]b/c", nil, ""),
        ] as [(String, String?, String)])
    func literals(text: String, path: String?, prefix: String) throws {
        let pattern = try Pattern(text)
        #expect(pattern.literalPath == path)
        #expect(pattern.isLiteral == (path != nil))
        #expect(pattern.literalPrefix == prefix)
    }

    @Test(arguments: [
        ("src/*.c", ["", "src", "src/x.c", "src/x.c/y"], ["lib", "src/x"]),
        ("src/a/b", ["", "src", "src/a", "src/a/b/c"], ["src/b", "sr"]),
        ("**/x", ["a/b/c"], []),
        ("a/**/x", ["", "a", "a/b/c"], ["b"]),
    ])
    func couldMatchBeneath(text: String, yes: [String], no: [String]) throws {
        let pattern = try Pattern(text)
        for path in yes { #expect(pattern.couldMatchBeneath(path), "\(text) beneath \(path)") }
        for path in no { #expect(!pattern.couldMatchBeneath(path), "\(text) not beneath \(path)") }
    }

    @Test(
        arguments: [
            ("", 0, "an empty pattern", "write `.` for the whole directory"),
            ("a/[b", 2, "`[` without `]`", "write `[a-z]` for one of several characters, `\\[` for the character"),
            ("[]", 0, "`[` without `]`", "write `[a-z]` for one of several characters, `\\[` for the character"),
            ("[a-\\", 0, "`[` without `]`", "write `[a-z]` for one of several characters, `\\[` for the character"),
            (
                "[a/b]", 2, "a `/` inside `[...]`",
                "`[...]` stands for one character of a name; write `\\[` for the character"
            ),
            ("[z-a]", 0, "`[...]` has a range that runs backwards", "write the smaller character first"),
            (
                "[[:alpha:]]", 1, "`[:` starts a named class, which patterns do not have",
                "write the characters, as in `[a-zA-Z0-9]`"
            ),
            ("[!\u{1}-\u{10FFFF}]", 0, "`[...]` matches no character", nil),
            ("ä/{a,b", 3, "`{` without `}`", "write `{a,b}` for alternatives, `\\{` for the character"),
            (
                "a/../b", 2, "`..` leaves the directory that patterns are relative to",
                "set `dir` to a directory that holds all files"
            ),
            (
                "..", 0, "`..` leaves the directory that patterns are relative to",
                "set `dir` to a directory that holds all files"
            ),
            (
                "{a,..}/b", 3, "`..` leaves the directory that patterns are relative to",
                "set `dir` to a directory that holds all files"
            ),
            ("/etc", 0, "`/etc` is an absolute path", "write it relative to the task's directory"),
            ("a/***/b", 2, "`***` has no meaning", "write `*` for a name, `**` for any depth"),
            ("a/**.c", 2, "`**` must be a whole part of the path", "write `**/*.c` for files of any depth"),
            (
                "dir\\", 3, "a `\\` at the end, with nothing to escape",
                "write `\\\\` for a backslash, `/` between the parts of a path"
            ),
            ("a\0b", 1, "a NUL character", "no file name can hold one"),
            (
                "{a,b,c,d,e,f,g,h,i,j}{a,b,c,d,e,f,g,h,i,j}{a,b,c,d,e,f,g,h,i,j}{a,b}", 63,
                "more than 1000 alternatives",
                "use a wildcard, or several patterns"
            ),
            (String(repeating: "{", count: 9), 8, "`{` nested more than 8 deep", "write several patterns"),
            (String(repeating: "*/", count: 64), 0, "more than 63 parts", "use `**`"),
        ] as [(String, Int, String, String?)])
    func mistakes(text: String, offset: Int, message: String, hint: String?) {
        #expect(throws: PatternError(offset: offset, message, hint: hint)) { try Pattern(text) }
    }

    @Test func mixedAlternativesAreOneMistake() {
        let mistake = PatternError(
            offset: 0, "`{/usr,lib}/x` mixes absolute and relative paths", hint: "write two patterns")
        #expect(throws: mistake) { try Pattern("{/usr,lib}/x", allowAbsolute: true) }
    }

    @Test(arguments: [
        ("**/*.py", "out/app.whl", false),
        ("**/*.py", "out/app.py", true),
        ("**/*.py", "gen", true),
        ("**/*.py", ".venv", true),
        ("**/*.py", "gen.d/", true),
        ("**/*.py", "gen.d", false),
        ("gen.d/**/*.py", "gen.d", true),
        ("gen.d/a.c", "gen.d", true),
        ("gen.d", "gen.d", true),
        ("out", "out/app.whl", true),
        ("*.whl", "app.whl", true),
        ("a.c", "b.c", false),
        ("a*", "*b", true),
    ])
    func namesAreTakenAtTheirWord(left: String, right: String, expected: Bool) throws {
        let (first, second) = (try Pattern(left), try Pattern(right))
        #expect(first.isExpectedToMeet(second) == expected)
        #expect(second.isExpectedToMeet(first) == expected)
        #expect(!expected || first.canMeet(second))
    }
}
