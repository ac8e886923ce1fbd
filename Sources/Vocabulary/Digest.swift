// A SHA-256 value. Does not know how to compute one: that is the room Hashing.

/// The address of content: 256 bits (SHA-256, FIPS 180-4), kept as four big-endian words.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let word0, word1, word2, word3: UInt64

    @inlinable
    public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// All bits zero: stands for "no content", never the digest of anything real.
    public static let zero = Digest(0, 0, 0, 0)

    /// - Parameter bytes: exactly 32 bytes; anything else gives nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = []
        var word: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if position % 8 == 7 {
                words.append(word)
                word = 0
            }
        }
        self.init(words[0], words[1], words[2], words[3])
    }

    /// - Parameter hex: exactly 64 hexadecimal digits; anything else gives nil.
    public init?(hex: some StringProtocol) {
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in hex.utf8 {
            guard let nibble = Character(UnicodeScalar(byte)).hexDigitValue.map({ UInt8($0) }) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        [word0, word1, word2, word3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The first 12 hexadecimal digits, for people.
    public var short: String { String(hex.prefix(12)) }

    public var description: String { hex }

    @inlinable
    public static func < (lhs: Digest, rhs: Digest) -> Bool {
        if lhs.word0 != rhs.word0 { return lhs.word0 < rhs.word0 }
        if lhs.word1 != rhs.word1 { return lhs.word1 < rhs.word1 }
        if lhs.word2 != rhs.word2 { return lhs.word2 < rhs.word2 }
        return lhs.word3 < rhs.word3
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
    }
}
