// Several threads and processes on one store, killed ones among them, and stores that cannot be written.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreSharingTests {
    let scratch: StoreScratch

    init() throws {
        scratch = try StoreScratch()
    }

    static let perWriter = 300

    static func write(_ writer: Int, to store: ContentStore) throws {
        for number in writer * perWriter..<(writer + 1) * perWriter {
            _ = try store.add(sampleBytes(number.isMultiple(of: 50) ? 70_000 : number, seed: UInt64(number)))
            try store.publish(sampleRecord(number))
        }
    }

    func expectEverything(of writers: Int) throws {
        let store = try scratch.open()
        for number in 0..<writers * StoreSharingTests.perWriter {
            let content = sampleBytes(number.isMultiple(of: 50) ? 70_000 : number, seed: UInt64(number))
            #expect(store.bytes(Digest(of: content)) == content)
            #expect(store.record(for: sampleRecord(number).key) == sampleRecord(number))
        }
    }

    @Test func processesWriteSideBySide() async throws {
        let path = scratch.storePath
        async let first: Void = StoreSharingTests.writeInAProcess(0, path)
        async let second: Void = StoreSharingTests.writeInAProcess(1, path)
        let store = try scratch.open()
        try StoreSharingTests.write(2, to: store)
        try store.flush()
        _ = await (first, second)
        try expectEverything(of: 3)
        store.refresh()
        #expect(store.record(for: sampleRecord(0).key) == sampleRecord(0))
    }

    private static func writeInAProcess(_ writer: Int, _ path: String) async {
        await #expect(processExitsWith: .success) { [writer = writer as Int, path = path as String] in
            let store = try ContentStore(directory: path)
            try StoreSharingTests.write(writer, to: store)
            try store.flush()
            store.compact()
        }
    }

    @Test func aKilledProcessLosesNothingItPublished() async throws {
        let path = scratch.storePath
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try StoreSharingTests.write(0, to: ContentStore(directory: path))
            kill(getpid(), SIGKILL)
        }
        try expectEverything(of: 1)
        try scratch.open().publish(sampleRecord(1_000_000))
        #expect(scratch.segments.count == 1, "its segment is free again")
    }

    @Test func threadsWriteThroughOneStore() async throws {
        let store = try scratch.open()
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 { group.addTask { try StoreSharingTests.write(writer, to: store) } }
            try await group.waitForAll()
        }
        #expect(scratch.segments.count == 1)
        try expectEverything(of: 4)
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNotFlushedReachesTheDiskAllTheSame() async throws {
        let store = try scratch.open()
        for number in 0..<2 {
            _ = try store.add(sampleBytes(70_000, seed: UInt64(number)))
            #expect(!store.writes.isEmpty)
            while !store.writes.isEmpty, !Task.isCancelled { await Task.yield() }
        }
    }

    @Test func aSegmentHasOneWriterAtATime() throws {
        let stores = try (0..<3).map { _ in try scratch.open() }
        for (number, store) in stores.enumerated() { try store.publish(sampleRecord(number)) }
        #expect(scratch.segments.count == 3)
        #expect(stores[0].record(for: sampleRecord(2).key) == nil)
        stores[0].refresh()
        #expect(stores[0].record(for: sampleRecord(2).key) == sampleRecord(2))
    }

    @Test(arguments: [1000, 500_000])
    func restoringToOnePathAtOnceGivesWholeFiles(size: Int) async throws {
        let store = try scratch.open()
        let content = sampleBytes(size, seed: 9)
        let digest = try store.add(content)
        let target = scratch.path + "/target"
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20 {
                        let isRestored = try store.restore(digest, to: target, mode: 0o640)
                        #expect(isRestored)
                        #expect(StoreScratch.bytes(target) == content)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(DirectoryNames.list(scratch.path).sorted() == ["cache", "target"])
    }

    @Test func aStoreThatCannotBeWrittenIsReadAndSaysSoOnce() async throws {
        let path = scratch.storePath
        for name in [scratch.path, path, path + "/segments", path + "/tmp"] { chmod(name, 0o755) }
        let store = try ContentStore(directory: path)
        _ = try store.add(sampleBytes(10, seed: 1))
        for name in [scratch.path, path, path + "/segments", path + "/tmp", path + "/blobs"] { chmod(name, 0o555) }
        await #expect(processExitsWith: .success) { [path = path as String] in
            // Permission bits do not stop root.
            if geteuid() == 0 { try #require(seteuid(65534) == 0) }
            let store = try ContentStore(directory: path)
            #expect(store.bytes(Digest(of: sampleBytes(10, seed: 1))) == sampleBytes(10, seed: 1))
            var message = ""
            do { try store.publish(sampleRecord(1)) } catch { message = "\(error)" }
            #expect(message.hasPrefix("cannot write to the cache: cannot create \(path)/segments/"))
            #expect(message.hasSuffix(".segment: Permission denied; results of this run are not kept"))
            try store.publish(sampleRecord(2))
            #expect(try store.add([1, 2]) == Digest(of: [1, 2]))
            #expect(try store.add(sampleBytes(100_000, seed: 2)) == Digest(of: sampleBytes(100_000, seed: 2)))
            try store.flush()
            #expect(store.record(for: sampleRecord(2).key) == nil)
        }
        for name in [scratch.path, path, path + "/segments", path + "/tmp", path + "/blobs"] { chmod(name, 0o755) }
    }
}
