// The printed form of diagnostics, positions in texts, and suggestions.

import Testing
import Vocabulary

@Suite struct DiagnosticTests {
    static let text = "first\n\tsecond ü line\r\n\nlast"

    static func sources() -> (SourceMap, SourceID) {
        var map = SourceMap()
        let id = map.add(SourceText(path: "tasks.yaml", bytes: Array(text.utf8)))
        return (map, id)
    }

    @Test func aDiagnosticHasLocationLineCaretNotesAndHint() {
        let (map, id) = Self.sources()
        let diagnostic = Diagnostic(
            .error, "that is wrong", at: SourceRange(source: id, start: 14, end: 16),
            notes: [
                .init("because of this", at: SourceRange(source: id, start: 0, end: 5)), .init("and in general"),
            ], hint: "write it right")
        #expect(
            diagnostic.text(in: map) == """
                tasks.yaml:2:9: error: that is wrong
                  2 |  second ü line
                    |         ^
                tasks.yaml:1:1: note: because of this
                  1 | first
                    | ^~~~~
                note: and in general
                  hint: write it right

                """)
    }

    /// A range, and the caret with its tildes.
    @Test(arguments: [
        (UInt32(0), UInt32(1), "    | ^"),
        (2, 4, "    |   ^~"),
        (5, 5, "    |      ^"),
        (3, 20, "    |    ^~"),
    ])
    func theCaretStaysOnItsLine(start: UInt32, end: UInt32, caret: String) {
        let (map, id) = Self.sources()
        let text = Diagnostic(.warning, "x", at: SourceRange(source: id, start: start, end: end)).text(in: map)
        #expect(text == "tasks.yaml:1:\(start + 1): warning: x\n  1 | first\n\(caret)\n")
    }

    @Test func severalAreOrderedByPlaceThoseWithoutOneLast() {
        let (map, id) = Self.sources()
        let late = Diagnostic(.error, "late", at: SourceRange(source: id, start: 3, end: 4))
        let early = Diagnostic(.warning, "early", at: SourceRange(source: id, start: 1, end: 2))
        let nowhere = Diagnostic(.error, "nowhere")
        #expect(
            [nowhere, late, early].text(in: map) == """
                tasks.yaml:1:2: warning: early
                  1 | first
                    |  ^

                tasks.yaml:1:4: error: late
                  1 | first
                    |    ^

                error: nowhere

                """)
    }

    /// Byte offsets, and their positions for people.
    @Test(arguments: [
        (UInt32(0), 1, 1), (5, 1, 6), (6, 2, 1), (7, 2, 2), (14, 2, 9), (16, 2, 10), (23, 3, 1), (24, 4, 1), (28, 4, 5),
        (999, 4, 5),
    ])
    func positionsCountScalars(offset: UInt32, line: Int, column: Int) {
        let (map, id) = Self.sources()
        let position = map.position(of: offset, in: id)
        #expect(position.line == line && position.column == column)
    }

    @Test func linesAreGivenWithoutTheirEnds() {
        let (map, id) = Self.sources()
        #expect((1...5).map { map.line($0, of: id) } == ["first", "\tsecond ü line", "", "last", ""])
    }

    /// A misspelt name, known names, and the suggestion.
    @Test(
        arguments: [
            ("lnit", ["lint", "list"], "lint"),
            ("need", ["needs", "seed"], "needs"),
            ("neds", ["needs"], "needs"),
            ("integraton", ["integrations", "integration"], "integration"),
            ("abc", ["xyz"], nil),
            ("ab", ["ba"], "ba"),
            ("ab", ["cd", "ac"], "ac"),
            ("a", ["b", "ab"], nil),
            ("", ["a"], nil),
            ("same", ["some", "sane"], "some"),
            ("ünit", ["unit"], "unit"),
            ("abcdef", ["badcfe"], nil),
            ("lint", [], nil),
        ] as [(String, [String], String?)])
    func theNearestNameIsSuggested(name: String, known: [String], expected: String?) {
        #expect(suggestion(for: name, among: known) == expected)
    }
}

@Suite struct OutcomeTests {
    @Test func theSummaryCountsEveryTaskOnce() {
        var summary = RunSummary()
        let outcomes: [TaskOutcome] = [
            .upToDate, .restored, .satisfied, .succeeded(attempts: 1), .succeeded(attempts: 3),
            .failed(.exit(.exited(1)), attempts: 1), .skipped("x"), .blocked(by: TaskID(0)), .cancelled,
        ]
        for outcome in outcomes { summary.count(outcome) }
        #expect(summary.total == outcomes.count)
        #expect(summary.succeeded == 2 && summary.flaky == 1 && summary.failed == 1 && summary.cancelled == 1)
        #expect(outcomes.filter(\.isDone).count == 6)
    }

    @Test func tablesAreKeyedByTasks() {
        var map = IDMap(repeating: 0, count: 3)
        map[TaskID(1)] += 5
        #expect(map.values == [0, 5, 0] && map.ids.map(\.index) == [0, 1, 2] && TaskID(1) < TaskID(2))
    }
}
