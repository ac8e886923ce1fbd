// YAML that is written is read back as it was meant, by this project's own reader.

import Report
import Testing
import Vocabulary
import YAML

@Suite struct YAMLTextTests {
    /// Texts that some reader takes for something else, or that need quotes, escapes or blocks.
    static let texts = [
        "", " ", "a", "on", "true", "Yes", "NO", "null", "~", "1", "1.5", "0x1F", "1e3", "2026-11-23", "12:30", "-",
        "- a",
        "a: b", "a:", ":a", "a #b", "#a", "'", "it's", "\"q\"", "\\", "[a]", "{a}", "a, b", "*a", "&a", "!a", "|", ">",
        "%a", "@a", "`a`", "?", "? a", " a", "a ", "tab\there", "a\nb", "a\nb\n", "a\n\nb\n", "\na", " a\nb",
        "a\nb\n\n",
        "a\n  b", "a \nb", "a\r\nb", "a\u{85}b", "a\u{2028}b", "\u{FEFF}a", "\u{7F}", "\u{0}", "é😀", "...", "---", "<<",
        "=",
        "${{ github.ref }}", "${{ a == 'b' }}", "./x", ".5", "+1", "/usr/bin", "a/b.c", "x: |\n  y", "'a'\n\"b\"",
    ]

    @Test(arguments: texts)
    func textsSurvive(text: String) throws {
        let value = YAMLText.map([
            ("plain", .text(text)),
            ("list", .list([.text(text), .map([("deep", .text(text)), ("after", .text("z"))])])),
            ("flow", .flow([text, text])), (text, .text("key")),
        ])
        let (document, diagnostics) = YAMLDocument.parse(Array(value.document.utf8), source: SourceID(0))
        #expect(diagnostics.isEmpty, "\(value.document)")
        let root = try #require(document.root)
        let list = root["list"].map { Array($0.items) } ?? []
        #expect(root["plain"]?.text == text)
        #expect(list.first?.text == text)
        #expect(list.last?["deep"]?.text == text)
        #expect(list.last?["after"]?.text == "z")
        #expect(root["flow"].map { $0.items.map(\.text) } == [text, text])
        // Keys stay texts, too, and none is taken for another type.
        #expect(root.pairs.map { $0.key.text }.last == text)
        let isText = if case .string? = root["plain"]?.scalar { true } else { false }
        #expect(isText, "\(value.document)")
    }

    @Test func blocksAreIndented() {
        let value = YAMLText.map([
            ("name", .text("a b")), ("empty", .map([])), ("none", .list([])), ("left", nil),
            ("jobs", .map([("x", .list([.map([("run", .text("one\ntwo\n")), ("m", .integer(3))]), .bool(true)]))])),
        ])
        #expect(
            value.document == """
                name: a b
                empty: {}
                none: []
                jobs:
                  x:
                    - run: |
                        one
                        two
                      m: 3
                    - true

                """)
    }
}
