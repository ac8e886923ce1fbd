// Appends nodes to an arena in the order of the text, and guards against aliases that grow without bounds.

internal import CLibYAML
internal import Glibc
internal import Vocabulary

/// An arena under construction.
struct ArenaBuilder {
    private struct OpenCollection {
        let index: Int
        let anchor: String?
        /// The collection itself while it is empty.
        var lastChild: Int
        var children: UInt32 = 0
        /// Nodes in here when every alias is written out.
        var expanded = 1
    }

    private struct Anchor {
        let index: Int
        /// Nil while the collection is still open.
        var expanded: Int?
    }

    private var records: [NodeRecord] = []
    private var pool: [UInt8] = []
    private var tags: [String] = []
    private var stack: [OpenCollection] = []
    private var anchors: [String: Anchor] = [:]

    mutating func reserve(forBytes count: Int) {
        records.reserveCapacity(count / 12)
    }

    /// Closes what is still open and hands everything over.
    mutating func finish(source: SourceID, bytes: [UInt8]) -> Arena {
        while let open = stack.last { _ = close(at: Int(records[open.index].start), isFlow: false) }
        return Arena(source: source, bytes: bytes, records: records, pool: pool, tags: tags)
    }

    mutating func add(
        scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar, from start: Int, to end: Int,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Problem? {
        let style = Self.style(scalar.style)
        let from = scalar.anchor == nil && scalar.tag == nil ? start : contentStart(start, end, bytes)
        let content = contentRange(style, from, end, bytes)
        let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let isVerbatim = content.count == value.count && isEqual(bytes, content.lowerBound, value)
        let payload = isVerbatim ? content.lowerBound : pool.count
        if !isVerbatim { pool.append(contentsOf: value) }
        let shown = content.isEmpty ? start..<end : content
        let index = append(
            NodeRecord(
                kind: .scalar, style: style, tag: intern(scalar.tag), start: UInt32(shown.lowerBound),
                end: UInt32(shown.upperBound), payload: UInt32(payload), count: UInt32(value.count),
                next: UInt32(records.count + 1), isPooled: !isVerbatim
            )
        )
        if let anchor = scalar.anchor { anchors[String(cString: anchor)] = Anchor(index: index, expanded: 1) }
        return nil
    }

    mutating func add(aliasOf name: String, from start: Int, to end: Int) -> Problem? {
        guard let anchor = anchors[name] else { return Problem(.undefinedAlias(name), at: start, length: end - start) }
        guard let expanded = anchor.expanded else {
            return Problem(.aliasInsideItself(name), at: start, length: end - start)
        }
        _ = append(
            NodeRecord(
                kind: .alias, style: .plain, tag: 0, start: UInt32(start), end: UInt32(end),
                payload: UInt32(anchor.index), count: 0, next: UInt32(records.count + 1), isPooled: false
            )
        )
        guard !stack.isEmpty else { return nil }
        stack[stack.count - 1].expanded += expanded - 1
        let isBomb = stack[stack.count - 1].expanded > EventReader.mostExpanded + 10 * records.count
        return isBomb
            ? Problem(.aliasesExpandTooFar(limit: EventReader.mostExpanded), at: start, length: end - start) : nil
    }

    mutating func open(
        _ kind: NodeRecord.Kind, anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?,
        from start: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Problem? {
        guard stack.count < EventReader.deepest else { return Problem(.tooDeep(limit: EventReader.deepest), at: start) }
        let from = anchor == nil && tag == nil ? start : contentStart(start, bytes.count, bytes)
        let index = append(
            NodeRecord(
                kind: kind, style: .plain, tag: intern(tag), start: UInt32(from), end: UInt32(from), payload: 0,
                count: 0, next: UInt32(records.count + 1), isPooled: false
            )
        )
        let name = anchor.map { String(cString: $0) }
        if let name { anchors[name] = Anchor(index: index, expanded: nil) }
        stack.append(OpenCollection(index: index, anchor: name, lastChild: index))
        return nil
    }

    mutating func close(at end: Int, isFlow: Bool) -> Problem? {
        guard let open = stack.popLast() else { return nil }
        records[open.index].count = open.children
        records[open.index].next = UInt32(records.count)
        records[open.index].end = isFlow ? UInt32(end) : records[open.lastChild].end
        if let anchor = open.anchor { anchors[anchor] = Anchor(index: open.index, expanded: open.expanded) }
        if !stack.isEmpty { stack[stack.count - 1].expanded += open.expanded - 1 }
        return nil
    }

    private mutating func append(_ record: NodeRecord) -> Int {
        records.append(record)
        if !stack.isEmpty {
            stack[stack.count - 1].children += 1
            stack[stack.count - 1].lastChild = records.count - 1
            stack[stack.count - 1].expanded += 1
        }
        return records.count - 1
    }

    private mutating func intern(_ tag: UnsafeMutablePointer<yaml_char_t>?) -> UInt16 {
        guard let tag else { return 0 }
        let name = String(cString: tag)
        if let position = tags.firstIndex(of: name) { return UInt16(position + 1) }
        guard tags.count < Int(UInt16.max) - 1 else { return UInt16(tags.count) }
        tags.append(name)
        return UInt16(tags.count)
    }
}

extension ArenaBuilder {
    private static func style(_ style: yaml_scalar_style_t) -> ScalarStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    /// Skips the anchor and the tag in front of a node.
    private func contentStart(_ start: Int, _ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = start
        while index < end, bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
            while index < end, !Self.isBlank(bytes[index]) { index += 1 }
            while index < end, Self.isBlank(bytes[index]) { index += 1 }
        }
        return index
    }

    private func contentRange(
        _ style: ScalarStyle, _ start: Int, _ end: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int> {
        switch style {
        case .plain:
            return start..<max(start, end)
        case .singleQuoted, .doubleQuoted:
            return start + 1..<max(start + 1, end - 1)
        case .literal, .folded:
            var from = start
            while from < end, bytes[from] != UInt8(ascii: "\n") { from += 1 }
            while from < end, Self.isBlank(bytes[from]) { from += 1 }
            var to = end
            while to > from, Self.isBlank(bytes[to - 1]) { to -= 1 }
            return from..<to
        }
    }

    private func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool
    {
        guard let left = bytes.baseAddress, let right = value.baseAddress else { return value.isEmpty }
        return memcmp(left + start, right, value.count) == 0
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}
