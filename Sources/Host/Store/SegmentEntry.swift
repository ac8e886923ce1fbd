// The byte form of one entry of a segment. Does not know where segments are or who writes them.

import CLinux
import Vocabulary

/// What stands before a payload. Little-endian, 64 bytes:
///
///     0 checksum u32    CRC-32C of everything after it, payload included
///     4 length   u32    of the payload
///     8 stamp    u64    orders entries: the greater is the later
///    16 tag      u64    of a record: hash of the task's name; of a large blob: its size; else 0
///    24 address  32     digest of the content, or the record's key
///    56 kind     u32
///    60 zero     u32
struct SegmentEntry {
    enum Kind: UInt32 {
        /// The payload is the content.
        case blob = 1
        /// The payload is an encoded `ActionRecord`.
        case record = 2
        /// The content is a file of its own; no payload.
        case largeBlob = 3
    }

    static let headerSize = 64
    /// Longer payloads are refused when writing and taken for damage when reading.
    static let longestPayload = 1 << 30

    var kind: Kind
    var address: Digest
    var tag: UInt64
    var stamp: UInt64
    var length: UInt32

    var totalSize: Int { SegmentEntry.headerSize + Int(length) }
}

extension SegmentEntry {
    /// Reads a header; nil when it cannot be one. The checksum is not looked at.
    init?(header bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= SegmentEntry.headerSize, let kind = Kind(rawValue: bytes.integer(at: 56)),
            bytes.integer(at: 60) as UInt32 == 0
        else { return nil }
        let length: UInt32 = bytes.integer(at: 4)
        guard length <= SegmentEntry.longestPayload else { return nil }
        self.init(
            kind: kind, address: bytes.digest(at: 24), tag: bytes.integer(at: 16), stamp: bytes.integer(at: 8),
            length: length)
    }

    /// Whether header and payload are as they were written.
    static func isIntact(_ entry: UnsafeRawBufferPointer) -> Bool {
        guard entry.count >= headerSize, let base = entry.baseAddress else { return false }
        return tg_crc32c(0, base + 4, entry.count - 4) == entry.integer(at: 0)
    }

    /// Whole entries one after the other, ready to be appended. Each `length` must be the payload's.
    static func encoded(_ entries: [(header: SegmentEntry, payload: [UInt8])]) -> [UInt8] {
        let size = entries.reduce(0) { $0 + $1.header.totalSize }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            for (header, payload) in entries {
                let place = UnsafeMutableRawBufferPointer(buffer)[count..<count + header.totalSize]
                payload.withUnsafeBytes { header.encode(payload: $0, into: .init(rebasing: place)) }
                count += header.totalSize
            }
        }
    }

    private func encode(payload: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.put(length, at: 4)
        bytes.put(stamp, at: 8)
        bytes.put(tag, at: 16)
        bytes.put(address, at: 24)
        bytes.put(kind.rawValue, at: 56)
        bytes.put(UInt32(0), at: 60)
        UnsafeMutableRawBufferPointer(rebasing: bytes[SegmentEntry.headerSize...]).copyMemory(from: payload)
        bytes.put(tg_crc32c(0, bytes.baseAddress.unsafelyUnwrapped + 4, bytes.count - 4), at: 0)
    }
}

/// An entry that is to be appended; it gets its stamp when it is.
struct NewEntry {
    let kind: SegmentEntry.Kind
    let address: Digest
    let tag: UInt64
    let payload: [UInt8]

    init(_ kind: SegmentEntry.Kind, _ address: Digest, tag: UInt64 = 0, _ payload: [UInt8] = []) {
        self.kind = kind
        self.address = address
        self.tag = tag
        self.payload = payload
    }

    func header(stamp: UInt64) -> SegmentEntry {
        SegmentEntry(kind: kind, address: address, tag: tag, stamp: stamp, length: UInt32(payload.count))
    }
}
