// Following a value path through a document. Does not judge what is found.

import Vocabulary

extension DocumentNode {
    enum LookUp {
        case found(DocumentNode)
        /// Where the way ends and why.
        case missing(line: Int, reason: String)
    }

    func lookUp(_ path: ValuePath) -> LookUp {
        var node = self
        var line = self.line
        for (index, step) in path.steps.enumerated() {
            let name = ValuePath.name(of: path.steps[..<index])
            switch (node.content.position(step), node.content) {
            case (.key(let key), .table(let entries)):
                guard let entry = entries.last(where: { $0.key == key }) else {
                    return .missing(
                        line: line,
                        reason: "\(name) has no key \"\(key)\"\(DocumentNode.instead(of: key, entries.map(\.key)))")
                }
                node = entry.value
                line = entry.line
            case (.index(let number), .list(let items)):
                guard number < items.count else {
                    return .missing(
                        line: line, reason: "\(name) has \(Prose.count(items.count, "item")), so no [\(number)]")
                }
                node = items[number]
                line = node.line
            case (.key(let key), _):
                return .missing(line: line, reason: "\(name) is no table, so it has no key \"\(key)\"")
            case (.index(let number), _):
                return .missing(line: line, reason: "\(name) is no list, so it has no [\(number)]")
            }
        }
        return .found(node)
    }

    private static func instead(of key: String, _ keys: [String]) -> String {
        if let near = suggestion(for: key, among: keys) { return "; did you mean \"\(near)\"?" }
        return keys.isEmpty
            ? "; it is empty" : "; it has \(keys.prefix(8).joined(separator: ", "))\(keys.count > 8 ? ", …" : "")"
    }
}

extension ValuePath {
    /// The steps as they are written, "the file" for none.
    fileprivate static func name(of steps: ArraySlice<Step>) -> String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let number): text += "[\(number)]"
            case .key(let key):
                let isPlain =
                    !key.isEmpty && !key.utf8.contains { $0 == 0x2E || $0 == 0x5B || $0 == 0x22 || $0 == 0x27 }
                text += (text.isEmpty ? "" : ".") + (isPlain ? key : "\"\(key)\"")
            }
        }
        return text.isEmpty ? "the file" : text
    }
}

extension DocumentNode.Content {
    /// In a list a key of digits is a position: `steps.0` is `steps[0]`.
    fileprivate func position(_ step: ValuePath.Step) -> ValuePath.Step {
        guard case .list = self, case .key(let key) = step, key.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(key)
        else { return step }
        return .index(number)
    }
}
