// How an error in a report is shown to people.

import Evidence
import Testing
import Vocabulary

@Suite struct ReportErrorTests {
    @Test func anErrorIsADiagnosticWithTheLineOfTheReport() {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "junit.xml", bytes: Array("<a>\n<b c=\"x\"/>\n".utf8)))
        let error = ReportError(
            "`x` is no number", at: ReportPlace(offset: 10, length: 1, line: 2, column: 7), hint: "write a number")
        #expect(
            error.diagnostic(in: source).text(in: sources) == """
                junit.xml:2:7: error: `x` is no number
                  2 | <b c="x"/>
                    |       ^
                  hint: write a number

                """)
    }
}
