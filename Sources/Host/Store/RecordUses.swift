// When each indexed record was last used: one number a record in a file that is written through memory. Knows no record.

import Glibc

/// `uses-IDENTITY` beside the index with that identity: its identity u64, then a u32 a record in the index's order, the
/// minutes since the epoch when it was last looked up. Losing it makes records look as old as they are.
final class RecordUses: @unchecked Sendable {
    static let prefix = "uses-"
    private static let headerSize = 8

    private let bytes: UnsafeMutableRawBufferPointer
    private let count: Int
    /// One reading of the clock for all: runs are short, and hits are many.
    private let now = RecordUses.minute(Machine.wallTime)

    static func minute(_ nanoseconds: UInt64) -> UInt32 { UInt32(clamping: nanoseconds / 60_000_000_000) }

    static func path(_ layout: StoreLayout, _ identity: UInt64) -> String {
        layout.root + "/" + prefix + String(identity, radix: 16)
    }

    /// Nil when there is none of this index, or it cannot be written.
    init?(_ layout: StoreLayout, of index: StoreIndex) {
        let size = RecordUses.headerSize + index.recordCount * 4
        guard let file = try? StoreFile.open(RecordUses.path(layout, index.identity), O_RDWR), file.size == size,
            let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0), base != MAP_FAILED
        else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: base, count: size)
        count = index.recordCount
    }

    deinit {
        munmap(bytes.baseAddress, bytes.count)
    }

    /// Writes at most once a minute. Two at once write the same.
    @inline(__always)
    func touch(_ position: Int) {
        if self[position] < now {
            bytes.storeBytes(of: now.littleEndian, toByteOffset: RecordUses.headerSize + position * 4, as: UInt32.self)
        }
    }

    subscript(position: Int) -> UInt32 {
        guard position < count else { return 0 }
        return UnsafeRawBufferPointer(bytes).integer(at: RecordUses.headerSize + position * 4)
    }

    static func encoded(identity: UInt64, _ minutes: [UInt32]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: headerSize + minutes.count * 4) { buffer, count in
            count = headerSize + minutes.count * 4
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.put(identity, at: 0)
            for (position, minute) in minutes.enumerated() { bytes.put(minute, at: headerSize + position * 4) }
        }
    }
}
