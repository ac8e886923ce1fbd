// Includes and excludes, and the mistakes in lists of patterns.

import Patterns
import Testing

@Suite struct PatternSetTests {
    @Test func excludesAlwaysRemove() throws {
        let set = try PatternSet(["!src/gen", "src/**", "!**/*.tmp"])
        #expect(set.matches("src/a.c"))
        #expect(!set.matches("src/gen/a.c"))
        #expect(!set.matches("src/x/a.tmp"))
        #expect(!set.matches("lib/a.c"))
        #expect(set.couldMatchBeneath("src/x"))
        #expect(!set.couldMatchBeneath("src/gen/x"))
        #expect(!set.couldMatchBeneath("lib"))
    }

    @Test func anExclamationMarkCanBeEscaped() throws {
        #expect(try PatternSet(["\\!a"]).matches("!a"))
    }

    @Test func mistakesNameTheItemAndCountTheExclamationMark() {
        let mistake = PatternError(
            item: 2, offset: 3, "`[` without `]`",
            hint: "write `[a-z]` for one of several characters, `\\[` for the character")
        #expect(throws: mistake) { try PatternSet(["a", "b", "!a/[b"]) }
    }

    @Test(arguments: [
        (["src/**"], ["src/a.c"], true),
        (["src/**", "!src/gen/**"], ["src/gen/a.c"], false),
        (["src/**", "!src/gen/*.c"], ["src/gen/*"], true),
        (["src/**", "!src/gen/*"], ["src/gen/*"], false),
        (["**/*.c", "!gen"], ["gen/**/x.c", "!other"], false),
        (["*", "!a*", "!*a"], ["?"], true),
        (["*", "!a*", "![!a]*"], ["?"], false),
        (["*", "!?", "!??"], ["[ab]*"], true),
        (["{a,b}/*"], ["a/x", "!a"], false),
        (["{a,b}/*"], ["*/x", "!a"], true),
        (["a"], ["a/b", "!a/b/c"], true),
        ([], ["a"], false),
    ])
    func canMeet(left: [String], right: [String], expected: Bool) throws {
        #expect(try PatternSet(left).canMeet(PatternSet(right)) == expected)
        #expect(try PatternSet(right).canMeet(PatternSet(left)) == expected)
    }
}
