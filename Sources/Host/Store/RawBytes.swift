// Little-endian integers and digests at offsets of raw memory. The caller promises that they lie inside.

import Vocabulary

extension UnsafeRawBufferPointer {
    @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type = Value.self) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// 32 bytes, most significant first, so that byte order is the order of digests.
    @inline(__always)
    func digest(at offset: Int) -> Digest {
        Digest(
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
    }
}

extension UnsafeMutableRawBufferPointer {
    @inline(__always)
    func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    @inline(__always)
    func put(_ digest: Digest, at offset: Int) {
        storeBytes(of: digest.word0.bigEndian, toByteOffset: offset, as: UInt64.self)
        storeBytes(of: digest.word1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        storeBytes(of: digest.word2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        storeBytes(of: digest.word3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }
}

extension String {
    /// FNV-1a over the UTF-8 bytes: stable across runs and machines, made without allocating.
    var stableHash: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
