// Diagnostics as plain text: location, headline, line with a caret, notes, hint. Does not know of colours or terminals.

extension Diagnostic {
    /// The text printed for this diagnostic, ending in a newline.
    ///
    ///     tasks.yaml:3:5: error: unknown key "ned" in task "build"
    ///       3 |     ned: [lint]
    ///         |     ^~~
    ///       hint: did you mean "needs"?
    public func text(in sources: SourceMap) -> String {
        var text = "\(prefix(range, in: sources))\(severity.rawValue): \(message)\n"
        if let range { text += excerpt(range, in: sources) }
        for note in notes {
            text += "\(prefix(note.range, in: sources))note: \(note.message)\n"
            if let range = note.range { text += excerpt(range, in: sources) }
        }
        if let hint { text += "  hint: \(hint)\n" }
        return text
    }

    private func prefix(_ range: SourceRange?, in sources: SourceMap) -> String {
        range.map { sources.label($0) + ": " } ?? ""
    }

    /// The line with a caret under the start of the range and tildes under the rest of it on that line.
    private func excerpt(_ range: SourceRange, in sources: SourceMap) -> String {
        let start = sources.position(of: range.start, in: range.source)
        let end = sources.position(of: range.end, in: range.source)
        let line = sources.line(start.line, of: range.source)
        let scalars = Array(line.unicodeScalars)
        let shown = String(String.UnicodeScalarView(scalars.map { $0 == "\t" ? " " : $0 }))
        let lastColumn = end.line == start.line ? end.column : scalars.count + 1
        let tildes = max(0, min(lastColumn, scalars.count + 1) - start.column - 1)
        let number = String(start.line)
        let gutter = String(repeating: " ", count: number.count)
        let caret = String(repeating: " ", count: start.column - 1) + "^" + String(repeating: "~", count: tildes)
        return "  \(number) | \(shown)\n  \(gutter) | \(caret)\n"
    }
}

extension Sequence<Diagnostic> {
    /// All of them in order of place, separated by blank lines.
    public func text(in sources: SourceMap) -> String {
        sorted { left, right in
            guard let l = left.range, let r = right.range else { return left.range != nil && right.range == nil }
            return (l.source.rawValue, l.start) < (r.source.rawValue, r.start)
        }
        .map { $0.text(in: sources) }
        .joined(separator: "\n")
    }
}
