// Little-endian bytes with lengths, for everything that is hashed or stored. Knows no format of its own.

/// Appends values to a byte array. Every variable-length value is preceded by its length, so that two different
/// sequences of values never give the same bytes.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    /// With room for a small value, which would else be moved each time its room is doubled.
    public init() {
        bytes.reserveCapacity(256)
    }

    public mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    @inlinable
    public mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { append($0) }
    }

    public mutating func append(_ buffer: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: buffer)
    }

    public mutating func blob(_ value: some Collection<UInt8>) {
        integer(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    public mutating func string(_ value: String) {
        integer(UInt32(value.utf8.count))
        let isDone: Void? = value.utf8.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if isDone == nil { bytes.append(contentsOf: value.utf8) }
    }

    public mutating func digest(_ value: Digest) {
        // Most significant byte first; `value.bytes` would make several arrays each time.
        integer(value.word0.byteSwapped)
        integer(value.word1.byteSwapped)
        integer(value.word2.byteSwapped)
        integer(value.word3.byteSwapped)
    }
}

/// Reads what `ByteWriter` wrote. Every method gives nil past the end, so that a torn record is noticed, not trusted.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var position = 0

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ bytes: some Collection<UInt8>) {
        self.init(Array(bytes))
    }

    public var isAtEnd: Bool { position == bytes.count }

    public mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type = Value.self) -> Value?
    {
        guard let start = take(MemoryLayout<Value>.size) else { return nil }
        return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Value.self)) }
    }

    public mutating func blob() -> [UInt8]? {
        guard let count = integer(UInt32.self), let start = take(Int(count)) else { return nil }
        return Array(bytes[start..<position])
    }

    /// Nil also when the bytes are not UTF-8.
    public mutating func string() -> String? {
        guard let count = integer(UInt32.self), let start = take(Int(count)) else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            let slice = UnsafeBufferPointer(rebasing: bytes[start..<start + Int(count)])
            // Decoding repairs what is not UTF-8, so it gives other bytes then. `String(validating:)` is five times slower.
            let text = String(decoding: slice, as: UTF8.self)
            return text.utf8.elementsEqual(slice) ? text : nil
        }
    }

    public mutating func digest() -> Digest? {
        guard let start = take(32) else { return nil }
        return bytes.withUnsafeBytes { bytes in
            Digest(
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 24, as: UInt64.self)))
        }
    }

    /// Steps over the bytes; gives where they begin.
    private mutating func take(_ count: Int) -> Int? {
        guard count >= 0, bytes.count - position >= count else { return nil }
        defer { position += count }
        return position
    }
}
