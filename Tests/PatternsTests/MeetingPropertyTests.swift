// `canMeet` and pruning against every path of a small world that is large enough for the patterns drawn.

import Patterns
import Testing

/// Paths to look through and patterns whose shortest common paths lie among them.
private struct SmallWorld: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let paths: [String]
    let pattern: @Sendable (inout SeededGenerator) -> String

    /// Single names over {a, b, c} of at most 6 letters; patterns of at most 3 tokens.
    static let names = SmallWorld(
        testDescription: "names", paths: sequences(of: ["a", "b", "c"], upTo: 6, separator: "")
    ) { random in
        let text = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            ["a", "b", "?", "[ab]", "[!a]", "*", "*"].randomElement(using: &random)!
        }.joined()
        return text.replacing("***", with: "*").replacing("**", with: "*")
    }

    /// Paths of at most 5 parts; patterns of at most 2 parts beside `**`. The names stand for all that these patterns can
    /// tell apart: `a`, `b`, another single character, anything longer.
    static let paths = SmallWorld(
        testDescription: "paths", paths: sequences(of: ["a", "b", "d", "dd"], upTo: 5, separator: "/")
    ) { random in
        var parts: [String] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            if Int.random(in: 0..<3, using: &random) == 0 { parts.append("**") }
            parts.append(["a", "b", "?", "[ab]", "[!a]", "*", "{a,b}", "{a,b/a}"].randomElement(using: &random)!)
        }
        if Int.random(in: 0..<4, using: &random) == 0 { parts.append("**") }
        return parts.joined(separator: "/")
    }

    private static func sequences(of items: [String], upTo length: Int, separator: String) -> [String] {
        var last = items
        var all = items
        for _ in 1..<length {
            last = last.flatMap { head in items.map { head + separator + $0 } }
            all += last
        }
        return all
    }
}

@Suite struct MeetingPropertyTests {
    /// Whether every run has this seed. What is drawn from any other one may all meet by chance, or not at all.
    private func isFixed(_ seed: UInt64) -> Bool { seed < 1000 }

    @Test(arguments: [SmallWorld.names, .paths], SeededGenerator.seeds)
    private func patternsMeetWhereAPathIsMatchedByBoth(world: SmallWorld, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var meetings = 0
        for _ in 0..<150 {
            let texts = (world.pattern(&random), world.pattern(&random))
            let (left, right) = (try Pattern(texts.0), try Pattern(texts.1))
            let expected = world.paths.contains { left.matches($0) && right.matches($0) }
            #expect(left.canMeet(right) == expected, "\(texts), seed \(seed)")
            #expect(right.canMeet(left) == expected, "\(texts), seed \(seed)")
            meetings += expected ? 1 : 0
        }
        #expect(!isFixed(seed) || (1..<150).contains(meetings), "the patterns drawn decide nothing, seed \(seed)")
    }

    @Test(arguments: [SmallWorld.names, .paths], SeededGenerator.seeds)
    private func setsMeetWhereAPathIsMatchedByBoth(world: SmallWorld, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var meetings = 0
        // Excludes can make the shortest common path longer: includes with `**` at the end would leave the world.
        func include() -> String {
            let text = world.pattern(&random)
            return text.hasSuffix("/**") ? String(text.dropLast(3)) : text
        }
        for _ in 0..<80 {
            let left = [include(), "!" + world.pattern(&random)]
            let right = [include(), "!" + world.pattern(&random)]
            let (leftSet, rightSet) = (try PatternSet(left), try PatternSet(right))
            let expected = world.paths.contains { leftSet.matches($0) && rightSet.matches($0) }
            #expect(leftSet.canMeet(rightSet) == expected, "\(left) and \(right), seed \(seed)")
            meetings += expected ? 1 : 0
        }
        #expect(!isFixed(seed) || (1..<80).contains(meetings), "the sets drawn decide nothing, seed \(seed)")
    }

    @Test(arguments: SeededGenerator.seeds)
    func walksOfSetsPassByOnlyWhatCannotMatch(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let written = ["a/b/dd", "b/dd", "d"]
        for _ in 0..<40 {
            let texts = [written.randomElement(using: &random)!, "!" + SmallWorld.paths.pattern(&random)]
            let set = try PatternSet(texts)
            for directory in ["a", "b", "d", "dd", "a/b", "b/dd"] where !set.couldMatchBeneath(directory) {
                let missed = SmallWorld.paths.paths.filter { $0.hasPrefix(directory + "/") && set.matches($0) }
                #expect(missed == [], "\(texts) beneath \(directory), seed \(seed)")
            }
        }
    }

    @Test(arguments: SeededGenerator.seeds)
    func walksPassByOnlyWhatCannotMatch(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let text = SmallWorld.paths.pattern(&random)
            let pattern = try Pattern(text)
            for directory in ["a", "b", "d", "dd", "a/b", "b/dd"] {
                let expected = SmallWorld.paths.paths.contains {
                    ($0 == directory || $0.hasPrefix(directory + "/")) && pattern.matches($0)
                }
                #expect(pattern.couldMatchBeneath(directory) == expected, "\(text) beneath \(directory), seed \(seed)")
            }
        }
    }
}
