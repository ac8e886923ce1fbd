// The state directory and its lock, on the real disk with real processes.

import Dispatch
import Glibc
import Ports
import Testing

@testable import Host

@Suite struct StoreStateTests {
    let scratch: StoreScratch
    let state: StateDirectory

    init() throws {
        scratch = try StoreScratch()
        state = try StateDirectory(beside: scratch.path)
    }

    @Test func gitAndBackupsAreKeptAway() throws {
        #expect(state.path == scratch.path + "/.taskgraph")
        #expect(StoreScratch.bytes(state.path + "/.gitignore") == Array("*\n".utf8))
        #expect(
            StoreScratch.bytes(state.path + "/CACHEDIR.TAG")?.starts(with: Array("Signature: 8a477f59".utf8)) == true)
        #expect(DirectoryNames.list(state.path).sorted() == [".gitignore", "CACHEDIR.TAG"])
        let again = try StateDirectory(beside: scratch.path)
        #expect(again.path == state.path)
    }

    @Test func aRootThatCannotBeWrittenIsAnError() throws {
        let file = try scratch.file("file", [])
        #expect(
            throws: FileError(operation: "create", path: file + "/.taskgraph", code: ENOTDIR, reason: "Not a directory")
        ) {
            try StateDirectory(beside: file)
        }
    }

    @Test func aFreeLockIsTakenAtOnceAndAgainAfterItsRelease() throws {
        for _ in 0..<2 {
            let lock = try RunLock.acquire(in: state) { _ in Issue.record("waited") }
            _ = consume lock
        }
        #expect(StoreScratch.bytes(state.path + "/lock") == [])
    }

    @Test func theSecondWaitsAndKnowsForWhom() async throws {
        let before = Machine.wallTime
        let held = try RunLock.acquire(in: state, command: ["taskgraph", "phase1", "-j\n2"]) { _ in
            Issue.record("waited")
        }
        let (holders, waiting) = AsyncStream.makeStream(of: LockHolder?.self)
        async let second: Void = acquireOnAThread(waiting)
        var iterator = holders.makeAsyncIterator()
        let told = await iterator.next() ?? nil
        _ = consume held
        try await second
        let holder = try #require(told)
        #expect(holder == LockHolder(pid: getpid(), command: "taskgraph phase1 -j 2", since: holder.since))
        #expect((before...Machine.wallTime).contains(holder.since))
    }

    /// Blocks a thread of its own: the test's threads are few.
    private func acquireOnAThread(_ waiting: AsyncStream<LockHolder?>.Continuation) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "second").async { [state] in
                continuation.resume(with: Result { _ = try RunLock.acquire(in: state) { waiting.yield($0) } })
                waiting.finish()
            }
        }
    }

    @Test func aKilledHolderHoldsNothing() async throws {
        let root = scratch.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
            let lock = try RunLock.acquire(in: StateDirectory(beside: root)) { _ in }
            kill(getpid(), SIGKILL)
            _ = consume lock
        }
        #expect(StoreScratch.bytes(state.path + "/lock")?.isEmpty == false)
        _ = try RunLock.acquire(in: state) { _ in Issue.record("waited") }
    }
}
