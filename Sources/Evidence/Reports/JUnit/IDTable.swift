// Which test has which id. Swift's dictionary spends more time on a hundred thousand ids than expat on their report.

/// Ids by their bytes, with open addressing. The hash is seeded, so that nobody can write ids that collide.
struct IDTable {
    /// The index of a test plus 1, and 0 for nothing.
    private var slots = [UInt32](repeating: 0, count: 1_024)
    /// By index of a test.
    private var hashes: [UInt64] = []
    private let seed = UInt64(bitPattern: Int64(Hasher().finalize())) | 1

    /// The index of the test that has an id.
    func index(of id: String, in cases: [TestCase]) -> Int? {
        let hash = hash(id)
        var slot = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, cases[index].id == id { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes the id of the next test.
    mutating func append(_ id: String) {
        if hashes.count * 2 >= slots.count { grow() }
        hashes.append(hash(id))
        put(hashes.count - 1)
    }

    private mutating func put(_ index: Int) {
        var slot = Int(truncatingIfNeeded: hashes[index] >> 32) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index + 1)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        for index in hashes.indices { put(index) }
    }

    /// Eight bytes at a time: multiplied, and the halves of the product folded together.
    private func hash(_ id: String) -> UInt64 {
        var id = id
        return id.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var hash = seed ^ UInt64(raw.count)
            var position = 0
            while position + 8 <= raw.count {
                hash = Self.fold(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self), seed)
                position += 8
            }
            var rest: UInt64 = 0
            for byte in raw[position...] { rest = rest << 8 | UInt64(byte) }
            return Self.fold(hash ^ rest, 0x9E37_79B9_7F4A_7C15)
        }
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
