// match, no-match and count of lines. Reads files, one after the other.

import Patterns
import Vocabulary

extension ConditionTree {
    func requireLines(_ expression: String, in files: [String]) throws(ConditionFailure) {
        var without: [String] = []
        var matched = 0
        try search(expression, in: files) { path, bytes, expression in
            matched += 1
            if !expression.isFound(in: bytes) {
                without.append("\(path): none of its \(Prose.count(Lines.count(bytes), "line")) does")
            }
        }
        if matched == 0 {
            throw ConditionFailure(
                "a line of \(Prose.quoted(files)) should match /\(expression)/, but no file is there",
                found: try patternSet(files).includes.map { whatIsMissing($0) })
        }
        guard without.isEmpty else {
            let amount =
                matched == 1 ? "the file has none" : "\(without.count) of \(Prose.count(matched, "file")) have none"
            throw ConditionFailure(
                "a line of \(Prose.quoted(files)) should match /\(expression)/, but \(amount)",
                found: Prose.limited(without))
        }
    }

    func forbidLines(_ expression: String, in files: [String]) throws(ConditionFailure) {
        let (places, _) = try matchingLines(expression, in: files)
        guard places.total > 0 else { return }
        throw ConditionFailure(
            "no line of \(Prose.quoted(files)) should match /\(expression)/, but \(places.total == 1 ? "1 does" : "\(places.total) do")",
            found: Prose.limited(places.first, total: places.total))
    }

    func requireLineCount(_ expression: String, in files: [String], _ bounds: CountBounds) throws(ConditionFailure) {
        let (places, counts) = try matchingLines(expression, in: files)
        guard !bounds.contains(places.total) else { return }
        // Too many: which ones they are. Too few: where they are.
        let isTooMany = places.total > bounds.equals ?? bounds.atMost ?? .max
        let amount = places.total == 1 ? "1 does" : "\(places.total) do"
        throw ConditionFailure(
            "\(Prose.bounds(bounds)) lines of \(Prose.quoted(files)) should match /\(expression)/, but \(amount)",
            found: isTooMany ? Prose.limited(places.first, total: places.total) : Prose.limited(counts))
    }

    /// The first places and how many there are in all; and how many each file has.
    private func matchingLines(
        _ expression: String, in files: [String]
    ) throws(ConditionFailure) -> (places: (first: [String], total: Int), counts: [String]) {
        var first: [String] = []
        var total = 0
        var counts: [String] = []
        try search(expression, in: files) { path, bytes, expression in
            var count = 0
            expression.forEachMatch(in: bytes) { line, range in
                if first.count < Prose.shown { first.append(Prose.place(path, line, bytes[range])) }
                count += 1
                return true
            }
            counts.append("\(path): \(Prose.count(count, "line"))")
            total += count
        }
        return ((first, total), counts)
    }

    /// Every file that matches, in order. A link that leads to no file is passed by.
    private func search(
        _ text: String, in files: [String], _ body: (String, [UInt8], LineExpression) -> Void
    ) throws(ConditionFailure) {
        let expression = try readable("regular expression", text) { () throws(ExpressionError) in
            try LineExpression(text)
        }
        for path in try patternSet(files).expand(in: self, ignoring: nil) {
            if let bytes = try content(of: path) { body(path, bytes, expression) }
        }
    }

    func content(of path: String) throws(ConditionFailure) -> [UInt8]? {
        do throws(UnreadableFile) { return try bytes(at: path) } catch {
            throw ConditionFailure("cannot read \(path): \(error.reason)")
        }
    }
}
