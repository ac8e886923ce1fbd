// Walks a segment from an offset to the first entry that is not whole. Does not decode payloads.

import Glibc

/// The start of every segment: what it is, in which version, and its own number again.
enum SegmentHeader {
    static let size = 16
    static let magic: UInt64 = 0x0000_3130_4745_5347

    static func encoded(id: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.put(magic, at: 0)
            bytes.put(id, at: 8)
            count = size
        }
    }

    static func isValid(in file: StoreFile, id: UInt64) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            return file.read(into: buffer, at: 0) == size && bytes.integer(at: 0) == magic
                && bytes.integer(at: 8) == id
        }
    }
}

struct SegmentScan {
    /// Bytes read at once; a longer entry gets a buffer of its own size.
    static let window = 1 << 20

    /// Calls the body with every whole entry and its offset.
    /// - Parameter start: where an entry begins.
    /// - Returns: where the first entry begins that is torn, damaged or not there yet.
    static func entries(of file: StoreFile, from start: Int64, _ body: (SegmentEntry, Int64) -> Void) -> Int64 {
        let available = file.size - start
        guard available >= SegmentEntry.headerSize else { return start }
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(window, Int(available)), alignment: 8)
        defer { buffer.deallocate() }
        var position = start
        while true {
            let filled = UnsafeRawBufferPointer(rebasing: buffer[..<file.read(into: buffer, at: position)])
            let (used, missing) = wholeEntries(in: filled, at: position, body)
            position += Int64(used)
            if let missing, missing > buffer.count, position + Int64(missing) <= file.size {
                buffer.deallocate()
                buffer = .allocate(byteCount: missing, alignment: 8)
            } else if used == 0 {
                return position
            }
        }
    }

    /// - Returns: how many bytes were whole entries, and the size of the entry that the buffer ends in, if it does.
    private static func wholeEntries(
        in bytes: UnsafeRawBufferPointer, at position: Int64, _ body: (SegmentEntry, Int64) -> Void
    ) -> (used: Int, missing: Int?) {
        var used = 0
        while let entry = SegmentEntry(header: UnsafeRawBufferPointer(rebasing: bytes[used...])) {
            guard used + entry.totalSize <= bytes.count else { return (used, entry.totalSize) }
            guard SegmentEntry.isIntact(UnsafeRawBufferPointer(rebasing: bytes[used..<used + entry.totalSize])) else {
                break
            }
            body(entry, position + Int64(used))
            used += entry.totalSize
        }
        return (used, nil)
    }
}
