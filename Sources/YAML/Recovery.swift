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
        while let unfinished = arena.again, attempts < Self.mostAttempts {
            text.blank(unfinished)
            arena = readOnce()
            attempts += 1
        }
        let hasRoot = !arena.arena.records.isEmpty
        return (
            YAMLDocument(root: hasRoot ? YAMLNode(arena.arena, 0) : nil, isDamaged: isDamaged),
            problems.map { $0.diagnostic(in: original, source: source) }
        )
    }

    /// Reads the text as it is now; `again` is the range to blank before another attempt, nil when that is pointless.
    private mutating func readOnce() -> (arena: Arena, again: Range<Int>?) {
        let (arena, problem) = EventReader.read(text, source: source)
        guard let problem else { return (arena, nil) }
        let isFirst = !isDamaged
        isDamaged = true
        // An error that stands before the last one, or that a blanked line brought about, would only confuse.
        if let last = problems.last(where: \.isSyntax), problem.offset <= last.offset { return (arena, nil) }
        if !isFirst, case .syntax = problem.kind, problems.contains(where: \.isTab) { return (arena, nil) }
        problems.append(problem)
        return (arena, lines(of: problem))
    }

    /// What to blank to get past a problem; nil when there is no getting past it.
    private func lines(of problem: Problem) -> Range<Int>? {
        switch problem.kind {
        case .tab:
            var end = problem.offset
            while end < text.bytes.count, text.bytes[end] == UInt8(ascii: "\t") || text.bytes[end] == UInt8(ascii: " ") { end += 1 }
            return problem.offset..<end
        case .undefinedAlias, .aliasInsideItself:
            return problem.offset..<problem.offset + problem.length
        case .syntax:
            return block(at: problem.isUnclosed ? problem.contextOffset ?? problem.offset : problem.offset)
        default:
            return nil
        }
    }

    /// The line of an offset and the lines below it that are indented deeper.
    private func block(at offset: Int) -> Range<Int>? {
        let bytes = text.bytes
        var start = min(offset, bytes.count)
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
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

    private func lineEnd(from start: Int) -> Int {
        var end = start
        while end < text.bytes.count, text.bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return min(end + 1, text.bytes.count)
    }
}
