// Content that is known to be right is copied unread; anything that may have changed since is read and judged.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreVerifiedTests {
    private static let content = sampleBytes(200_000, seed: 3)
    private static let others = sampleBytes(200_000, seed: 4)
    private static let digest = Digest(of: content)

    private let scratch: StoreScratch
    private var target: String { scratch.path + "/target" }
    private var memory: String { scratch.path + "/verified" }

    init() throws {
        scratch = try StoreScratch()
    }

    private func open(boot: String = "this boot") throws -> ContentStore {
        try ContentStore(directory: scratch.storePath, verified: VerifiedBlobs(file: memory, boot: boot))
    }

    private func status(_ path: String) throws -> (StoreFile, stat) {
        let file = try StoreFile.open(path, O_RDONLY)
        return (file, try #require(file.status))
    }

    /// Late enough that the times of a file written before are believed on every filesystem.
    private var later: UInt64 { Machine.wallTime + 1_000_000_000 }

    /// As if somebody had read these bytes and found them right: if they come back, nobody has looked at them since.
    private func plant(_ bytes: [UInt8]) throws {
        let store = try open()
        #expect(try store.add(Self.content) == Self.digest)
        let blob = store.blobPath(Self.digest)
        try StoreScratch.overwrite(blob, bytes)
        let (file, status) = try status(blob)
        try #require(store.verified).note(Self.digest, in: file, at: blob, status, takenAt: later)
        try store.flush()
    }

    private func isRestored(_ store: ContentStore) throws -> Bool {
        try store.restore(Self.digest, to: target, mode: 0o600)
    }

    @Test func whatIsKnownIsNotReadAgain() throws {
        try plant(Self.others)
        #expect(try isRestored(open()))
        #expect(StoreScratch.bytes(target) == Self.others)
        #expect(StoreScratch.mode(target) == 0o600)
    }

    @Test func restoringToAnotherFilesystemCopiesAllOfIt() throws {
        let elsewhere = "/dev/shm/taskgraph-verified-\(getpid())"
        guard access("/dev/shm", W_OK) == 0 else { return }
        defer { unlink(elsewhere) }
        try plant(Self.others)
        #expect(try open().restore(Self.digest, to: elsewhere, mode: 0o600))
        #expect(StoreScratch.bytes(elsewhere) == Self.others)
    }

    @Test(arguments: ["another boot", ""])
    func afterABootItIsReadAgain(boot: String) throws {
        try plant(Self.others)
        #expect(try !isRestored(open(boot: boot)))
        #expect(access(target, F_OK) != 0)
    }

    @Test func aMachineThatDoesNotTellItsBootBelievesNothing() throws {
        let store = try open(boot: "")
        _ = try store.add(Self.content)
        let blob = store.blobPath(Self.digest)
        let (file, status) = try status(blob)
        let verified = try #require(store.verified)
        verified.note(Self.digest, in: file, at: blob, status, takenAt: later)
        #expect(!verified.know(Self.digest, at: blob, status))
    }

    @Test func withoutAMemoryEverythingIsRead() throws {
        try plant(Self.others)
        #expect(try !isRestored(scratch.open()))
    }

    @Test func whatIsReadAgainReplacesWhatWasKnown() throws {
        try plant(Self.content)
        let store = try open(boot: "another boot")
        #expect(try isRestored(store))
        #expect(StoreScratch.bytes(target) == Self.content)
        try store.flush()
        let blob = store.blobPath(Self.digest)
        let (_, status) = try status(blob)
        let isKnown = VerifiedBlobs(file: memory, boot: "another boot").know(Self.digest, at: blob, status)
        // A file that was written a moment ago is believed only where its times tell all changes apart.
        #expect(isKnown || !FineTimes.has(scratch.path))
    }

    @Test func whatWasJustAddedIsKnownWhereTimesAreFine() throws {
        let store = try open()
        let file = try scratch.file("file", Self.content)
        #expect(try store.add(fileAt: file) == Self.digest)
        let blob = store.blobPath(Self.digest)
        let (_, status) = try status(blob)
        #expect(try #require(store.verified).know(Self.digest, at: blob, status) == FineTimes.has(scratch.path))
    }

    enum Change: CaseIterable {
        case inPlace, withItsOldTime, byAnotherFile, shorter
    }

    @Test(arguments: Change.allCases)
    func whatHasChangedIsFound(change: Change) throws {
        try plant(Self.content)
        let store = try open()
        let blob = store.blobPath(Self.digest)
        let (_, before) = try status(blob)
        switch change {
        case .inPlace: try StoreScratch.overwrite(blob, Self.others)
        case .withItsOldTime:
            try StoreScratch.overwrite(blob, Self.others)
            #expect(utimensat(AT_FDCWD, blob, [before.st_atim, before.st_mtim], 0) == 0)
        case .byAnotherFile:
            let other = try scratch.file("other", Self.others)
            #expect(utimensat(AT_FDCWD, other, [before.st_atim, before.st_mtim], 0) == 0)
            #expect(Glibc.rename(other, blob) == 0)
        case .shorter: truncate(blob, 100)
        }
        #expect(try !isRestored(store), "\(change)")
        #expect(access(target, F_OK) != 0)
        #expect(try store.add(Self.content) == Self.digest)
        #expect(try isRestored(store))
        #expect(StoreScratch.bytes(target) == Self.content)
    }

    @Test func aCheckOfEverythingReadsWhatIsKnown() throws {
        try plant(Self.others)
        let found = try open().verify(repairs: false)
        #expect(found.damage == [StoreDamage(.blob, Self.digest.hex, "its content is another one")])
    }

    @Test func anotherPlaceOrDeviceOrContentIsNotKnown() throws {
        try plant(Self.content)
        let store = try open()
        let verified = try #require(store.verified)
        let blob = store.blobPath(Self.digest)
        let (_, status) = try status(blob)
        #expect(verified.know(Self.digest, at: blob, status))
        #expect(!verified.know(Self.digest, at: blob + "x", status))
        #expect(!verified.know(Digest(of: Self.others), at: blob, status))
        var foreign = status
        foreign.st_dev += 1
        #expect(!verified.know(Self.digest, at: blob, foreign))
    }
}
