// Little-endian integers and digests at offsets of raw memory. The caller promises that they lie inside.

import Vocabulary

extension UnsafeRawBufferPointer {
    @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type = Value.self) -> Value
    {
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
    /// 64 bits of the UTF-8 bytes: the same in every run and on every machine, made without allocating. Not for
    /// addressing content: two strings can have one hash, so what is found by it is compared.
    var stableHash: UInt64 {
        var copy = self
        return copy.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            var hash = UInt64(bytes.count) ^ 0x9e37_79b9_7f4a_7c15
            var position = 0
            while position + 8 <= bytes.count {
                hash = folded(hash ^ bytes.integer(at: position))
                position += 8
            }
            var rest: UInt64 = 0
            while position < bytes.count {
                rest = rest << 8 | UInt64(bytes[position])
                position += 1
            }
            return folded(folded(hash ^ rest) ^ 0xe703_7ed1_a0b4_28db)
        }
    }
}

/// Both halves of the product with an odd constant: every bit of the value reaches every bit of the result.
@inline(__always)
private func folded(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
}
