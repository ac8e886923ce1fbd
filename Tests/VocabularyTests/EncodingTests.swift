// Byte forms: what is written is read back, and what is torn or foreign is a miss.

import Testing
import Vocabulary

@Suite struct EncodingTests {
    static let digest = Digest(0x0123_4567_89AB_CDEF, 2, 3, .max)

    static let tree = Tree([
        .init("a", .file(mode: 0o755, size: 5_000_000_000, digest: digest)), .init("b", .directory(mode: 0o700)),
        .init("b/ü", .link(target: "../a")), .init("c", .deleted),
    ])

    static var record: ActionRecord {
        let listing = KeyListing([
            KeyPart(.input, "b", digest), KeyPart(.input, "a", .zero), KeyPart(.format, "", digest),
        ])
        var record = ActionRecord(key: digest, task: "phase/ünit[x]", outcome: .failed, listing: listing)
        record.outputs = tree
        record.stampedOnly = Tree([.init("s", .link(target: ""))])
        record.reports = Tree([.init("r", .directory(mode: 1))])
        record.layer = digest
        record.log = digest
        record.evidence = digest
        record.usage = ResourceUsage(wall: 1, cpu: 2, peakMemory: 3)
        record.attempts = 4
        record.recordedAt = 5
        return record
    }

    @Test func aRecordIsReadBack() {
        #expect(ActionRecord(encoded: Self.record.encoded) == Self.record)
        var bare = ActionRecord(key: .zero, task: "", outcome: .succeeded, listing: KeyListing([]))
        bare.attempts = 1
        #expect(ActionRecord(encoded: bare.encoded) == bare)
    }

    @Test func aTornOrForeignRecordIsAMiss() {
        let bytes = Self.record.encoded
        for count in 0..<bytes.count { #expect(ActionRecord(encoded: Array(bytes[..<count])) == nil, "\(count) bytes") }
        #expect(ActionRecord(encoded: bytes + [0]) == nil)
        #expect(ActionRecord(encoded: [ActionRecord.formatVersion + 1] + bytes.dropFirst()) == nil)
    }

    /// No flipped byte makes a record that reads like the old one, or stops the program.
    @Test func aDamagedRecordIsAnotherOneOrAMiss() {
        let bytes = Self.record.encoded
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0xFF
            #expect(ActionRecord(encoded: damaged) != Self.record, "byte \(position)")
        }
    }

    @Test func aTreeIsReadBack() {
        var reader = ByteReader(Self.tree.encoded)
        #expect(Tree(from: &reader) == Self.tree && reader.isAtEnd)
        var foreign = ByteReader([Tree.formatVersion + 1] + Self.tree.encoded.dropFirst())
        #expect(Tree(from: &foreign) == nil)
    }

    @Test func differentSequencesGiveDifferentBytes() {
        var one = ByteWriter()
        one.string("ab")
        one.string("c")
        var other = ByteWriter()
        other.string("a")
        other.string("bc")
        #expect(one.bytes != other.bytes)
    }

    @Test func integersAreLittleEndianAndDigestsAreNot() {
        var writer = ByteWriter()
        writer.integer(UInt32(0x0102_0304))
        writer.digest(Digest(0x0102_0304_0506_0708, 0, 0, 1))
        #expect(Array(writer.bytes.prefix(12)) == [4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(writer.bytes.last == 1)
        var reader = ByteReader(writer.bytes)
        #expect(reader.integer(UInt32.self) == 0x0102_0304)
        #expect(reader.digest() == Digest(0x0102_0304_0506_0708, 0, 0, 1))
        #expect(reader.integer(UInt8.self) == nil && reader.isAtEnd)
    }

    @Test func whatIsNotUTF8IsNoString() {
        var writer = ByteWriter()
        writer.blob([0xFF])
        var reader = ByteReader(writer.bytes)
        #expect(reader.string() == nil)
        var again = ByteReader(writer.bytes)
        #expect(again.blob() == [0xFF])
    }

    /// Hexadecimal texts, and whether they are digests.
    @Test(arguments: [
        (String(repeating: "0", count: 64), true), (String(repeating: "aF", count: 32), true),
        (String(repeating: "0", count: 63), false), (String(repeating: "0", count: 66), false), ("", false),
        (String(repeating: "g", count: 64), false), (String(repeating: "é", count: 32), false),
    ])
    func digestsAreWrittenInHexadecimal(text: String, isDigest: Bool) {
        let digest = Digest(hex: text)
        #expect((digest != nil) == isDigest)
        if let digest { #expect("\(digest)" == text.lowercased()) }
    }

    @Test func digestsAreBytesInOrder() {
        let bytes = (1...32).map { UInt8($0) }
        #expect(Digest(bytes: bytes)?.bytes == bytes)
        #expect(Digest(bytes: bytes.dropLast()) == nil)
        #expect(Digest(1, 0, 0, 0) > Digest(0, .max, .max, .max))
    }
}
