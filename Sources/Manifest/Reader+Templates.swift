// Text with `${{ … }}`: finds the references and where each stands in the source. Does not look names up.

internal import Vocabulary
internal import YAML

extension Reader {
    func template(_ node: YAMLNode, wants: String = "text") -> Template? {
        scalarText(node, wants: wants).flatMap { template($0, of: node) }
    }

    /// Takes the text of a node, or the rest of it, apart. Nil after an error was reported.
    func template(_ text: String, of node: YAMLNode) -> Template? {
        guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${{") else {
            return Template(segments: text.isEmpty ? [] : [.literal(text)], range: node.range)
        }
        let source = TemplateText(bytes[Int(node.range.start)..<Int(node.range.end)])
        let content = TemplateText(Array(text.utf8)[...])
        // An escape in a quoted scalar can hide one; then they all point to the whole.
        let isAligned = source.openings.count == content.openings.count
        var segments: [Template.Segment] = []
        var isGood = true
        for piece in content.pieces {
            switch piece {
            case .literal(let literal):
                segments.append(.literal(literal))
            case .reference(let name, let position):
                let range = isAligned ? self.range(of: source, position) : node.range
                if let path = path(name, at: range) {
                    segments.append(.reference(Template.Reference(path: path, range: range)))
                } else {
                    isGood = false
                }
            case .unterminated(let position):
                error(
                    "\"${{\" without \"}}\"", at: isAligned ? self.range(of: source, position) : node.range,
                    hint: "close it with \"}}\", or write \"$${{\" for the characters themselves"
                )
                isGood = false
            }
        }
        return isGood ? Template(segments: segments, range: node.range) : nil
    }

    private func range(of source: TemplateText, _ position: Int) -> SourceRange {
        let opening = source.openings[position]
        return SourceRange(source: self.source, start: UInt32(opening.lowerBound), end: UInt32(opening.upperBound))
    }

    /// The parts of a name between dots.
    private func path(_ name: String, at range: SourceRange) -> [String]? {
        guard !name.isEmpty else {
            error("\"${{ }}\" names nothing", at: range, hint: "write the name of a variable between the braces")
            return nil
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isName = parts.allSatisfy { !$0.isEmpty && $0.unicodeScalars.allSatisfy(Names.isReferenceCharacter) }
        guard isName else {
            let isExpression = name.unicodeScalars.contains { "=<>!|&()'\"?".unicodeScalars.contains($0) }
            error(
                "\"\(name)\" is not a name", at: range,
                hint: isExpression
                    ? "\"${{ }}\" only names a value; comparisons stand outside of it, in `when` and `gates`"
                    : "write one name, such as \"vars.repo\" or \"matrix.python\""
            )
            return nil
        }
        return parts
    }
}

/// A text cut into literal pieces and `${{ … }}`; `$${{` is a literal `${{`.
private struct TemplateText {
    enum Piece {
        case literal(String)
        /// The trimmed inside, and which of the openings it is.
        case reference(String, Int)
        case unterminated(Int)
    }

    private(set) var pieces: [Piece] = []
    /// From `${{` to `}}`, as indices of the bytes given.
    private(set) var openings: [Range<Int>] = []

    init(_ bytes: ArraySlice<UInt8>) {
        var literal: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index...].starts(with: "$${{".utf8) {
                literal += "${{".utf8
                index += 4
            } else if bytes[index...].starts(with: "${{".utf8) {
                flush(&literal)
                index = appendReference(bytes, at: index)
            } else {
                literal.append(bytes[index])
                index += 1
            }
        }
        flush(&literal)
    }

    private mutating func appendReference(_ bytes: ArraySlice<UInt8>, at start: Int) -> Int {
        var end = start + 3
        while end < bytes.endIndex, !bytes[end...].starts(with: "}}".utf8), !bytes[end...].starts(with: "${{".utf8) {
            end += 1
        }
        guard end < bytes.endIndex, bytes[end] == UInt8(ascii: "}") else {
            openings.append(start..<start + 3)
            pieces.append(.unterminated(openings.count - 1))
            return end
        }
        let inside = bytes[start + 3..<end].drop { $0 <= 0x20 }
        let trimmed = inside.prefix(upTo: inside.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? inside.startIndex)
        openings.append(start..<end + 2)
        pieces.append(.reference(String(decoding: trimmed, as: UTF8.self), openings.count - 1))
        return end + 2
    }

    private mutating func flush(_ literal: inout [UInt8]) {
        guard !literal.isEmpty else { return }
        pieces.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal = []
    }
}
