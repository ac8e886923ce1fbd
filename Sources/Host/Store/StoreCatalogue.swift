// What this process knows of a store's contents: the index, and the tails of segments behind it. Reads no payload.

import Glibc
import Ports
import Vocabulary

/// A segment that is open for reading.
struct Segment {
    let id: UInt64
    let file: StoreFile
    /// Every whole entry before this offset is known.
    var known: Int64
    /// How far the index says it goes. Beyond the file's size after a power loss: then nobody may append to it, because
    /// what is written below this offset would not be looked at.
    var indexed: Int64
    /// Its name is gone: others cannot read it any more.
    var isGone = false
}

/// Guarded by the store's mutex. Later entries replace earlier ones with the same address.
struct StoreCatalogue {
    private(set) var index: StoreIndex?
    private(set) var uses: RecordUses?
    /// Records behind the index that were looked up, and are not of this hour: an index would remember that.
    private(set) var usedInTail: Set<Digest> = []
    private let recently = Machine.wallTime &- 3_600_000_000_000
    private(set) var segments: [Segment] = []
    private var numbers: [UInt64: Int] = [:]
    /// Positions in `segments` by the index's numbers; nil for one that is gone.
    private var numbersOfIndex: [Int?] = []

    /// What stands behind the index.
    private(set) var blobs: [Digest: BlobPlace] = [:]
    private(set) var records: [Digest: RecordPlace] = [:]
    /// Keys of `records` by tag; made when first asked for.
    private var keys: [UInt64: [Digest]]?
    /// Blobs that turned out not to be what their address says; forgotten when they are added again.
    private var damaged: Set<Digest> = []
    private(set) var lastStamp: UInt64 = 0

    /// How many entries an open store had to find by reading segments.
    var tailCount: Int { blobs.count + records.count }

    /// How many bytes of segments had to be read for that.
    var tailBytes: Int64 {
        segments.reduce(0) { $0 + max(0, $1.known - max($1.indexed, Int64(SegmentHeader.size))) }
    }

    func blob(_ digest: Digest) -> BlobPlace? {
        if damaged.contains(digest) { return nil }
        if let place = blobs[digest] { return place }
        return index?.blob(digest).flatMap { place(ofBlob: $0) }
    }

    /// The latest result for a key, which counts as a use.
    mutating func use(_ key: Digest) -> RecordPlace? {
        if let place = records[key] {
            if place.stamp < recently { usedInTail.insert(key) }
            return place
        }
        guard let index, let position = index.position(ofRecord: key) else { return nil }
        uses?.touch(position)
        return place(ofRecord: index.record(at: position))
    }

    /// Minutes since the epoch when a record was last used, as far as is known.
    func lastUse(_ key: Digest, stamp: UInt64) -> UInt32 {
        let made = RecordUses.minute(stamp)
        if usedInTail.contains(key) { return max(made, RecordUses.minute(Machine.wallTime)) }
        guard let index, let uses, let position = index.position(ofRecord: key) else { return made }
        return max(made, uses[position])
    }

    /// Records whose task's name has this hash, the latest first, one for each key.
    mutating func records(tag: UInt64, limit: Int) -> [(key: Digest, place: RecordPlace)] {
        var found = keysByTag()[tag, default: []].compactMap { key in records[key].map { (key: key, place: $0) } }
        // A row of the index whose key is in the tail too is an earlier result for the same key.
        for row in index?.records(tag: tag, limit: limit + found.count) ?? [] where records[row.address] == nil {
            if let place = place(ofRecord: row) { found.append((row.address, place)) }
        }
        return Array(found.sorted { $0.place.stamp > $1.place.stamp }.prefix(limit))
    }

    private mutating func keysByTag() -> [UInt64: [Digest]] {
        if let keys { return keys }
        var made: [UInt64: [Digest]] = [:]
        for (key, place) in records { made[place.tag, default: []].append(key) }
        keys = made
        return made
    }

    mutating func markDamaged(_ digest: Digest) {
        damaged.insert(digest)
    }

    /// Takes note of an entry in a segment's tail.
    mutating func insert(_ entry: SegmentEntry, segment: Int, offset: Int64) {
        lastStamp = max(lastStamp, entry.stamp)
        switch entry.kind {
        case .record: insertRecord(entry, segment: segment, offset: offset)
        case .blob:
            insertBlob(
                entry, BlobPlace(segment: segment, offset: offset, size: UInt64(entry.length), stamp: entry.stamp))
        case .largeBlob:
            insertBlob(entry, BlobPlace(segment: nil, offset: offset, size: entry.tag, stamp: entry.stamp))
        }
    }

