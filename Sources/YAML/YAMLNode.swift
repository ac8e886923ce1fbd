// A node as its users see it: a small handle into the arena, aliases already followed. Does not interpret plain text.

public import Vocabulary

/// How a scalar was written.
public enum ScalarStyle: UInt8, Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded

    /// Not `plain`: the text is a string, whatever it looks like.
    public var isQuoted: Bool { self != .plain }
}

/// A scalar, a sequence or a mapping of a document.
public struct YAMLNode: Sendable {
    public enum Kind: Sendable {
        case scalar, sequence, mapping
    }

    let arena: Arena
    let index: Int

    /// Follows an alias to the node it stands for.
    init(_ arena: Arena, _ index: Int) {
        self.arena = arena
        self.index = arena.records[index].kind == .alias ? Int(arena.records[index].payload) : index
    }

    var record: NodeRecord { arena.records[index] }

    public var kind: Kind {
        switch record.kind {
        case .sequence: .sequence
        case .mapping: .mapping
        case .scalar, .alias: .scalar
        }
    }

    /// The content in the source: inside the quotes, below the header of a block scalar, from the first to the last
    /// child of a block collection, with the brackets of a flow collection.
    public var range: SourceRange {
        SourceRange(source: arena.source, start: record.start, end: record.end)
    }

    /// The style of a scalar; `plain` for a collection.
    public var style: ScalarStyle { record.style }

    /// The tag as written out in full (`tag:yaml.org,2002:str` for `!!str`, `!x` for `!x`), nil without one.
    public var tag: String? {
        record.tag == 0 ? nil : arena.tags[Int(record.tag) - 1]
    }

    /// The text of a scalar after escapes and folding; empty for a collection.
    public var text: String {
        guard record.kind == .scalar else { return "" }
        return arena.withText(of: record) { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a scalar has this text; no string is made of it.
    public func hasText(_ text: StaticString) -> Bool {
        guard record.kind == .scalar, Int(record.count) == text.utf8CodeUnitCount else { return false }
        return arena.withText(of: record) { bytes in
            text.withUTF8Buffer { $0.elementsEqual(bytes) }
        }
    }

    /// The number of items of a sequence, of pairs of a mapping; 0 for a scalar.
    public var count: Int {
        switch record.kind {
        case .sequence: Int(record.count)
        case .mapping: Int(record.count) / 2
        case .scalar, .alias: 0
        }
    }

    /// The items of a sequence; nothing for other nodes.
    public var items: Items {
        Items(arena: arena, position: index + 1, remaining: record.kind == .sequence ? Int(record.count) : 0)
    }

    /// The pairs of a mapping in the order of the text; nothing for other nodes.
    public var pairs: Pairs {
        Pairs(
            children: Items(
                arena: arena, position: index + 1, remaining: record.kind == .mapping ? Int(record.count) : 0))
    }

    /// The value of the first pair of a mapping whose key has this text.
    public subscript(key: String) -> YAMLNode? {
        pairs.first { $0.key.kind == .scalar && $0.key.text == key }?.value
    }

    public struct Items: Sequence, IteratorProtocol, Sendable {
        let arena: Arena
        var position: Int
        var remaining: Int

        public mutating func next() -> YAMLNode? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let node = YAMLNode(arena, position)
            position = Int(arena.records[position].next)
            return node
        }
    }

    public struct Pairs: Sequence, IteratorProtocol, Sendable {
        var children: Items

        public mutating func next() -> (key: YAMLNode, value: YAMLNode)? {
            guard let key = children.next(), let value = children.next() else { return nil }
            return (key, value)
        }
    }
}
