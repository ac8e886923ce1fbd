// TOML by the cases of its specification, JSON by those of RFC 8259, and the lines that values are found on.

import Testing
import Vocabulary

@testable import Conditions

/// A document on one line: strings in quotes, tables in braces with their keys in order.
private func flat(_ node: DocumentNode) -> String {
    switch node.content {
    case .scalar(.string(let text)): text.debugDescription
    case .scalar(let scalar): Prose.scalar(scalar)
    case .list(let items): "[" + items.map(flat).joined(separator: ", ") + "]"
    case .table(let entries): "{" + entries.map { "\($0.key): \(flat($0.value))" }.joined(separator: ", ") + "}"
    }
}

private func read(_ format: DocumentFormat, _ text: String) -> String {
    do throws(DocumentError) { return flat(try format.read(Array(text.utf8))) } catch {
        return "\(error.line): \(error.message)"
    }
}

@Suite struct TOMLReaderTests {
    @Test(arguments: [
        ("", "{}"),
        ("# only a comment", "{}"),
        ("\u{FEFF}a = 1\r\nb = 2", "{a: 1, b: 2}"),
        (
            "bare_key-1 = 1\n\"ʎǝʞ\" = 2\n'a \"b\"' = 3\n1234 = 4\n\"\" = 5",
            "{bare_key-1: 1, ʎǝʞ: 2, a \"b\": 3, 1234: 4, : 5}"
        ),
        ("a . b.\"c.d\" = true", "{a: {b: {c.d: true}}}"),
        ("3.14159 = \"pi\"", "{3: {14159: \"pi\"}}"),
        (
            "a = \"q\\\"\\\\\\b\\t\\n\\f\\r\\u00E9\\U0001F600\"",
            "{a: \(("q\"\\\u{08}\t\n\u{0C}\r\u{E9}\u{1F600}").debugDescription)}"
        ),
        ("a = \"\"\"\nRoses\nViolets\"\"\"", "{a: \"Roses\\nViolets\"}"),
        ("a = \"\"\"\\\n   The \\\n\n   fox.\\\n  \"\"\"", "{a: \"The fox.\"}"),
        ("a = \"\"\"\"two\"\" quotes\"\"\"\"\"", "{a: \(("\"two\"\" quotes\"\"").debugDescription)}"),
        ("a = 'C:\\n'\nb = '''\n'q' ''x''\n'''''", "{a: \"C:\\\\n\", b: \(("'q' ''x''\n''").debugDescription)}"),
        ("a = [+99, 0, -17, 1_000, 0xDEAD_beef, 0o755, 0b1101]", "{a: [99, 0, -17, 1000, 3735928559, 493, 13]}"),
        (
            "a = [1.5, -0.01, 5e+22, 1e06, -2E-2, 6.626e-34, 224_617.445_991]",
            "{a: [1.5, -0.01, 5e+22, 1000000.0, -0.02, 6.626e-34, 224617.445991]}"
        ),
        ("a = [inf, +inf, -inf, nan, true, false]", "{a: [inf, inf, -inf, nan, true, false]}"),
        (
            "a = [1979-05-27T07:32:00Z, 1979-05-27 00:32:00.99-07:00, 1979-05-27T07:32:00, 1979-05-27, 07:32:00.5]",
            "{a: [\"1979-05-27T07:32:00Z\", \"1979-05-27 00:32:00.99-07:00\", \"1979-05-27T07:32:00\", \"1979-05-27\", \"07:32:00.5\"]}"
        ),
        ("a = [\n  1, # one\n  [ 2, 'x' ],\n]", "{a: [1, [2, \"x\"]]}"),
        ("a = { b = 1, c.d = 2, e = {} }", "{a: {b: 1, c: {d: 2}, e: {}}}"),
        ("[x.y.z]\na = 1\n[x]\nb = 2", "{x: {y: {z: {a: 1}}, b: 2}}"),
        ("[ d . 'e' ] # c\na=1", "{d: {e: {a: 1}}}"),
        ("[[p]]\nn = 1\n[[p]]\n[p.q]\nm = 2\n[[p.r]]", "{p: [{n: 1}, {q: {m: 2}, r: [{}]}]}"),
        ("[fruit]\napple.color = 1\n[fruit.apple.taste]\ns = 2", "{fruit: {apple: {color: 1, taste: {s: 2}}}}"),
    ])
    func documents(text: String, expected: String) {
        #expect(read(.toml, text) == expected)
    }

    @Test(arguments: [
        ("a = 1\na = 2", "2: the key \"a\" is defined twice, first in line 1"),
        ("a = 1\n\"a\" = 2", "2: the key \"a\" is defined twice, first in line 1"),
        ("[a]\n[b]\n[a]", "3: the key \"a\" is defined twice, first in line 1"),
        ("a.b = 1\na.b.c = 2", "2: the key \"b\" is defined twice, first in line 1"),
        ("[fruit]\napple.color = 1\n[fruit.apple]", "3: the key \"apple\" is defined twice, first in line 2"),
        ("[a.b]\nx = 1\n[a]\nb.y = 2", "4: the key \"b\" is defined twice, first in line 1"),
        ("a = {b = 1}\na.c = 2", "2: the key \"a\" is defined twice, first in line 1"),
        ("a = {b = 1}\n[a.c]", "2: the key \"a\" is defined twice, first in line 1"),
        ("a = []\n[[a]]", "2: the key \"a\" is defined twice, first in line 1"),
        ("[[a]]\n[a]", "2: the key \"a\" is defined twice, first in line 1"),
        ("[a]\n[[a]]", "2: the key \"a\" is defined twice, first in line 1"),
        ("a = {b = 1, b = 2}", "1: the key \"b\" is defined twice, first in line 1"),
        ("= 1", "1: expected a key, found `=`"),
        ("a", "1: expected `=` after a key, found the end of the file"),
        ("a = ", "1: expected a value, found the end of the file"),
        ("a = 1 b = 2", "1: expected the end of the line, found `b`"),
        ("[a] x = 1", "1: expected the end of the line, found `x`"),
        ("[a", "1: expected `]` after the name of a table, found the end of the file"),
        ("[[a]\n", "1: expected `]]` after the name of a table, found `]`"),
        ("a = [1 2]", "1: expected `,` or `]`, found `2`"),
        ("a = {b = 1,}", "1: expected a key, found `}`"),
        ("a = {b = 1\n}", "1: expected `,` or `}`, found the end of the line"),
        ("a = \"x\nb = 1", "1: a string is not closed before the end of the line"),
        ("a = 'x", "1: a string is not closed before the end of the file"),
        ("a = \"\"\"x\n", "2: a string is not closed before the end of the file"),
        ("a = \"\\x\"", "1: unknown escape: `\\` before `x`"),
        ("a = \"\\uD800\"", "1: an escape that is no character"),
        ("a = \"\\u12\"", "1: expected 4 hexadecimal digits after the escape, found `\"`"),
        ("a = value", "1: `value` is not a value; strings need quotes"),
        ("a = 01", "1: `01` is not a value; strings need quotes"),
        ("a = 1__0", "1: `1__0` is not a value; strings need quotes"),
        ("a = 1.", "1: `1.` is not a value; strings need quotes"),
        ("a = .5", "1: `.5` is not a value; strings need quotes"),
        ("a = 0xg", "1: `0xg` is not a value; strings need quotes"),
        ("a = 9223372036854775808", "1: `9223372036854775808` is not a value; strings need quotes"),
        ("a = 1979-02-29", "1: `1979-02-29` is not a value; strings need quotes"),
        ("a = 25:00:00", "1: `25:00:00` is not a value; strings need quotes"),
        ("# a\u{1}", "1: a control character in a comment"),
        ("a = " + String(repeating: "[", count: 300), "1: nested deeper than 256 levels"),
    ])
    func mistakes(text: String, expected: String) {
        #expect(read(.toml, text) == expected)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: DocumentError(line: 1, "the file is not UTF-8")) { try DocumentFormat.toml.read([0x61, 0xFF]) }
    }
}

