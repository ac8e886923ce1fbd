// The memory of digests: when it is believed, and when a file is read again.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreDigestsTests {
    let scratch: StoreScratch
    var memory: String { scratch.path + "/digests" }

    init() throws {
        scratch = try StoreScratch()
    }

    static func status(_ path: String) throws -> FileStatus {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return FileStatus(kind: .regular, mode: UInt16(status.st_mode & 0o7777), stamp: FileStamp(status))
    }

    @Test func whatIsRememberedIsNotReadAgain() throws {
        let file = try scratch.file("file", [1, 2, 3])
        let status = try Self.status(file)
        let digests = FileDigests(file: memory)
        #expect(try digests.digest(of: file, status: status) == Digest(of: [1, 2, 3]))
        digests.save()
        unlink(file)
        // Gone, and still known by its stamp: it was not opened.
        #expect(try FileDigests(file: memory).digest(of: file, status: status) == Digest(of: [1, 2, 3]))
        let other = FileStamp(inode: status.stamp.inode, size: 3, modified: 0, changed: status.stamp.changed)
        #expect(throws: FileError(operation: "open", path: file, code: ENOENT, reason: "No such file or directory")) {
            try FileDigests(file: memory).digest(of: file, status: FileStatus(kind: .regular, mode: 0, stamp: other))
        }
    }

    @Test func everyChangeOfContentIsSeenAlsoWithinOneTick() throws {
        var digests = FileDigests(file: memory)
        for number in UInt8(0)..<200 {
            let file = try scratch.file("file", [number])
            #expect(try digests.digest(of: file, status: Self.status(file)) == Digest(of: [number]))
            if number % 10 == 0 {
                digests.save()
                digests = FileDigests(file: memory)
            }
        }
    }

    @Test func aDigestTakenElsewhereIsTakenOver() throws {
        let file = try scratch.file("file", [1, 2, 3])
        let status = try Self.status(file)
        let digests = FileDigests(file: memory)
        #expect(try digests.digest(of: file, status: status) { Digest(of: "taken over") } == Digest(of: "taken over"))
        #expect(try digests.digest(of: file, status: status) == Digest(of: "taken over"))
        try scratch.file("file", [1, 2, 4])
        _ = try digests.digest(of: file, status: status) { Digest(of: "of the old status") }
        #expect(try digests.digest(of: file, status: Self.status(file)) == Digest(of: [1, 2, 4]))
    }

    @Test func theDigestOfContentThatWasReadIsRememberedUnlessItMayHaveChangedSince() throws {
        let file = try scratch.file("file", [1, 2, 3])
        let content = try #require(DiskFiles().content(file, upTo: 3))
        let digests = FileDigests(file: memory)
        let early = FileContent(status: content.status, bytes: content.bytes, takenAt: content.takenAt - 1_000_000_000)
        digests.remember(Digest(of: "too early"), of: file, early)
        #expect(try digests.digest(of: file, status: Self.status(file)) == Digest(of: [1, 2, 3]))
        let late = FileContent(status: content.status, bytes: content.bytes, takenAt: content.takenAt + 1_000_000_000)
        digests.remember(Digest(of: "taken over"), of: file, late)
        #expect(try digests.digest(of: file, status: Self.status(file)) == Digest(of: "taken over"))
    }

    @Test(arguments: [
        (modified: 100, changed: 100, takenAt: 100, fine: true, settled: true),
        (modified: 101, changed: 100, takenAt: 100, fine: true, settled: false),
        (modified: 100, changed: 101, takenAt: 100, fine: true, settled: false),
        (modified: 100, changed: 100, takenAt: 100 + 20_000_000, fine: false, settled: false),
        (modified: 100, changed: 100, takenAt: 101 + 20_000_000, fine: false, settled: true),
        (modified: 0, changed: 102, takenAt: 101 + 20_000_000, fine: false, settled: false),
    ])
    func timesCloseToTheTakingAreNotBelieved(
        _ row: (modified: Int, changed: Int, takenAt: Int, fine: Bool, settled: Bool)
    ) {
        let stamp = FileStamp(inode: 1, size: 1, modified: Int64(row.modified), changed: Int64(row.changed))
        #expect(
            FileDigests.isSettled(stamp, takenAt: UInt64(row.takenAt), hasFineTimes: row.fine) == row.settled)
    }

    @Test func manyAreFoundAndOthersAreNot() throws {
        let rows = (0..<10_000).map { Self.row(UInt64($0)) }
        try scratch.file("digests", DigestTable.encoded(rows))
        let table = try #require(DigestTable(memory))
        for row in rows { #expect(table.digest(hash: row.hash, stamp: row.stamp) == row.digest) }
        for number in UInt64(10_000)..<11_000 {
            #expect(table.digest(hash: Self.row(number).hash, stamp: Self.row(number).stamp) == nil)
        }
        #expect(table.rows.count == rows.count)
    }

    static func row(_ number: UInt64) -> DigestRow {
        DigestRow(
            hash: "file \(number)".stableHash,
            stamp: FileStamp(inode: number, size: 1, modified: 2, changed: 3), digest: Digest(of: "\(number)"), day: 1)
    }

    @Test func aTornOrDamagedFileIsForgottenNotBelieved() throws {
        let rows = (0..<5).map { Self.row($0) }
        let whole = DigestTable.encoded(rows)
        for position in whole.indices {
            var flipped = whole
            flipped[position] ^= 1 << UInt8(position % 8)
            for bytes in [
                flipped, Array(whole[..<position]),
                Array(whole[..<position]) + Array(repeating: 0, count: whole.count - position),
            ] {
                try scratch.file("digests", bytes)
                guard let table = DigestTable(memory) else { continue }
                for row in rows {
                    let found = table.digest(hash: row.hash, stamp: row.stamp)
                    #expect(found == nil || found == row.digest, "at \(position)")
                }
            }
        }
    }

    @Test func whatWasNotTakenForLongIsDropped() throws {
        let today = UInt32(Machine.wallTime / 86_400_000_000_000)
        var old = Self.row(1)
        old.day = today - FileDigests.lifetime - 1
        var young = Self.row(2)
        young.day = today - FileDigests.lifetime
        try scratch.file("digests", DigestTable.encoded([old, young]))
        let digests = FileDigests(file: memory)
        let file = try scratch.file("file", [1])
        _ = try digests.digest(of: file, status: Self.status(file))
        digests.save()
        #expect(Set(try #require(DigestTable(memory)).rows.map(\.hash)) == [young.hash, file.stableHash])
    }

    /// A large table is not written again for one file; what was learned stands beside it until it is much.
    @Test func littleIsWrittenForLittle() throws {
        let rows = (1...100).map { (number: UInt64) -> DigestRow in
            var row = Self.row(number)
            row.day = UInt32(Machine.wallTime / 86_400_000_000_000)
            return row
        }
        try scratch.file("digests", DigestTable.encoded(rows))
        let one = try scratch.file("one", [1])
        let first = FileDigests(file: memory)
        _ = try first.digest(of: one, status: Self.status(one))
        first.save()
        #expect(DigestTable(memory)?.count == 100)
        #expect(DigestTable(memory + "-recent")?.rows.map(\.hash) == [one.stableHash])
        let others = try (2...14).map { try scratch.file("file \($0)", [UInt8($0)]) }
        let second = FileDigests(file: memory)
        for other in others { _ = try second.digest(of: other, status: Self.status(other)) }
        second.save()
        let files = ([one] + others).map(\.stableHash)
        let merged = try #require(DigestTable(memory)).rows.map(\.hash)
        #expect(Set(merged) == Set(rows.map(\.hash)).union(files))
        #expect(DigestTable(memory + "-recent") == nil)
    }

    @Test func notBeingAbleToSaveHarmsNothing() throws {
        let file = try scratch.file("file", [1])
        let digests = FileDigests(file: scratch.path + "/missing/digests")
        #expect(try digests.digest(of: file, status: Self.status(file)) == Digest(of: [1]))
        digests.save()
        #expect(DirectoryNames.list(scratch.path) == ["file"])
    }
}
