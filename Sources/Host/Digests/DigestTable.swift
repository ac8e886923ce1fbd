// The file behind the memory of digests: an immutable hash table that is searched where it lies. Reads no other file.
//
// Header of 64 bytes: magic u64, checksum u32 (CRC-32C of what follows it in the header), zero u32, capacity u64,
// count u64. Then `capacity` rows of 80 bytes, little-endian, found by linear probing from `hash * capacity >> 64`:
//
//     0 hash u64 (0: empty) · 8 stamp 32 · 40 digest 32 · 72 day u32 · 76 checksum u32 (CRC-32C of the 76 bytes before)
//
// Each row has a checksum, so that opening need not read the table, and a table torn by a power loss is as good as its
// whole rows.

import CLinux
import Vocabulary

struct DigestRow {
    /// `stableHash` of the absolute path.
    var hash: UInt64
    var stamp: FileStamp
    var digest: Digest
    /// Days since the epoch when the digest was taken.
    var day: UInt32
}

final class DigestTable: Sendable {
    private static let magic: UInt64 = 0x0000_3130_5453_4744
    private static let headerSize = 64
    private static let stride = 80

    private let file: MappedFile
    private let capacity: Int
    /// Rows that were put into it.
    let count: Int

    /// Nil when there is no table, or its header is damaged, or it has not the size its header says.
    init?(_ path: String) {
        guard let file = MappedFile(path), file.bytes.count >= DigestTable.headerSize else { return nil }
        let bytes = file.bytes
        let capacity: UInt64 = bytes.integer(at: 16)
        guard bytes.integer(at: 0) == DigestTable.magic, bytes.integer(at: 8) == DigestTable.headerSum(bytes),
            capacity < 1 << 32, bytes.count == DigestTable.headerSize + Int(capacity) * DigestTable.stride
        else { return nil }
        self.file = file
        self.capacity = Int(capacity)
        count = Int(clamping: bytes.integer(at: 24, as: UInt64.self))
    }

    /// The digest of the file with this path's hash, if it had this stamp. Allocates nothing.
    ///
    /// Another path with the same hash would have to have the same inode, size and times too: a hard link, or chance
    /// far below that of a failing disk.
    func digest(hash: UInt64, stamp: FileStamp) -> Digest? {
        var slot = DigestTable.home(hash, capacity)
        for _ in 0..<capacity {
            let start = DigestTable.headerSize + slot * DigestTable.stride
            let found: UInt64 = file.bytes.integer(at: start)
            if found == 0 { return nil }
            if found == DigestTable.key(hash), stamp == self.stamp(at: start) {
                return isIntact(start) ? file.bytes.digest(at: start + 40) : nil
            }
            slot = slot + 1 == capacity ? 0 : slot + 1
        }
        return nil
    }

    /// Whether every row is as it was written.
    var isIntact: Bool {
        (0..<capacity).allSatisfy { slot in
            let start = DigestTable.headerSize + slot * DigestTable.stride
            return file.bytes.integer(at: start) as UInt64 == 0 || isIntact(start)
        }
    }

    /// All whole rows.
    var rows: [DigestRow] {
        (0..<capacity).compactMap { slot in
            let start = DigestTable.headerSize + slot * DigestTable.stride
            let hash: UInt64 = file.bytes.integer(at: start)
            guard hash != 0, isIntact(start) else { return nil }
            return DigestRow(
                hash: hash, stamp: stamp(at: start), digest: file.bytes.digest(at: start + 40),
                day: file.bytes.integer(at: start + 72))
        }
    }

    /// The bytes of a table with these rows; of two with one hash only one is found.
    static func encoded(_ rows: [DigestRow]) -> [UInt8] {
        // Three quarters full: one or two probes.
        let capacity = max(8, rows.count / 3 * 4 + 4)
        return [UInt8](unsafeUninitializedCapacity: headerSize + capacity * stride) { buffer, count in
            count = headerSize + capacity * stride
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            bytes.put(magic, at: 0)
            bytes.put(UInt64(capacity), at: 16)
            bytes.put(UInt64(rows.count), at: 24)
            bytes.put(headerSum(UnsafeRawBufferPointer(bytes)), at: 8)
            for row in rows { place(row, in: bytes, capacity) }
        }
    }

    private static func place(_ row: DigestRow, in bytes: UnsafeMutableRawBufferPointer, _ capacity: Int) {
        var slot = home(row.hash, capacity)
        while UnsafeRawBufferPointer(bytes).integer(at: headerSize + slot * stride) as UInt64 != 0 {
            slot = slot + 1 == capacity ? 0 : slot + 1
        }
        let start = headerSize + slot * stride
        bytes.put(key(row.hash), at: start)
        bytes.put(row.stamp.inode, at: start + 8)
        bytes.put(row.stamp.size, at: start + 16)
        bytes.put(row.stamp.modified, at: start + 24)
        bytes.put(row.stamp.changed, at: start + 32)
        bytes.put(row.digest, at: start + 40)
        bytes.put(row.day, at: start + 72)
        bytes.put(tg_crc32c(0, bytes.baseAddress.unsafelyUnwrapped + start, stride - 4), at: start + stride - 4)
    }

    /// 0 means an empty slot.
    private static func key(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    private static func home(_ hash: UInt64, _ capacity: Int) -> Int {
        Int(key(hash).multipliedFullWidth(by: UInt64(capacity)).high)
    }

    private static func headerSum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tg_crc32c(0, bytes.baseAddress.unsafelyUnwrapped + 12, headerSize - 12)
    }

    private func stamp(at start: Int) -> FileStamp {
        FileStamp(
            inode: file.bytes.integer(at: start + 8), size: file.bytes.integer(at: start + 16),
            modified: file.bytes.integer(at: start + 24), changed: file.bytes.integer(at: start + 32))
    }

    private func isIntact(_ start: Int) -> Bool {
        tg_crc32c(0, file.bytes.baseAddress.unsafelyUnwrapped + start, DigestTable.stride - 4)
            == file.bytes.integer(at: start + DigestTable.stride - 4)
    }
}