@Suite struct JSONReaderTests {
    @Test(arguments: [
        (
            " [1, -2, 0, 1.5, 1e3, -0.5E-1, 12345678901234567890] ",
            "[1, -2, 0, 1.5, 1000.0, -0.05, 1.2345678901234567e+19]"
        ),
        ("{\"a\":{\"b\":[]},\r\n\t\"\":{}, \"c\": null}", "{a: {b: []}, : {}, c: null}"),
        ("[true,false]", "[true, false]"),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é\"", ("\"\\/\u{08}\u{0C}\n\r\té😀é").debugDescription),
    ])
    func documents(text: String, expected: String) {
        #expect(read(.json, text) == expected)
    }

    @Test(arguments: [
        ("", "1: expected a value, found the end of the file"),
        ("{\"a\": 1,\n \"a\": 2}", "2: the key \"a\" stands twice"),
        ("{a: 1}", "1: expected a key in double quotes, found `a`"),
        ("{\"a\" 1}", "1: expected `:` after the key, found `1`"),
        ("[1,\n]", "2: expected a value, found `]`"),
        ("[1\n\"x\"]", "2: expected `,` or `]`, found `\"`"),
        ("{\"a\": 1", "1: expected `,` or `}`, found the end of the file"),
        ("[1] x", "1: expected the end of the file, found `x`"),
        ("[01]", "1: `01` is not a number"),
        ("[1.]", "1: `1.` is not a number"),
        ("[-]", "1: `-` is not a number"),
        ("['a']", "1: expected a value, found `'`"),
        ("\"a\n\"", "1: a string is not closed before the end of the line"),
        ("\"\\x\"", "1: unknown escape: `\\` before `x`"),
        ("\"\\ud800\"", "1: half of a surrogate pair in a string"),
        ("\"\\udc00\\ud800\"", "1: half of a surrogate pair in a string"),
        (String(repeating: "[", count: 300), "1: nested deeper than 256 levels"),
    ])
    func mistakes(text: String, expected: String) {
        #expect(read(.json, text) == expected)
    }
}

@Suite struct DocumentLineTests {
    @Test(arguments: [
        (DocumentFormat.toml, "a = 1\n\n[b]\nc = '''\n\n'''\nd = [\n 1,\n 2]", "b.d[1]", 9),
        (.toml, "[[x]]\ny = 1\n[[x]]\ny = 2", "x[1].y", 4),
        (.json, "{\"a\":\n [1,\n  {\"b\": 2}]}", "a[1].b", 3),
        (.yaml, "a:\n  - 1\n  - b: 2\n", "a[1].b", 3),
    ])
    func valuesKnowTheirLines(format: DocumentFormat, text: String, path: String, line: Int) throws {
        guard case .found(let node) = try format.read(Array(text.utf8)).lookUp(ValuePath(path)) else {
            Issue.record("\(path) is missing")
            return
        }
        #expect(node.line == line)
    }

    @Test func yamlMistakesHaveALine() {
        #expect(read(.yaml, "a: 1\nb: [1") == "2: expected \",\" or \"]\" in a list in brackets")
    }
}
