// The prose for everything that can be wrong with a YAML text, with the hint that usually helps. Finds nothing itself.

internal import Vocabulary

extension Problem {
    var isTab: Bool {
        if case .tab = kind { true } else { false }
    }

    var isNotUTF8: Bool {
        if case .notUTF8 = kind { true } else { false }
    }

    /// Found by libyaml, so that the text after it was not read.
    var isSyntax: Bool {
        switch kind {
        case .syntax, .tab, .undefinedAlias, .aliasInsideItself: true
        default: false
        }
    }

    /// Something was opened and never closed: the mistake is where it began, not where it was noticed.
    var isUnclosed: Bool {
        guard case .syntax(let message, _) = kind else { return false }
        return message == "found unexpected end of stream" || message == "found unexpected document indicator"
            || message == "did not find expected ',' or ']'" || message == "did not find expected ',' or '}'"
            || message == "could not find expected ':'"
    }

    /// Where the mistake was made, as opposed to where it was noticed.
    var place: Int { isUnclosed ? contextOffset ?? offset : offset }

    func diagnostic(in bytes: [UInt8], source: SourceID) -> Diagnostic {
        let range = range(from: offset, length: length, source: source)
        switch kind {
        case .utf16:
            return Diagnostic(
                .error, "this file is UTF-16, but YAML files here are UTF-8", at: range, hint: "save the file as UTF-8")
        case .notUTF8(let byte):
            return Diagnostic(
                .error, "this file is not UTF-8: the byte 0x\(hex(UInt32(byte), digits: 2)) is not part of a character",
                at: range,
                hint: "save the file as UTF-8; it may be Latin-1 or Windows-1252 now"
            )
        case .nul:
            return Diagnostic(
                .error, "a NUL byte cannot stand in YAML", at: range, hint: "is this a binary file, or UTF-16?")
        case .controlCharacter(let scalar):
            return Diagnostic(
                .error, "the control character U+\(hex(scalar, digits: 4)) cannot stand in YAML", at: range,
                hint: "remove it, or write it as an escape in a double-quoted string"
            )
        case .tooLarge:
            return Diagnostic(.error, "this file is larger than 2 GiB", at: range)
        case .tooDeep(let limit):
            return Diagnostic(.error, "nested deeper than \(limit) levels", at: range)
        case .secondDocument:
            return Diagnostic(
                .error, "a second YAML document begins here, but a file holds one", at: range,
                notes: contextOffset.map {
                    [.init("the first begins here", at: self.range(from: $0, length: 1, source: source))]
                } ?? [],
                hint: "remove the \"---\", or move what follows to a file of its own"
            )
        case .undefinedAlias(let name):
            return Diagnostic(
                .error, "the alias *\(name) has no anchor &\(name) before it", at: range,
                hint: "quote the text if a pattern is meant: \"*\(name)\""
            )
        case .aliasInsideItself(let name):
            return Diagnostic(.error, "the alias *\(name) stands inside what &\(name) names", at: range)
        case .aliasesExpandTooFar(let limit):
            return Diagnostic(.error, "aliases expand to more than \(limit) values", at: range)
        case .tab(let others):
            let hint = others == 0 ? nil : "\(others) more \(others == 1 ? "line begins" : "lines begin") with a tab"
            return Diagnostic(.error, "tabs cannot indent YAML; use spaces", at: range, hint: hint)
        case .syntax(let message, let context):
            return syntaxDiagnostic(message, context, in: bytes, source: source)
        }
    }

    private func range(from offset: Int, length: Int, source: SourceID) -> SourceRange {
        SourceRange(source: source, start: UInt32(offset), end: UInt32(offset + length))
    }

