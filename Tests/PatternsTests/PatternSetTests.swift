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

    @Test func whatIsWrittenOutStaysUnlessItsExcludeIsWrittenOutToo() throws {
        let one = try PatternSet(["t/a_test.py", "**/*.py", "!**/*_test.py"])
        #expect(["t/a_test.py", "t/b_test.py", "t/conftest.py"].map(one.matches) == [true, false, true])
        #expect(["t/a_test.py", "t/b_test.py"].map(one.isExcluded) == [false, true])
        let others = try PatternSet(["gen/a.c", "gen/b.c", "lib", "!gen", "!lib/*"])
        #expect(["gen/a.c", "lib", "lib/x"].map(others.matches) == [false, true, false])
        let escaped = try PatternSet(["\\[a].c", "!*.c"])
        #expect(["[a].c", "a.c"].map(escaped.matches) == [true, false])
        let absolute = try PatternSet(["/usr/a.h", "!/usr/*", "!a.h"], allowAbsolute: true)
        #expect(absolute.matches("/usr/a.h"))
    }

    @Test func whatStaysIsLookedForBeneathWhatIsExcluded() throws {
        let set = try PatternSet(["gen/x/a.c", "src/**", "!**/gen", "!src/b"])
        #expect(["", "gen", "gen/x"].map(set.couldMatchBeneath) == [true, true, true])
        #expect(["gen/y", "src/gen", "src/b"].map(set.couldMatchBeneath) == [false, false, false])
        #expect(try !PatternSet(["gen/a.c", "!gen"]).couldMatchBeneath("gen"))
    }

    @Test func whatIsRemovedDoesNotStayThoughItIsWrittenOut() throws {
        let set = try PatternSet(["a.c", "b.c", "*.h", "!c.h"]).removing([Pattern("a.*"), Pattern("d.h")])
        #expect(["a.c", "b.c", "b.h", "c.h", "d.h"].map(set.matches) == [false, true, true, false, false])
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
        (["src/a.c", "!src/*"], ["src/*"], true),
        (["src/a.c", "!src/*"], ["src/b.c"], false),
        (["src/a.c", "!src/*"], ["src/a.c", "!src"], false),
        (["src/a.c", "!src/a.c"], ["src/*"], false),
        ([], ["a"], false),
    ])
    func canMeet(left: [String], right: [String], expected: Bool) throws {
        #expect(try PatternSet(left).canMeet(PatternSet(right)) == expected)
        #expect(try PatternSet(right).canMeet(PatternSet(left)) == expected)
    }
}
