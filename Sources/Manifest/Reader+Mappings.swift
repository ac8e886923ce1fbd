// Walking the pairs of a mapping, with YAML's merge key `<<` written out.

internal import Vocabulary
internal import YAML

extension Reader {
    /// Calls the body for each pair whose key is text and stands for the first time. Pairs merged with `<<` come last, and only where the mapping
    /// does not have the key itself.
    func forEachPair(_ node: YAMLNode, _ body: (_ keyNode: YAMLNode, _ key: String, _ value: YAMLNode) -> Void) {
        var merged: [YAMLNode] = []
        for (keyNode, value) in node.pairs {
            if !duplicates.isEmpty, duplicates.contains(keyNode.range.start) { continue }
            guard keyNode.kind == .scalar else {
                error("a key must be text, got \(Self.describe(keyNode))", at: keyNode.range)
                continue
            }
            let key = keyNode.text
            if key == "<<", keyNode.style == .plain {
                merged += mappingsToMerge(value)
            } else {
                body(keyNode, key, value)
            }
        }
        guard !merged.isEmpty else { return }
        var seen = Set(node.pairs.map(\.key.text))
        for mapping in merged {
            for (keyNode, value) in mapping.pairs where keyNode.kind == .scalar && seen.insert(keyNode.text).inserted {
                body(keyNode, keyNode.text, value)
            }
        }
    }

    private func mappingsToMerge(_ node: YAMLNode) -> [YAMLNode] {
        if node.kind == .mapping { return [node] }
        let items = Array(node.items)
        if !items.isEmpty, items.allSatisfy({ $0.kind == .mapping }) { return items }
        error("`<<` wants a mapping to merge, got \(Self.describe(node))", at: node.range, hint: "write <<: *anchor")
        return []
    }

    /// Finds keys that stand twice in one mapping anywhere below a node; from then on only the first is read.
    func reportDuplicateKeys(below node: YAMLNode) {
        for (first, second) in node.duplicateKeys() where !(first.text == "<<" && first.style == .plain) {
            duplicates.insert(second.range.start)
            error(
                "duplicate key \"\(second.text)\"", at: second.range,
                notes: [.init("the first one is here", at: first.range)]
            )
        }
    }
}
