// Gets past syntax errors by blanking the lines they stand on, so that one reading shows most of what is wrong.

internal import Vocabulary

/// Reads a text again and again, each time without the lines that could not be read.
struct Recovery {
    private static let mostAttempts = 20

    private let source: SourceID
    private let original: [UInt8]
    private var text: CheckedText
    private var problems: [Problem]
    private var isDamaged: Bool

    init(bytes: [UInt8], source: SourceID) {
        self.source = source
        original = bytes
        text = CheckedText(bytes.count < Int(Int32.max) ? bytes : [])
        problems = bytes.count < Int(Int32.max) ? text.problems : [Problem(.tooLarge, at: 0, length: 0)]
        isDamaged = !problems.isEmpty
    }

    mutating func parse() -> (document: YAMLDocument, diagnostics: [Diagnostic]) {
        var arena = readOnce()
        var attempts = 1
        while let unreadable = arena.again, attempts < Self.mostAttempts {
            for range in unreadable { text.blank(range) }
            arena = readOnce()
            attempts += 1
        }
        let hasRoot = !arena.arena.records.isEmpty
        return (
            YAMLDocument(root: hasRoot ? YAMLNode(arena.arena, 0) : nil, isDamaged: isDamaged),
            problems.map { $0.diagnostic(in: original, source: source) }
        )
    }

    /// Reads the text as it is now; `again` is what to blank before another attempt, nil when that is pointless.
    private mutating func readOnce() -> (arena: Arena, again: [Range<Int>]?) {
        let (arena, found) = EventReader.read(text, source: source)
        guard var problem = found else { return (arena, nil) }
        isDamaged = true
        // An error at or before the last one was brought about by what was blanked, and would only confuse.
        if let last = problems.last(where: \.isSyntax), problem.place <= last.place { return (arena, nil) }
        let ranges = lines(of: problem)
        if problem.isTab { problem.kind = .tab(otherLines: ranges.count - 1) }
        problems.append(problem)
        return (arena, ranges.isEmpty ? nil : ranges)
    }

    /// What to blank to get past a problem; nothing when there is no getting past it.
    private func lines(of problem: Problem) -> [Range<Int>] {
        switch problem.kind {
        case .tab:
            return linesWithTabs(from: problem.offset)
        case .undefinedAlias, .aliasInsideItself:
            return [problem.offset..<problem.offset + problem.length]
        case .syntax:
            return block(at: problem.place).map { [$0] } ?? []
        default:
            return []
        }
    }

    /// The line of an offset, and all lines after it whose indentation contains a tab.
    private func linesWithTabs(from offset: Int) -> [Range<Int>] {
        var start = lineStart(of: offset)
        var found = [start..<lineEnd(from: start)]
        start = found[0].upperBound
        while start < text.bytes.count {
            let end = lineEnd(from: start)
            let space = start + indentation(at: start)
            if space < end, text.bytes[space] == UInt8(ascii: "\t") { found.append(start..<end) }
            start = end
        }
        return found
    }

    /// The line of an offset and the lines below it that are indented deeper.
    private func block(at offset: Int) -> Range<Int>? {
        let bytes = text.bytes
        let start = lineStart(of: offset)
        let indentation = self.indentation(at: start)
        var end = lineEnd(from: start)
        while end < bytes.count {
            let next = self.indentation(at: end)
            guard end + next < bytes.count, bytes[end + next] == UInt8(ascii: "\n") || next > indentation else { break }
            end = lineEnd(from: end)
        }
        return start < end ? start..<end : nil
    }

    private func indentation(at start: Int) -> Int {
        var end = start
        while end < text.bytes.count, text.bytes[end] == UInt8(ascii: " ") { end += 1 }
        return end - start
    }

    private func lineStart(of offset: Int) -> Int {
        var start = min(offset, text.bytes.count)
        while start > 0, text.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    private func lineEnd(from start: Int) -> Int {
        var end = start
        while end < text.bytes.count, text.bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return min(end + 1, text.bytes.count)
    }
}
