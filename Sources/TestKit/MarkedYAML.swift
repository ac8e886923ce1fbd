// YAML fixtures with the expected diagnostics written below the lines they are about. Does not parse YAML.

public import Vocabulary

/// A source text in which every line that begins with `^` (after blanks) marks a diagnostic of the line above it.
///
///     build:
///       ned: [lint]
///       ^~~ error: unknown key "ned" in a task
///       ^ hint: did you mean "needs"?
///
/// A test takes the marks out, parses, puts the marks of what was found back in, and compares whole texts.
public struct MarkedYAML: Sendable {
    public let marked: String

    public init(_ marked: String) {
        self.marked = marked
    }

    /// The text without its marks.
    public var source: String {
        lines(of: marked).filter { !isMark($0) }.joined(separator: "\n")
    }

    /// This text's source with the marks of the diagnostics that were found in it.
    public func marking(_ diagnostics: [Diagnostic], in id: SourceID = SourceID(0)) -> String {
        Self.mark(source, with: diagnostics, in: id)
    }

    /// A text with a line of marks below every line that a diagnostic is about, in order of columns.
    public static func mark(_ text: String, with diagnostics: [Diagnostic], in id: SourceID = SourceID(0)) -> String {
        var map = SourceMap()
        for _ in 0...id.rawValue { _ = map.add(SourceText(path: "tasks.yaml", bytes: Array(text.utf8))) }
        var marks: [(line: Int, column: Int, text: String)] = []
        func mark(_ kind: String, _ message: String, at range: SourceRange?) {
            guard let range, range.source == id else { return marks.append((Int.max, 1, "^ \(kind): \(message)")) }
            let start = map.position(of: range.start, in: id)
            let end = map.position(of: range.end, in: id)
            let length = end.line == start.line ? end.column : map.line(start.line, of: id).unicodeScalars.count + 1
            let tildes = String(repeating: "~", count: max(0, length - start.column - 1))
            marks.append((start.line, start.column, "^\(tildes) \(kind): \(message)"))
        }
        for diagnostic in diagnostics {
            mark(diagnostic.severity.rawValue, diagnostic.message, at: diagnostic.range)
            if let hint = diagnostic.hint {
                let start = diagnostic.range.map { SourceRange(source: $0.source, start: $0.start, end: $0.start) }
                mark("hint", hint, at: start)
            }
            for note in diagnostic.notes { mark("note", note.message, at: note.range) }
        }
        let order = marks.indices.sorted {
            (marks[$0].line, marks[$0].column, $0) < (marks[$1].line, marks[$1].column, $1)
        }
        var result: [String] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            result.append(String(line))
            for index in order where marks[index].line == number + 1 { result.append(indented(marks[index])) }
        }
        for index in order where marks[index].line > lines.count { result.append(indented(marks[index])) }
        return result.joined(separator: "\n")
    }

    private static func indented(_ mark: (line: Int, column: Int, text: String)) -> String {
        String(repeating: " ", count: mark.column - 1) + mark.text
    }

    private func lines(of text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func isMark(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.hasPrefix("^")
    }
}
