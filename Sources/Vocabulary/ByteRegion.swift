// Read-only memory with an owner: a mapped file, or bytes that were made. Knows no format.

/// Bytes that stay where they are as long as the region lives. What is in them is read at offsets, without copying;
/// whoever asks for an offset has checked the lengths before.
public final class ByteRegion: @unchecked Sendable {
    // Unchecked: nothing writes to the memory after `init`.
    public let bytes: UnsafeRawBufferPointer
    private let release: @Sendable (UnsafeRawBufferPointer) -> Void

    /// - Parameter release: called once, when the last user lets go.
    public init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.bytes = bytes
        self.release = release
    }

    /// A copy of bytes that were made in memory.
    public convenience init(copying bytes: some Collection<UInt8>) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        memory.copyBytes(from: bytes)
        self.init(UnsafeRawBufferPointer(memory)) { $0.deallocate() }
    }

    deinit { release(bytes) }
}

extension UnsafeRawBufferPointer {
    /// A little-endian integer at an offset.
    @inlinable
    public func value<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Value.Type = Value.self
    ) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The item of a table of 32-bit integers that begins at an offset.
    @inlinable
    public func item(_ index: Int, ofTableAt offset: Int) -> Int {
        Int(value(at: offset + index * 4, as: UInt32.self))
    }

    /// 32 bytes, most significant first.
    @inlinable
    public func digestValue(at offset: Int) -> Digest {
        Digest(
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
    }

    /// A part, without copying.
    @inlinable
    public func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }

    /// 64 bits that spread over all values; the same in every run. Not for addressing content.
    @inlinable
    public var spread: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var offset = 0
        while offset + 8 <= count {
            hash = (hash ^ value(at: offset, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
            offset += 8
        }
        while offset < count {
            hash = (hash ^ UInt64(self[offset])) &* 0x0000_0100_0000_01b3
            offset += 1
        }
        hash ^= hash >> 29
        return hash &* 0xbf58_476d_1ce4_e5b9
    }
}
