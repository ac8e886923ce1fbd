// Keys that stand twice in one mapping. What it means that they do is for the caller to say.

internal import Vocabulary

extension YAMLNode {
    /// All keys below this node that repeat an earlier key of the same mapping, in the order of the text.
    public func duplicateKeys() -> [(first: YAMLNode, second: YAMLNode)] {
        var found: [(first: YAMLNode, second: YAMLNode)] = []
        var position = index
        while position < Int(record.next) {
            if arena.records[position].kind == .mapping {
                YAMLNode(arena, position).appendDuplicates(to: &found)
            }
            position += 1
        }
        return found
    }

    private func appendDuplicates(to found: inout [(first: YAMLNode, second: YAMLNode)]) {
        guard count > 1 else { return }
        if count <= 16 { return appendDuplicatesOfFew(to: &found) }
        var seen: [String: YAMLNode] = [:]
        for (key, _) in pairs where key.kind == .scalar {
            let text = key.text
            if let first = seen[text] { found.append((first, key)) } else { seen[text] = key }
        }
    }

    /// Compares bytes, which for a handful of keys beats making strings of them.
    private func appendDuplicatesOfFew(to found: inout [(first: YAMLNode, second: YAMLNode)]) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 16) { keys in
            var used = 0
            var position = index + 1
            for _ in 0..<count {
                let key = position
                position = Int(arena.records[Int(arena.records[key].next)].next)
                guard arena.records[key].kind == .scalar else { continue }
                if let first = (0..<used).first(where: { isSameText(keys[$0], key) }) {
                    found.append((YAMLNode(arena, keys[first]), YAMLNode(arena, key)))
                } else {
                    keys[used] = key
                    used += 1
                }
            }
        }
    }

    private func isSameText(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (arena.records[left], arena.records[right])
        guard left.count == right.count else { return false }
        return arena.withText(of: left) { left in arena.withText(of: right) { left.elementsEqual($0) } }
    }
}