    private func syntaxDiagnostic(_ message: String, _ context: String, in bytes: [UInt8], source: SourceID)
        -> Diagnostic
    {
        let here = range(from: min(offset, bytes.count), length: 1, source: source)
        let there = contextOffset.map { range(from: $0, length: 1, source: source) }
        let opened = { (what: String) in [Diagnostic.Note("\(what) begins here", at: there)] }
        switch (message, context) {
        case ("found unexpected end of stream", "while scanning a quoted scalar"),
            ("found unexpected document indicator", "while scanning a quoted scalar"):
            return Diagnostic(.error, "this quote is never closed", at: there ?? here)
        case ("did not find expected ',' or ']'", _):
            return Diagnostic(
                .error, "expected \",\" or \"]\" in a list in brackets", at: here, notes: opened("the list"),
                hint: templateHint(in: bytes) ?? "close the list with \"]\""
            )
        case ("did not find expected ',' or '}'", _):
            return Diagnostic(
                .error, "expected \",\" or \"}\" in a mapping in braces", at: here, notes: opened("the mapping"),
                hint: templateHint(in: bytes) ?? "close the mapping with \"}\""
            )
        case ("mapping values are not allowed in this context", _):
            return Diagnostic(
                .error, "a \":\" followed by a blank cannot stand here", at: here,
                hint:
                    "quote the text if it contains \": \"; otherwise check the indentation of this line and the one above"
            )
        case ("could not find expected ':'", _):
            return Diagnostic(
                .error, "expected \":\" after this key", at: there ?? here,
                hint: "write \"key: value\", or quote the text")
        case ("did not find expected key", _) where !isFirstOfLine(in: bytes):
            return Diagnostic(
                .error, "this text does not belong to the value before it", at: here,
                hint: "put the whole value in quotes"
            )
        case ("did not find expected key", _):
            return Diagnostic(
                .error, "expected a key here", at: here, notes: opened("the mapping"),
                hint: "keys of one mapping begin in the same column"
            )
        case ("did not find expected node content", _):
            let isEnd = bytes[min(offset, bytes.count)...].allSatisfy { $0 <= UInt8(ascii: " ") }
            return Diagnostic(
                .error, isEnd ? "the file ends before all brackets and braces are closed" : "expected a value here",
                at: here,
                hint: templateHint(in: bytes)
            )
        case ("did not find expected '-' indicator", _):
            return Diagnostic(
                .error, "expected \"- \" here, as before the other items", at: here, notes: opened("the list"),
                hint: "items of one list begin in the same column"
            )
        case ("block sequence entries are not allowed in this context", _):
            return Diagnostic(
                .error, "a list item cannot stand here", at: here, hint: "begin the list on a line of its own")
        case ("did not find expected alphabetic or numeric character", "while scanning an alias"):
            return Diagnostic(
                .error, "text that begins with \"*\" must be quoted, because YAML reads it as an alias",
                at: there ?? here,
                hint: "write it in quotes: \"\(word(in: bytes))\""
            )
        case ("did not find expected alphabetic or numeric character", "while scanning an anchor"):
            return Diagnostic(
                .error, "text that begins with \"&\" must be quoted, because YAML reads it as an anchor",
                at: there ?? here)
        case ("found character that cannot start any token", _):
            return Diagnostic(.error, "text cannot begin with \(character(in: bytes)) unless it is quoted", at: here)
        case ("found unknown escape character", _):
            return Diagnostic(
                .error, "this escape is unknown in double quotes", at: here,
                hint: "use single quotes, in which a backslash is only a backslash"
            )
        case ("found a tab character where an indentation space is expected", _),
            ("found a tab character that violates indentation", _):
            return Diagnostic(.error, "tabs cannot indent YAML; use spaces", at: here)
        case ("did not find expected <document start>", _):
            return Diagnostic(
                .error, "expected the end of the file here", at: here, hint: "check the indentation of this line")
        case (_, "while scanning a tag"), (_, "while parsing a tag"), ("found undefined tag handle", _):
            return Diagnostic(
                .error, "text that begins with \"!\" must be quoted, because YAML reads it as a tag", at: there ?? here)
        default:
            return Diagnostic(.error, message + (context.isEmpty ? "" : " \(context)"), at: here)
        }
    }

    /// What to do when a template brought the braces.
    private func templateHint(in bytes: [UInt8]) -> String? {
        let lineStart = bytes[..<min(offset, bytes.count)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let isTemplate = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self).utf8.split(
            separator: UInt8(ascii: "$")
        )
        .dropFirst().contains { $0.starts(with: "{{".utf8) }
        return isTemplate ? "inside brackets and braces, quote text that contains \"${{\"" : nil
    }

    /// The text from here to the next blank, comma or bracket.
    private func word(in bytes: [UInt8]) -> String {
        let rest = bytes[min(contextOffset ?? offset, bytes.count)...]
        return String(decoding: rest.prefix { $0 > 0x20 && !",[]{}".utf8.contains($0) }, as: UTF8.self)
    }

    private func isFirstOfLine(in bytes: [UInt8]) -> Bool {
        let before = bytes[..<min(offset, bytes.count)]
        return before.suffix(from: before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0).allSatisfy {
            $0 == UInt8(ascii: " ")
        }
    }

    private func character(in bytes: [UInt8]) -> String {
        guard offset < bytes.count else { return "this" }
        return "\"\(String(decoding: bytes[offset..<min(offset + 1, bytes.count)], as: UTF8.self))\""
    }

    private func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
