// Every kind of syntax error, marked in the source, and getting past several of them in one reading.

import TestKit
import Testing
import Vocabulary
import YAML

@Suite struct SyntaxDiagnosticsTests {
    @Test(arguments: [
        """
        build:
        \trun: make
        ^ error: tabs cannot indent YAML; use spaces
        ^ hint: 1 more line begins with a tab
          title: Build
         \tneeds: [lint]
          each: 'x
                ^ error: this quote is never closed
        """,
        """
        a: 'it
           ^ error: this quote is never closed
        b: c
        """,
        """
        a: [1, 2
           ^ note: the list begins here
        b: c
         ^ error: expected "," or "]" in a list in brackets
         ^ hint: close the list with "]"
        c: {x: 1
           ^ note: the mapping begins here
        d: e
         ^ error: expected "," or "}" in a mapping in braces
         ^ hint: close the mapping with "}"
        """,
        """
        a: b: c
            ^ error: a ":" followed by a blank cannot stand here
            ^ hint: quote the text if it contains ": "; otherwise check the indentation of this line and the one above
        d: [${{ x }}]
           ^ note: the list begins here
             ^ error: expected "," or "]" in a list in brackets
             ^ hint: inside brackets and braces, quote text that contains "${{"
        e: @b
           ^ error: text cannot begin with "@" unless it is quoted
        f: g
        """,
        """
        a: *.py
           ^ error: text that begins with "*" must be quoted, because YAML reads it as an alias
           ^ hint: write it in quotes: "*.py"
        b: *nix
           ^~~~ error: the alias *nix has no anchor &nix before it
           ^ hint: quote the text if a pattern is meant: "*nix"
        c: &x [*x]
               ^~ error: the alias *x stands inside what &x names
        d: &b.c d
           ^ error: text that begins with "&" must be quoted, because YAML reads it as an anchor
        e: !<b c
           ^ error: text that begins with "!" must be quoted, because YAML reads it as a tag
        """,
        #"""
        a: "\d"
            ^ error: this escape is unknown in double quotes
            ^ hint: use single quotes, in which a backslash is only a backslash
        b: - c
           ^ error: a list item cannot stand here
           ^ hint: begin the list on a line of its own
        breite: 1
        größe
        ^ error: expected ":" after this key
        ^ hint: write "key: value", or quote the text
        länge: 'ä' ö
                   ^ error: this text does not belong to the value before it
                   ^ hint: put the whole value in quotes
        """#,
        """
        a:
        ^ note: the mapping begins here
            b: c
          d: e
          ^ error: expected a key here
          ^ hint: keys of one mapping begin in the same column
        """,
        """
        a: b
        ^ note: the first begins here
        ---
        ^~~ error: a second YAML document begins here, but a file holds one
        ^ hint: remove the "---", or move what follows to a file of its own
        c: d
        """,
        """
        ä: "x\u{7}y"
             ^ error: the control character U+0007 cannot stand in YAML
             ^ hint: remove it, or write it as an escape in a double-quoted string
        b: \u{FFFE}
           ^ error: the control character U+FFFE cannot stand in YAML
           ^ hint: remove it, or write it as an escape in a double-quoted string
        c: x\u{0}y
            ^ error: a NUL byte cannot stand in YAML
            ^ hint: is this a binary file, or UTF-16?
        """,
    ])
    func errorsAreLocated(marked: String) {
        let fixture = MarkedYAML(marked)
        let (document, diagnostics) = YAMLDocument.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
        #expect(document.root != nil)
    }

    @Test func whatStandsAroundAnErrorIsStillRead() throws {
        let text = "a: 1\nb: 'open\nc: 3\nd:\n  e: x: y\n  f: 5\n"
        let (document, diagnostics) = YAMLDocument.parse(Array(text.utf8), source: SourceID(0))
        let root = try #require(document.root)
        #expect(root.pairs.map(\.key.text) == ["a", "c", "d"])
        #expect(root["d"]?.pairs.map(\.key.text) == ["f"])
        #expect(document.isDamaged)
        #expect(
            diagnostics.map(\.message) == [
                "this quote is never closed", "a \":\" followed by a blank cannot stand here",
            ])
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "this file is UTF-16, but YAML files here are UTF-8", 0, 2),
            ([0x61, 0x3A, 0x20, 0xE9, 0x0A], "this file is not UTF-8: the byte 0xE9 is not part of a character", 3, 4),
            (
                [0x61, 0x3A, 0x20, 0xC0, 0x80, 0x0A],
                "this file is not UTF-8: the byte 0xC0 is not part of a character", 3, 5
            ),
            (
                [0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80],
                "this file is not UTF-8: the byte 0xED is not part of a character", 3, 6
            ),
        ] as [([UInt8], String, UInt32, UInt32)])
    func otherEncodingsAreNamed(bytes: [UInt8], message: String, start: UInt32, end: UInt32) {
        let (_, diagnostics) = YAMLDocument.parse(bytes, source: SourceID(0))
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.first?.range == SourceRange(source: SourceID(0), start: start, end: end))
    }

    @Test func nestingHasALimit() {
        let text = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        let (_, diagnostics) = YAMLDocument.parse(Array(text.utf8), source: SourceID(0))
        #expect(diagnostics.map(\.message) == ["nested deeper than 256 levels"])
        #expect(diagnostics.first?.range?.start == 256)
    }

    @Test func aliasesCannotExplode() {
        var text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "l\(level): &l\(level) [\(Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let (_, diagnostics) = YAMLDocument.parse(Array(text.utf8), source: SourceID(0))
        #expect(diagnostics.map(\.message) == ["aliases expand to more than 100000 values"])
    }
}
