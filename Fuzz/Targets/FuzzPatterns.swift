// Any lines as path patterns and ignore rules. What patterns find by walking is what they match one by one.

import Patterns
import Vocabulary

/// The first line is a path; the others are patterns, and lines of an ignore file.
func fuzzPatterns(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(12)
    guard let first = lines.first else { return }
    let path = String(decoding: first, as: UTF8.self)
    let patterns = lines.dropFirst().compactMap { try? Pattern(String(decoding: $0, as: UTF8.self)) }
    for pattern in patterns {
        if pattern.matches(path) { checkMatch(of: pattern, path) }
        for other in patterns {
            require(pattern.canMeet(other) == other.canMeet(pattern), "meeting depends on who is asked")
        }
    }
    let set = PatternSet(patterns)
    for found in set.expand(in: FuzzDirectory(), ignoring: nil) {
        require(set.matches(found), "found by a walk and not matched: \(found)")
    }
    var rules = IgnoreRules()
    rules.add(bytes, in: "")
    _ = rules.isIgnored(path, isDirectory: false)
}

private func checkMatch(of pattern: Pattern, _ path: String) {
    require(pattern.canMeet(Pattern(literal: path)), "\(pattern) matches \(path) and does not meet it")
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for depth in 1..<max(1, parts.count) {
        let directory = parts[..<depth].joined(separator: "/")
        require(pattern.couldMatchBeneath(directory), "\(pattern) matches \(path), which a walk would pass by")
    }
}
