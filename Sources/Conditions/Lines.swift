// The lines of a text as ranges of bytes. Knows no encoding.

import Glibc

/// Lines end with LF or CR LF, which are not part of them. A text that ends with LF has no empty line after it.
struct Lines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var start = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> Range<Int>? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        let found = memchr(base + start, 0x0A, bytes.count - start)
        let end = found.map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
        defer { start = end + 1 }
        let hasReturn = end > start && bytes[end - 1] == 0x0D
        return start..<(hasReturn ? end - 1 : end)
    }

    static func count(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { Lines($0).reduce(0) { count, _ in count + 1 } }
    }
}
