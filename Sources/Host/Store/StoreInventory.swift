// Everything that is in the segments of a store, found by reading them from their starts. Trusts no index.

import Glibc
import Vocabulary

/// A reading of all segments. Those that nobody appends to stay locked as long as this lives.
struct StoreInventory {
    struct Part {
        let id: UInt64
        let file: StoreFile
        /// Somebody else may append to it: its end may be torn, and it stays as it is.
        let isBusy: Bool
        /// What is no whole entry, as offset and length.
        var gaps: [(offset: Int64, length: Int64)] = []
    }

    struct Item {
        let part: Int
        let offset: Int64
        let entry: SegmentEntry
    }

    private(set) var parts: [Part] = []
    private(set) var items: [Item] = []
    /// Files that are named like segments and are none.
    private(set) var strangers: [String] = []
    /// Positions in `items` of the latest entry of each address.
    private(set) var blobs: [Digest: Int] = [:]
    private(set) var records: [Digest: Int] = [:]

    /// - Parameter claims: whether to lock segments, so that they can be replaced.
    init(_ layout: StoreLayout, claims: Bool) {
        for id in layout.segmentIDs() {
            let path = layout.segment(id)
            guard let file = try? StoreFile.open(path, claims ? O_RDWR : O_RDONLY),
                SegmentHeader.isValid(in: file, id: id)
            else {
                strangers.append(path)
                continue
            }
            let isFree = flock(file.descriptor, LOCK_EX | LOCK_NB) == 0
            if isFree, !claims { flock(file.descriptor, LOCK_UN) }
            parts.append(Part(id: id, file: file, isBusy: !isFree))
            read(parts.count - 1)
        }
    }

    private mutating func read(_ part: Int) {
        let file = parts[part].file
        var position = Int64(SegmentHeader.size)
        let size = file.size
        while true {
            let end = SegmentScan.entries(of: file, from: position) { entry, offset in
                add(Item(part: part, offset: offset, entry: entry))
            }
            guard end < size else { return }
            let next = SegmentScan.nextEntry(in: file, after: end) ?? size
            parts[part].gaps.append((end, next - end))
            guard next < size else { return }
            position = next
        }
    }

    private mutating func add(_ item: Item) {
        items.append(item)
        let address = item.entry.address
        if item.entry.kind == .record {
            if let known = records[address], items[known].entry.stamp > item.entry.stamp { return }
            records[address] = items.count - 1
        } else {
            if let known = blobs[address], items[known].entry.stamp > item.entry.stamp { return }
            blobs[address] = items.count - 1
        }
    }

    /// The whole entry as it stands in its segment; nil when it cannot be read any more.
    func bytes(of item: Item) -> [UInt8]? {
        let size = item.entry.totalSize
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = parts[item.part].file.read(into: UnsafeMutableRawBufferPointer(buffer), at: item.offset)
        }
        return bytes.count == size ? bytes : nil
    }

    /// The record; nil when it is of another version.
    func record(_ item: Item) -> ActionRecord? {
        guard let bytes = bytes(of: item) else { return nil }
        let record = ActionRecord(encoded: Array(bytes[SegmentEntry.headerSize...]))
        return record?.key == item.entry.address ? record : nil
    }
}

extension SegmentScan {
    /// The first whole entry behind damage; nil when there is none.
    static func nextEntry(in file: StoreFile, after offset: Int64) -> Int64? {
        let count = Int(file.size - offset)
        guard count > SegmentEntry.headerSize else { return nil }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { buffer.deallocate() }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<file.read(into: buffer, at: offset)])
        for position in 1..<max(2, bytes.count - SegmentEntry.headerSize + 1) where position < bytes.count {
            guard let entry = SegmentEntry(header: UnsafeRawBufferPointer(rebasing: bytes[position...])),
                position + entry.totalSize <= bytes.count,
                SegmentEntry.isIntact(UnsafeRawBufferPointer(rebasing: bytes[position..<position + entry.totalSize]))
            else { continue }
            return offset + Int64(position)
        }
        return nil
    }
}

extension ActionRecord {
    /// Addresses of all content that restoring it takes.
    var contents: [Digest] {
        var found = [log, evidence].compactMap(\.self)
        for item in outputs.items + reports.items {
            if case .file(_, _, let digest) = item.entry { found.append(digest) }
        }
        return found
    }
}