    private mutating func insertBlob(_ entry: SegmentEntry, _ place: BlobPlace) {
        damaged.remove(entry.address)
        if let known = blobs[entry.address], known.stamp > place.stamp { return }
        blobs[entry.address] = place
    }

    private mutating func insertRecord(_ entry: SegmentEntry, segment: Int, offset: Int64) {
        let known = records[entry.address]
        if let known, known.stamp > entry.stamp { return }
        records[entry.address] = RecordPlace(
            segment: segment, offset: offset, length: entry.length, stamp: entry.stamp, tag: entry.tag)
        if keys != nil, known?.tag != entry.tag { keys?[entry.tag, default: []].append(entry.address) }
    }
}

extension StoreCatalogue {
    func place(ofBlob row: IndexRow) -> BlobPlace? {
        if row.segment == StoreIndex.ownFile {
            return BlobPlace(segment: nil, offset: 0, size: row.first, stamp: row.second)
        }
        guard let segment = segmentNumber(row.segment), row.first <= SegmentEntry.longestPayload else { return nil }
        return BlobPlace(segment: segment, offset: Int64(clamping: row.offset), size: row.first, stamp: row.second)
    }

    func place(ofRecord row: IndexRow) -> RecordPlace? {
        guard let segment = segmentNumber(row.segment), row.length <= SegmentEntry.longestPayload else { return nil }
        return RecordPlace(
            segment: segment, offset: Int64(clamping: row.offset), length: row.length, stamp: row.first, tag: row.second
        )
    }

    private func segmentNumber(_ number: UInt32) -> Int? {
        number < numbersOfIndex.count ? numbersOfIndex[Int(number)] : nil
    }
}

extension StoreCatalogue {
    /// Looks at the disk again: a newer index, new segments, new entries in known ones.
    mutating func refresh(_ layout: StoreLayout) {
        // Again when the index was replaced meanwhile, and what it names with it.
        for _ in 0..<3 {
            let found = StoreIndex(layout.index)
            guard let found, found.inode != index?.inode else { break }
            adopt(found, layout)
            if !numbersOfIndex.contains(nil) { break }
        }
        readSegments(layout, except: [])
    }

    private mutating func readSegments(_ layout: StoreLayout, except left: Set<UInt64>) {
        let ids = layout.segmentIDs().filter { !left.contains($0) }
        for id in ids { openSegment(id, layout) }
        let there = Set(ids)
        for number in segments.indices {
            segments[number].isGone = !there.contains(segments[number].id)
            if !segments[number].isGone { readTail(of: number) }
        }
    }

    /// Forgets index and tails and reads every segment from its start.
    /// - Parameter left: segments that are about to be removed.
    mutating func rebuild(_ layout: StoreLayout, except left: Set<UInt64> = []) {
        index = nil
        uses = nil
        numbersOfIndex = []
        forgetTail()
        for number in segments.indices {
            segments[number].known = Int64(SegmentHeader.size)
            segments[number].indexed = 0
        }
        readSegments(layout, except: left)
    }

    /// Reads what was appended to a segment since it was last looked at.
    mutating func readTail(of number: Int) {
        let segment = segments[number]
        let known = SegmentScan.entries(of: segment.file, from: segment.known) { entry, offset in
            insert(entry, segment: number, offset: offset)
        }
        segments[number].known = known
    }

    /// Takes a place in the list for a segment, unless it has one. Nil when it is not there or not a segment.
    @discardableResult
    mutating func openSegment(_ id: UInt64, _ layout: StoreLayout) -> Int? {
        if let number = numbers[id] { return number }
        guard let file = try? StoreFile.open(layout.segment(id), O_RDONLY), SegmentHeader.isValid(in: file, id: id)
        else { return nil }
        segments.append(Segment(id: id, file: file, known: Int64(SegmentHeader.size), indexed: 0))
        numbers[id] = segments.count - 1
        return segments.count - 1
    }

    /// Notes that this process has appended to a segment.
    mutating func advance(_ number: Int, to offset: Int64) {
        segments[number].known = offset
    }

    private mutating func adopt(_ found: StoreIndex, _ layout: StoreLayout) {
        index = found
        uses = RecordUses(layout, of: found)
        forgetTail()
        lastStamp = max(lastStamp, found.lastStamp)
        for number in segments.indices {
            segments[number].known = Int64(SegmentHeader.size)
            segments[number].indexed = 0
        }
        numbersOfIndex = (0..<found.segmentCount).map { row in
            let (id, covered) = found.segment(row)
            guard let number = openSegment(id, layout) else { return nil }
            segments[number].known = max(Int64(SegmentHeader.size), covered)
            segments[number].indexed = covered
            return number
        }
    }

    private mutating func forgetTail() {
        blobs = [:]
        records = [:]
        usedInTail = []
        keys = nil
    }
}
