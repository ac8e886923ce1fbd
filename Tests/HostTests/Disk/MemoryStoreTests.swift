// The pretended store and files keep the promises that the engine's tests build on.

import Hashing
import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct MemoryStoreTests {
    @Test func blobsAreRestoredAndCanBeLost() throws {
        let files = MemoryFiles()
        files.add("/in/f", "content")
        let store = MemoryStore(files: files)
        let digest = try store.add(fileAt: "/in/f")
        #expect(digest == Digest(of: "content"))
        #expect(store.contains(digest))
        #expect(try store.restore(digest, to: "/in/copy", mode: 0o755))
        #expect(files.text("/in/copy") == "content")
        #expect(try files.status("/in/copy")?.mode == 0o755)
        store.lose(digest)
        #expect(!store.contains(digest))
        #expect(try !store.restore(digest, to: "/in/copy2", mode: 0o644))
        #expect(store.traffic == [.added(digest), .restored(digest, "/in/copy")])
        let error = #expect(throws: StoreError.self) { try store.add(fileAt: "/no") }
        #expect(error?.description == "cannot read /no: No such file or directory")
    }

    @Test func theLatestRecordsComeFirst() throws {
        let store = MemoryStore(files: MemoryFiles())
        func record(_ text: String, task: String) -> ActionRecord {
            ActionRecord(key: Digest(of: text), task: task, outcome: .succeeded, listing: KeyListing([]))
        }
        for (text, task) in [("1", "a"), ("2", "b"), ("3", "a"), ("1", "a")] {
            try store.publish(record(text, task: task))
        }
        #expect(store.records(ofTask: "a", limit: 5) == [record("1", task: "a"), record("3", task: "a")])
        #expect(store.records(ofTask: "a", limit: 1) == [record("1", task: "a")])
        #expect(store.record(for: Digest(of: "2"))?.task == "b")
        #expect(store.record(for: Digest(of: "4")) == nil)
    }

    @Test func everyAccessIsRecordedAndCanBeMadeToFail() throws {
        let files = MemoryFiles()
        files.add("/d/f", "x")
        #expect(files.accesses == [])
        _ = try files.bytes("/d/f")
        files.fail(.status, "/d/f", with: 13)
        let error = #expect(throws: FileError.self) { try files.status("/d/f") }
        #expect(error?.description == "cannot look at /d/f: Permission denied")
        files.fail(.status, "/d/f", with: 0)
        #expect(try files.status("/d/f")?.stamp.size == 1)
        #expect(files.accesses == [.init(.read, "/d/f"), .init(.status, "/d/f"), .init(.status, "/d/f")])
        files.forgetAccesses()
        #expect(files.accesses == [])
    }
}
