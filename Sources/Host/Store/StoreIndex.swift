// The immutable table of contents: where blobs and records are, without reading any segment. Does not verify content.
//
// All numbers little-endian; tables of fixed stride stand one after the other behind the header of 64 bytes:
//
//     segments  id u64, covered u64                                            in any order
//     blobs     digest 32, segment u32, zero u32, offset u64, size u64, stamp u64    ascending by digest
//     records   key 32, segment u32, length u32, offset u64, stamp u64, tag u64      ascending by key
//     tasks     tag u64, stamp u64, record u32, zero u32                       ascending by tag, then the latest first
//
// `covered` is the offset in a segment up to which the index knows it. Damage in a table leads to an entry that is not
// the one asked for, which the reader of the entry notices: it costs misses, never wrong content.

import CLinux
import Vocabulary

/// Where a blob's entry is.
struct BlobPlace {
    /// Position in the catalogue's list of segments; nil for content in a file of its own.
    var segment: Int?
    var offset: Int64
    var size: UInt64
    var stamp: UInt64
}

/// Where a record's entry is.
struct RecordPlace {
    var segment: Int
    var offset: Int64
    var length: UInt32
    var stamp: UInt64
    var tag: UInt64
}

final class StoreIndex: Sendable {
    static let magic: UInt64 = 0x0000_3130_5844_4e49
    static let headerSize = 64
    static let segmentStride = 16
    static let blobStride = 64
    static let recordStride = 64
    static let taskStride = 24
    /// In place of a segment's number: the content is a file of its own.
    static let ownFile = UInt32.max

    private let file: MappedFile
    private var bytes: UnsafeRawBufferPointer { file.bytes }
    let segmentCount, blobCount, recordCount: Int
    /// The greatest stamp of any entry.
    let lastStamp: UInt64

    /// Nil when there is no index, or its header is damaged, or it has not the size its header says.
    init?(_ path: String) {
        guard let file = MappedFile(path), file.bytes.count >= StoreIndex.headerSize else { return nil }
        let bytes = file.bytes
        let headerSum: UInt32 = bytes.integer(at: 8)
        guard bytes.integer(at: 0) == StoreIndex.magic,
            tg_crc32c(0, bytes.baseAddress.unsafelyUnwrapped + 12, StoreIndex.headerSize - 12) == headerSum,
            let segments = Int(exactly: bytes.integer(at: 16) as UInt64), segments < 1 << 32,
            let blobs = Int(exactly: bytes.integer(at: 24) as UInt64), blobs < 1 << 40,
            let records = Int(exactly: bytes.integer(at: 32) as UInt64), records < 1 << 32
        else { return nil }
        self.file = file
        segmentCount = segments
        blobCount = blobs
        recordCount = records
        lastStamp = bytes.integer(at: 40)
        identity = bytes.integer(at: 48)
        guard bytes.count == tasksStart + records * StoreIndex.taskStride else { return nil }
    }

    /// Names the file with the last uses of its records.
    let identity: UInt64

    /// Tells this index from another that was renamed over it.
    var inode: UInt64 { file.inode }
    var size: Int { bytes.count }

    private var blobsStart: Int { StoreIndex.headerSize + segmentCount * StoreIndex.segmentStride }
    private var recordsStart: Int { blobsStart + blobCount * StoreIndex.blobStride }
    private var tasksStart: Int { recordsStart + recordCount * StoreIndex.recordStride }

    /// Whether all tables are as they were written. Reads the whole file.
    var isIntact: Bool {
        let start = bytes.baseAddress.unsafelyUnwrapped + StoreIndex.headerSize
        return tg_crc32c(0, start, bytes.count - StoreIndex.headerSize) == bytes.integer(at: 12)
    }

    func segment(_ number: Int) -> (id: UInt64, covered: Int64) {
        let row = StoreIndex.headerSize + number * StoreIndex.segmentStride
        let covered: UInt64 = bytes.integer(at: row + 8)
        return (bytes.integer(at: row), Int64(clamping: covered))
    }
}

/// A row of the table of blobs or of records; both begin with an address and a place.
struct IndexRow {
    let address: Digest
    let segment: UInt32
    let length: UInt32
    let offset: UInt64
    /// Of a blob: its size and stamp. Of a record: its stamp and tag.
    let first, second: UInt64
}

extension StoreIndex {
    func blob(at position: Int) -> IndexRow { row(at: blobsStart + position * StoreIndex.blobStride) }
    func record(at position: Int) -> IndexRow { row(at: recordsStart + position * StoreIndex.recordStride) }

    func blob(_ digest: Digest) -> IndexRow? {
        position(of: digest, from: blobsStart, count: blobCount).map { blob(at: $0) }
    }

    func position(ofRecord key: Digest) -> Int? {
        position(of: key, from: recordsStart, count: recordCount)
    }

    /// The records of the tasks whose name has this hash, the latest first.
    func records(tag: UInt64, limit: Int) -> [IndexRow] {
        var low = 0
        var high = recordCount
        while low < high {
            let middle = (low + high) / 2
            if bytes.integer(at: tasksStart + middle * StoreIndex.taskStride) < tag {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var rows: [IndexRow] = []
        while low < recordCount, rows.count < limit {
            let start = tasksStart + low * StoreIndex.taskStride
            guard bytes.integer(at: start) == tag else { break }
            let number: UInt32 = bytes.integer(at: start + 16)
            if number < recordCount { rows.append(record(at: Int(number))) }
            low += 1
        }
        return rows
    }

    private func row(at start: Int) -> IndexRow {
        IndexRow(
            address: bytes.digest(at: start), segment: bytes.integer(at: start + 32),
            length: bytes.integer(at: start + 36), offset: bytes.integer(at: start + 40),
            first: bytes.integer(at: start + 48), second: bytes.integer(at: start + 56))
    }

    /// Binary search; blobs and records have the same stride.
    private func position(of address: Digest, from start: Int, count: Int) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let row = start + middle * StoreIndex.blobStride
            let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: row, as: UInt64.self))
            if word == address.word0, bytes.digest(at: row) == address { return middle }
            let precedes = word != address.word0 ? word < address.word0 : bytes.digest(at: row) < address
            if precedes { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
