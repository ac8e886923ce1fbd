// The frozen graph as bytes, in one pass. Reading them is `GraphSnapshot`'s.

internal import Hashing
import Vocabulary

extension Graph {
    /// The bytes of a snapshot file of this graph.
    public func snapshot(_ facts: LoadFacts) -> [UInt8] {
        let names = names.sorted { $0.key.utf8Precedes($1.key) }
        let slots = nameSlots(names.map(\.key))
        var sections: [[UInt8]] = []
        for section in SnapshotLayout.Section.allCases {
            var writer = ByteWriter()
            switch section {
            case .facts:
                facts.encode(into: &writer)
                writer.integer(UInt32(pools.count))
                for (name, size) in pools.sorted(by: { $0.key.utf8Precedes($1.key) }) {
                    writer.string(name)
                    writer.integer(Int64(size))
                }
            case .needStarts: writer.table(needStart)
            case .needs: writer.table(needList.lazy.map(\.packed))
            case .dependentStarts: writer.table(dependentStart)
            case .dependents: writer.table(packedDependents)
            case .flags: for task in tasks.values { writer.integer(UInt8(task.isPortable ? 1 : 0)) }
            case .slots: writer.table(slots)
            case .nameStarts: writer.table(starts(of: names.lazy.map(\.key.utf8.count)))
            case .nameBytes: for name in names { writer.text(name.key) }
            case .namedStarts: writer.table(starts(of: names.lazy.map(\.value.count)))
            case .named: for name in names { writer.table(name.value.lazy.map(\.rawValue)) }
            case .definitionStarts: continue
            case .definitions:
                let (starts, bytes) = encodedDefinitions
                writer.table(starts)
                sections += [writer.bytes, bytes]
                continue
            }
            sections.append(writer.bytes)
        }
        return assembled(sections, names: names.count, slots: slots.count)
    }

    private func assembled(_ sections: [[UInt8]], names: Int, slots: Int) -> [UInt8] {
        var offsets: [UInt64] = []
        var end = SnapshotLayout.headerSize
        // Nothing follows the last one, so it needs no filling: each byte behind the checked ones is a definition's.
        let sizes = sections.map { ($0.count + 7) / 8 * 8 }.dropLast() + sections.suffix(1).map(\.count)
        for size in sizes {
            offsets.append(UInt64(end))
            end += size
        }
        offsets.append(UInt64(end))
        var body = ByteWriter()
        for count in [count, names, slots, 0] { body.integer(UInt32(count)) }
        for offset in offsets { body.integer(offset) }
        for (section, size) in zip(sections, sizes) {
            section.withUnsafeBytes { body.append($0) }
            for _ in section.count..<size { body.integer(UInt8(0)) }
        }
        let checked = Int(offsets[SnapshotLayout.Section.definitions.rawValue]) - 16
        var file = ByteWriter()
        file.integer(SnapshotLayout.magic)
        file.integer(SnapshotLayout.format)
        body.bytes.withUnsafeBytes { bytes in
            file.integer(checksum(bytes.part(0..<checked)))
            file.append(bytes)
        }
        return file.bytes
    }

    private var packedDependents: [UInt32] {
        var next = dependentStart
        var packed = [UInt32](repeating: 0, count: dependentList.count)
        for id in ids {
            for need in needs(of: id) {
                packed[Int(next[need.task.index])] = id.rawValue << 3 | UInt32(need.kind.rawValue)
                next[need.task.index] += 1
            }
        }
        return packed
    }

    private var encodedDefinitions: (starts: [UInt32], bytes: [UInt8]) {
        var starts: [UInt32] = [0]
        var all = ByteWriter()
        for task in tasks.values {
            if task.isPortable {
                var writer = ByteWriter()
                task.encode(into: &writer)
                writer.bytes.withUnsafeBytes { bytes in
                    all.integer(checksum(bytes))
                    all.append(bytes)
                }
            }
            starts.append(UInt32(all.bytes.count))
        }
        return (starts, all.bytes)
    }

    /// Half full at most, so that one or two probes find a name.
    private func nameSlots(_ names: [String]) -> [UInt32] {
        var capacity = 8
        while capacity < names.count * 2 { capacity *= 2 }
        var slots = [UInt32](repeating: 0, count: capacity)
        for (number, name) in names.enumerated() {
            var slot = Int(truncatingIfNeeded: GraphSnapshot.hash(name)) & (capacity - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt32(number + 1)
        }
        return slots
    }
}

extension Need {
    fileprivate var packed: UInt32 { task.rawValue << 3 | (isInferred ? 4 : 0) | UInt32(kind.rawValue) }
}

private func starts(of lengths: some Sequence<Int>) -> [UInt32] {
    var starts: [UInt32] = [0]
    var end: UInt32 = 0
    for length in lengths {
        end += UInt32(length)
        starts.append(end)
    }
    return starts
}

extension ByteWriter {
    fileprivate mutating func table(_ values: some Sequence<UInt32>) {
        for value in values { integer(value) }
    }

    /// Without its length.
    fileprivate mutating func text(_ value: String) {
        var copy = value
        copy.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }
}
