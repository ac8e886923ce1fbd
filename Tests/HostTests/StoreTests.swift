// What a store keeps and gives back, on the real disk.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreTests {
    let scratch: StoreScratch

    init() throws {
        scratch = try StoreScratch()
    }

    /// Around the limit between segments and files of their own.
    static let sizes = [0, 1, 1000, 64 << 10, (64 << 10) + 1, 3_000_000]

    @Test(arguments: sizes)
    func contentComesBackAlsoAfterReopening(size: Int) throws {
        let content = sampleBytes(size, seed: UInt64(size))
        let digest = try scratch.open().add(content)
        #expect(digest == Digest(of: content))
        let reopened = try scratch.open()
        #expect(reopened.contains(digest))
        #expect(reopened.bytes(digest) == content)
        #expect(reopened.bytes(Digest(of: "something else")) == nil)
    }

    @Test(arguments: sizes)
    func aFileIsRestoredWithItsModeInPlaceOfWhatIsThere(size: Int) throws {
        let content = sampleBytes(size, seed: UInt64(size))
        let store = try scratch.open()
        let digest = try store.add(fileAt: scratch.file("made", content))
        #expect(digest == Digest(of: content))
        let target = try scratch.file("target", [1, 2, 3])
        #expect(try store.restore(digest, to: target, mode: 0o751))
        #expect(StoreScratch.bytes(target) == content)
        #expect(StoreScratch.mode(target) == 0o751)
        #expect(DirectoryNames.list(scratch.path).sorted() == ["cache", "made", "target"])
    }

    @Test func restoringMakesMissingDirectories() throws {
        let store = try scratch.open()
        let digest = try store.add([7])
        #expect(try store.restore(digest, to: scratch.path + "/a/b/c", mode: 0o600))
        #expect(StoreScratch.bytes(scratch.path + "/a/b/c") == [7])
    }

    @Test func restoringOverADirectoryIsAnErrorThatLeavesNothingBehind() throws {
        let store = try scratch.open()
        let digest = try store.add([7])
        let target = scratch.path + "/taken"
        mkdir(target, 0o755)
        #expect(throws: StoreError("cannot restore \(target): cannot replace \(target): Is a directory")) {
            try store.restore(digest, to: target, mode: 0o600)
        }
        #expect(DirectoryNames.list(scratch.path).sorted() == ["cache", "taken"])
    }

    @Test func anEditedCopyDoesNotReachTheStore() throws {
        let content = sampleBytes(100_000, seed: 1)
        let store = try scratch.open()
        let digest = try store.add(content)
        let target = scratch.path + "/target"
        #expect(try store.restore(digest, to: target, mode: 0o644))
        try StoreScratch.overwrite(target, [1])
        #expect(store.bytes(digest) == content)
    }

    @Test func equalContentIsKeptOnce() throws {
        let store = try scratch.open()
        for _ in 0..<3 {
            _ = try store.add(sampleBytes(50_000, seed: 1))
            _ = try store.add(sampleBytes(90_000, seed: 2))
        }
        #expect(
            store.stats()
                == StoreStatistics(
                    blobs: 2, blobBytes: 140_000, largeBlobs: 1, segments: 1, segmentBytes: 16 + 64 + 50_000 + 64,
                    unindexed: 2))
        #expect(unfinished(StoreLayout(root: scratch.storePath)) == [])
    }

    /// What is in the directory of unfinished files, and in those of processes in it.
    private func unfinished(_ layout: StoreLayout) -> [String] {
        DirectoryNames.list(layout.temporary).flatMap { name -> [String] in
            let own = "\(layout.temporary)/\(name)"
            return name.hasPrefix("\(getpid())-") ? DirectoryNames.list(own) : [name]
        }
    }

    @Test func onlyRegularFilesAreTaken() throws {
        let fifo = scratch.path + "/fifo"
        mkfifo(fifo, 0o600)
        let store = try scratch.open()
        #expect(throws: StoreError("cannot store (it is not a regular file) \(fifo): Invalid argument")) {
            try store.add(fileAt: fifo)
        }
        #expect(throws: StoreError("cannot open \(fifo)x: No such file or directory")) {
            try store.add(fileAt: fifo + "x")
        }
    }

    @Test func recordsComeBackByKey() throws {
        let store = try scratch.open()
        for number in 0..<20 { try store.publish(sampleRecord(number)) }
        for store in [store, try scratch.open()] {
            for number in 0..<20 { #expect(store.record(for: sampleRecord(number).key) == sampleRecord(number)) }
            #expect(store.record(for: sampleRecord(20).key) == nil)
        }
    }

    /// Before and after an index is there, and with some of the records behind it.
    @Test(arguments: [[], [3], [6], [1, 4]])
    func recordsOfATaskComeTheLatestFirst(compactAfter: [Int]) throws {
        let store = try scratch.open()
        for number in 0..<6 {
            try store.publish(sampleRecord(number, task: number.isMultiple(of: 2) ? "even" : "odd"))
            if compactAfter.contains(number + 1) { store.compactForSure() }
        }
        try store.publish(sampleRecord(0, task: "even", outcome: .failed))
        for store in [store, try scratch.open()] {
            #expect(store.records(ofTask: "even", limit: 9).map(\.recordedAt) == [0, 4, 2])
            #expect(store.records(ofTask: "even", limit: 9).map(\.outcome) == [.failed, .succeeded, .succeeded])
            #expect(store.records(ofTask: "odd", limit: 2).map(\.recordedAt) == [5, 3])
            #expect(store.records(ofTask: "neither", limit: 9) == [])
        }
    }

    @Test func theLaterRecordForAKeyReplacesTheEarlierAcrossIndexes() throws {
        let store = try scratch.open()
        try store.publish(sampleRecord(1))
        store.compactForSure()
        try store.publish(sampleRecord(1, outcome: .failed))
        #expect(store.record(for: sampleRecord(1).key)?.outcome == .failed)
        #expect(try scratch.open().record(for: sampleRecord(1).key)?.outcome == .failed)
        store.compactForSure()
        #expect(store.stats().records == 1)
        #expect(try scratch.open().record(for: sampleRecord(1).key)?.outcome == .failed)
    }

    @Test func anIndexIsMadeWhenTheTailGrowsLong() throws {
        let store = try scratch.open()
        for number in 0..<2000 { try store.publish(sampleRecord(number)) }
        try store.flush()
        #expect(store.stats().unindexed == 0)
        let reopened = try scratch.open()
        #expect(reopened.stats().unindexed == 0)
        for number in 0..<2000 { #expect(reopened.record(for: sampleRecord(number).key) == sampleRecord(number)) }
    }

    @Test func anIndexIsMadeWhenOpeningWouldReadMuch() throws {
        let store = try scratch.open()
        for number in UInt64(0)..<17 { _ = try store.add(sampleBytes(64 << 10, seed: number)) }
        #expect(store.stats().unindexed == 17)
        try store.flush()
        #expect(store.stats().unindexed == 0)
        _ = try store.add([1])
        try store.flush()
        #expect(store.stats().unindexed == 1)
    }

    @Test func whatAKilledProcessLeftUnfinishedGoesAfterADay() throws {
        let store = try scratch.open()
        let layout = StoreLayout(root: scratch.storePath)
        let old = layout.temporary + "/old"
        let young = layout.temporary + "/young"
        let now = Int(Machine.wallTime / 1_000_000_000)
        for (path, age) in [(old, 25 * 3600), (young, 23 * 3600)] {
            try StoreFile.open(path, O_WRONLY | O_CREAT, mode: 0o600).write([1])
            let time = timespec(tv_sec: now - age, tv_nsec: 0)
            utimensat(AT_FDCWD, path, [time, time], 0)
        }
        store.compactForSure()
        #expect(unfinished(layout) == ["young"])
    }

    @Test func aFullSegmentIsFollowedByAnother() throws {
        _ = try scratch.open().add([1])
        // Sparse, so that it is full without writing 256 MiB.
        truncate(try #require(scratch.segments.first), off_t(SegmentWriter.fullSize))
        let other = try scratch.open()
        let digest = try other.add([2])
        #expect(scratch.segments.count == 2)
        #expect(try scratch.open().bytes(digest) == [2])
    }

    @Test func aStoreOfAnotherVersionIsRefused() throws {
        _ = try scratch.open()
        try StoreScratch.overwrite(scratch.storePath + "/VERSION", Array("taskgraph store 2\n".utf8))
        #expect(
            throws: StoreError(
                """
                the cache \(scratch.storePath) is of another version ("taskgraph store 2"; this taskgraph reads \
                "taskgraph store 1"): delete it or set TASKGRAPH_CACHE to another directory
                """)
        ) { try scratch.open() }
    }

    @Test func aDirectoryThatCannotBeMadeIsAnError() throws {
        let file = try scratch.file("file", [])
        #expect(throws: StoreError("cannot create \(file)/cache: Not a directory")) {
            try ContentStore(directory: file + "/cache")
        }
    }
}
