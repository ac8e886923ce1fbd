// Structure, styles, ranges and typed values of documents that can be read.

import TestKit
import Testing
import Vocabulary
import YAML

@Suite struct YAMLDocumentTests {
    /// A document as nested text, each scalar followed by what its range covers in the source.
    private func outline(_ node: YAMLNode, _ bytes: [UInt8]) -> String {
        switch node.kind {
        case .scalar:
            let covered = String(decoding: bytes[Int(node.range.start)..<Int(node.range.end)], as: UTF8.self)
            return covered == node.text ? node.text : "\(node.text)<\(covered)>"
        case .sequence:
            return "[" + node.items.map { outline($0, bytes) }.joined(separator: ", ") + "]"
        case .mapping:
            return "{"
                + node.pairs.map { outline($0.key, bytes) + ": " + outline($0.value, bytes) }.joined(separator: ", ")
                + "}"
        }
    }

    private func parse(_ text: String) -> (root: YAMLNode?, bytes: [UInt8], diagnostics: [Diagnostic]) {
        let bytes = Array(text.utf8)
        let (document, diagnostics) = YAMLDocument.parse(bytes, source: SourceID(0))
        return (document.root, bytes, diagnostics)
    }

    @Test(arguments: [
        ("a: 1\nb: [x, y]\n", "{a: 1, b: [x, y]}"),
        ("- a\n- b: c\n  d: e\n- []\n- {}\n", "[a, {b: c, d: e}, [], {}]"),
        ("'it''s': \"tab\\there\"\n", "{it's<it''s>: tab\there<tab\\there>}"),
        ("a: 'plain'\nb: \"plain\"\n", "{a: plain, b: plain}"),
        ("größe: ${{ ä }} # Ende\nnächste: 'ü'\n", "{größe: ${{ ä }}, nächste: ü}"),
        ("\u{FEFF}a: ü\nb: c\n", "{a: ü, b: c}"),
        ("a: |\n  one\n  two\n\n# end\nb: c\n", "{a: one\ntwo\n<one\n  two>, b: c}"),
        ("a: >-\n  one\n  two\nb: c\n", "{a: one two<one\n  two>, b: c}"),
        ("base: &x [1, 2]\nuse: *x\n", "{base: [1, 2], use: [1, 2]}"),
        ("a: &x !!str 5\nb: *x\n", "{a: 5, b: 5}"),
        ("a: one\n  two\nb:\n", "{a: one two<one\n  two>, b: }"),
        ("a: b\r\nc: |\r\n  d\r\n", "{a: b, c: d\n<d>}"),
        (#"{"a": [1, {"b": null}],\#n\#t"c": "\u00e9"}"#, "{a: [1, {b: null}], c: é<\\u00e9>}"),
        (
            #"{"a": "x\/y", "b": "hi \ud83d\ude00 there\\ud83d", "c": "\uD834\uDD1E"}"#,
            #"{a: x/y<x\/y>, b: hi 😀 there\ud83d<hi \ud83d\ude00 there\\ud83d>, c: 𝄞<\uD834\uDD1E>}"#
        ),
        (#"a: \ud83d\ude00"# + "\n", #"{a: \ud83d\ude00}"#),
    ])
    func structureAndRanges(text: String, outline expected: String) throws {
        let (root, bytes, diagnostics) = parse(text)
        #expect(diagnostics == [])
        #expect(outline(try #require(root), bytes) == expected)
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "\u{FEFF}"])
    func aTextWithoutContentHasNoRoot(text: String) {
        let (root, _, diagnostics) = parse(text)
        #expect(root == nil)
        #expect(diagnostics == [])
    }

    @Test func rangesOfCollectionsEndWithTheirLastChild() throws {
        let (root, bytes, _) = parse("a:\n  b: [1, 2 ]\n\n# c\nd: e\n")
        let value = try #require(root?["a"])
        #expect(String(decoding: bytes[Int(value.range.start)..<Int(value.range.end)], as: UTF8.self) == "b: [1, 2 ]")
    }

    @Test func nodesFarBehindOtherAlphabetsAreFound() throws {
        let text = (0..<500).map { "schlüssel-\($0): wert-€-\($0)\n" }.joined()
        let (root, bytes, _) = parse(text)
        #expect(outline(try #require(root?["schlüssel-499"]), bytes) == "wert-€-499")
    }

    @Test(arguments: [
        ("1", Scalar.integer(1)), ("-7", .integer(-7)), ("0x1F", .integer(31)), ("0o17", .integer(15)),
        ("010", .integer(10)),
        ("1.10", .number(1.1)), ("1e3", .number(1000)), (".5", .number(0.5)), (".inf", .number(.infinity)),
        ("true", .boolean(true)), ("False", .boolean(false)), ("~", .null), ("", .null), ("null", .null),
        ("no", .string("no")), ("on", .string("on")), ("12:30", .string("12:30")), ("1_000", .string("1_000")),
        ("0x1p3", .string("0x1p3")), ("inf", .string("inf")), ("nan", .string("nan")), ("+", .string("+")),
        (".", .string(".")),
        ("'1'", .string("1")), ("\"true\"", .string("true")), ("!!str 1", .string("1")), ("3.11.2", .string("3.11.2")),
    ])
    func plainTextIsTypedByTheCoreSchema(text: String, value: Scalar) throws {
        let (root, _, diagnostics) = parse("key: \(text)\n")
        #expect(diagnostics == [])
        #expect(try #require(root?["key"]).scalar == value)
    }

    @Test(arguments: [3, 40])
    func duplicateKeysAreFoundInSmallAndLargeMappings(size: Int) throws {
        let text = (0..<size).map { "key\($0): {}\n" }.joined() + "'key1': {x: 1, y: 2, x: 3}\n"
        let (root, _, _) = parse(text)
        let found = try #require(root).duplicateKeys()
        #expect(found.map(\.first.text) == ["key1", "x"])
        #expect(found.allSatisfy { $0.first.range.start < $0.second.range.start && $0.first.text == $0.second.text })
    }
}
