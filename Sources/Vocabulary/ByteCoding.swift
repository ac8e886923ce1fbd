// Little-endian bytes with lengths, for everything that is hashed or stored. Knows no format of its own.

/// Appends values to a byte array. Every variable-length value is preceded by its length, so that two different
/// sequences of values never give the same bytes.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

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
        blob(value.utf8)
    }

    public mutating func digest(_ value: Digest) {
        bytes.append(contentsOf: value.bytes)
    }
}

/// Reads what `ByteWriter` wrote. Every method gives nil past the end, so that a torn record is noticed, not trusted.
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    public init(_ bytes: some Collection<UInt8>) {
        self.bytes = ArraySlice(bytes)
        position = self.bytes.startIndex
    }

    public var isAtEnd: Bool { position == bytes.endIndex }

    public mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        guard let slice = take(MemoryLayout<Value>.size) else { return nil }
        var value = Value.zero
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: slice) }
        return Value(littleEndian: value)
    }

    public mutating func blob() -> [UInt8]? {
        guard let count = integer(UInt32.self), let slice = take(Int(count)) else { return nil }
        return Array(slice)
    }

    /// Nil also when the bytes are not UTF-8.
    public mutating func string() -> String? {
        guard let count = integer(UInt32.self), let slice = take(Int(count)) else { return nil }
        return String(validating: slice, as: UTF8.self)
    }

    public mutating func digest() -> Digest? {
        take(32).flatMap { Digest(bytes: $0) }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, bytes.endIndex - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
