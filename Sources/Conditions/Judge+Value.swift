// toml, yaml and json: a value at a path is there, is not, equals or contains. Does not read formats itself.

import Patterns
import Vocabulary

extension ConditionTree {
    func requireValue(_ format: DocumentFormat, _ file: String, _ pathText: String, _ test: ValueTest)
        throws(ConditionFailure)
    {
        let path = try readable("path", pathText) { () throws(ExpressionError) in try ValuePath(pathText) }
        let bytes = try existing(file)
        let document: DocumentNode
        do throws(DocumentError) { document = try format.read(bytes) } catch {
            throw ConditionFailure("\(file) is not \(format.name)", found: ["\(file):\(error.line): \(error.message)"])
        }
        let name = "\(pathText) in \(file)"
        switch (document.lookUp(path), test) {
        case (.missing, .absent), (.found, .present):
            return
        case (.missing(let line, let reason), _):
            throw ConditionFailure(
                "\(name) should \(test.prose), but is not there", found: ["\(file):\(line): \(reason)"])
        case (.found(let node), .absent):
            throw ConditionFailure("\(name) should not be there", found: [node.place(in: file, bytes)])
        case (.found(let node), .equals(let expected)):
            guard !node.equals(expected) else { return }
            throw ConditionFailure(
                "\(name) should \(test.prose), but is \(node.prose)", found: [node.place(in: file, bytes)],
                hint: node.typeHint(expected))
        case (.found(let node), .contains(let expected)):
            guard !node.contains(expected) else { return }
            throw ConditionFailure(
                "\(name) should \(test.prose), but is \(node.prose)",
                found: [node.place(in: file, bytes)] + node.itemLines,
                hint: node.itemTypeHint(expected))
        }
    }
}

extension ValueTest {
    fileprivate var prose: String {
        switch self {
        case .equals(let scalar): "be \(Prose.scalar(scalar))"
        case .contains(let scalar): "contain \(Prose.scalar(scalar))"
        case .present: "be there"
        case .absent: "not be there"
        }
    }
}

extension DocumentNode {
    /// Numbers are equal by value, whether they are written with a fraction or not.
    fileprivate func equals(_ expected: Scalar) -> Bool {
        guard case .scalar(let scalar) = content else { return false }
        return switch (scalar, expected) {
        case (.integer(let integer), .number(let number)), (.number(let number), .integer(let integer)):
            Double(integer) == number
        default: scalar == expected
        }
    }

    fileprivate func contains(_ expected: Scalar) -> Bool {
        switch (content, expected) {
        case (.list(let items), _): items.contains { $0.equals(expected) }
        case (.scalar(.string(let text)), .string(let part)): text.utf8.holds(part.utf8)
        default: false
        }
    }

    fileprivate var prose: String {
        switch content {
        case .scalar(.string(let text)): "the string \(Prose.scalar(.string(text)))"
        case .scalar(let scalar): Prose.scalar(scalar)
        case .list(let items): "a list of \(Prose.count(items.count, "item"))"
        case .table(let entries): "a table of \(Prose.count(entries.count, "key"))"
        }
    }

    /// The source line on which the value begins.
    fileprivate func place(in file: String, _ bytes: [UInt8]) -> String {
        let lines = bytes.split(separator: 0x0A, maxSplits: line, omittingEmptySubsequences: false)
        return Prose.place(file, line, line <= lines.count ? lines[line - 1] : [])
    }

    /// The items of a list that fit on a few lines.
    fileprivate var itemLines: [String] {
        guard case .list(let items) = content, !items.isEmpty else { return [] }
        return Prose.limited(items.map { "- \($0.prose)" })
    }

    /// The same text as another type is the usual mistake.
    fileprivate func typeHint(_ expected: Scalar) -> String? {
        guard case .scalar(let scalar) = content else { return nil }
        switch (scalar, expected) {
        case (.string(let text), .integer), (.string(let text), .number), (.string(let text), .boolean),
            (.string(let text), .null):
            return text == Prose.scalar(expected)
                ? "the file has a string: write \(Prose.scalar(scalar)) with quotes" : nil
        case (_, .string(let text)):
            return text == Prose.scalar(scalar) ? "the file has no string there: write \(text) without quotes" : nil
        default: return nil
        }
    }

    fileprivate func itemTypeHint(_ expected: Scalar) -> String? {
        guard case .list(let items) = content else { return nil }
        return items.lazy.compactMap { $0.typeHint(expected) }.first
    }
}

extension String.UTF8View {
    /// Whether the other text is a part of this one.
    fileprivate func holds(_ part: String.UTF8View) -> Bool {
        var rest = self[...]
        while !rest.starts(with: part) {
            guard rest.popFirst() != nil else { return false }
        }
        return true
    }
}
