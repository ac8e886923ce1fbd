// What crashes and failing disks leave behind is a miss: never wrong content, never a crash.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreDamageTests {
    /// A segment with a record, a small blob, another record, and what tells where they end.
    struct Sample {
        let scratch: StoreScratch
        let segment: String
        let bytes: [UInt8]
        let blob = sampleBytes(100, seed: 5)
        /// Offsets behind the first record, the blob and the second record.
        let ends: [Int]

        init() throws {
            scratch = try StoreScratch()
            let store = try scratch.open()
            segment = StoreLayout(root: scratch.storePath).segments
            try store.publish(sampleRecord(1))
            _ = try store.add(blob)
            try store.publish(sampleRecord(2))
            bytes = try #require(scratch.segments.first.flatMap { StoreScratch.bytes($0) })
            let first = SegmentHeader.size + SegmentEntry.headerSize + sampleRecord(1).encoded.count
            let second = first + SegmentEntry.headerSize + blob.count
            ends = [first, second, second + SegmentEntry.headerSize + sampleRecord(2).encoded.count]
            #expect(ends.last == bytes.count)
        }

        /// How many of the three a store gives out; what it gives out is right.
        func found(in store: ContentStore, isIndexDamaged: Bool = false) -> [Bool] {
            let first = store.record(for: sampleRecord(1).key)
            let blob = store.bytes(Digest(of: self.blob))
            let second = store.record(for: sampleRecord(2).key)
            #expect(first == nil || first == sampleRecord(1))
            #expect(blob == nil || blob == self.blob)
            #expect(second == nil || second == sampleRecord(2))
            let named = store.records(ofTask: "group/task2", limit: 3)
            #expect(named == [] || named == [sampleRecord(2)])
            #expect(isIndexDamaged || named.isEmpty == (second == nil))
            return [first != nil, blob != nil, second != nil]
        }

        func overwrite(_ bytes: [UInt8]) throws {
            try StoreScratch.overwrite(try #require(scratch.segments.first), bytes)
        }
    }

    @Test func aSegmentCutAnywhereKeepsWhatIsWholeAndTakesMore() throws {
        let sample = try Sample()
        for cut in sample.bytes.indices {
            try sample.overwrite(Array(sample.bytes[..<cut]))
            let whole = sample.ends.map { $0 <= cut }
            let store = try sample.scratch.open()
            #expect(sample.found(in: store) == whole, "cut at \(cut)")
            try store.publish(sampleRecord(3))
            let reopened = try sample.scratch.open()
            #expect(sample.found(in: reopened) == whole, "cut at \(cut) and continued")
            #expect(reopened.record(for: sampleRecord(3).key) == sampleRecord(3), "cut at \(cut) and continued")
        }
        #expect(sample.scratch.segments.count == 1)
    }

    @Test func aRecordIsNeverThereWithoutTheContentThatCameWithIt() throws {
        let scratch = try StoreScratch()
        let blobs = [3, 0, 70_000, 5].map { count -> Blob in
            let bytes = sampleBytes(count, seed: 7)
            return Blob(digest: Digest(of: bytes), bytes: bytes)
        }
        try scratch.open().publish(sampleRecord(1), adding: blobs)
        let segment = try #require(scratch.segments.first)
        let bytes = try #require(StoreScratch.bytes(segment))
        for cut in bytes.indices {
            try StoreScratch.overwrite(segment, Array(bytes[..<cut]))
            let store = try scratch.open()
            #expect(store.record(for: sampleRecord(1).key) == nil, "cut at \(cut)")
        }
        try StoreScratch.overwrite(segment, bytes)
        let store = try scratch.open()
        #expect(store.record(for: sampleRecord(1).key) == sampleRecord(1))
        for blob in blobs { #expect(store.bytes(blob.digest) == blob.bytes) }
        // What is there already is not written again.
        try store.publish(sampleRecord(1), adding: blobs)
        let again = SegmentEntry.headerSize + sampleRecord(1).encoded.count
        #expect(StoreScratch.bytes(segment)?.count == bytes.count + again)
    }

    @Test func aFlippedBitEndsTheSegmentThere() throws {
        let sample = try Sample()
        for position in SegmentHeader.size..<sample.bytes.count {
            var bytes = sample.bytes
            bytes[position] ^= 1 << UInt8(position % 8)
            try sample.overwrite(bytes)
            #expect(sample.found(in: try sample.scratch.open()) == sample.ends.map { $0 <= position }, "at \(position)")
        }
    }

    @Test func aDamagedEntryThatIsIndexedIsTheOnlyMiss() throws {
        let sample = try Sample()
        try sample.scratch.open().compactForSure()
        for position in SegmentHeader.size..<sample.bytes.count {
            var bytes = sample.bytes
            bytes[position] ^= 1 << UInt8(position % 8)
            try sample.overwrite(bytes)
            let found = sample.found(in: try sample.scratch.open())
            let hit = sample.ends.firstIndex { position < $0 } ?? 0
            let expected = sample.ends.indices.map { $0 != hit }
            // A blob is verified by its digest: its entry's checksum, stamp and tag are not needed for that.
            #expect(found == expected || (hit == 1 && found == [true, true, true]), "at \(position)")
        }
        for cut in SegmentHeader.size..<sample.bytes.count {
            try sample.overwrite(Array(sample.bytes[..<cut]))
            let store = try sample.scratch.open()
            #expect(sample.found(in: store) == sample.ends.map { $0 <= cut }, "cut at \(cut)")
            // Below the offset that the index covers nobody would look for it.
            try store.publish(sampleRecord(3))
            #expect(try sample.scratch.open().record(for: sampleRecord(3).key) == sampleRecord(3), "cut at \(cut)")
            for segment in sample.scratch.segments.dropFirst() { unlink(segment) }
        }
    }

    @Test func aDamagedIndexCostsMissesAtMost() throws {
        let sample = try Sample()
        try sample.scratch.open().compactForSure()
        let path = StoreLayout(root: sample.scratch.storePath).index
        let index = try #require(StoreScratch.bytes(path))
        for position in index.indices {
            var bytes = index
            bytes[position] ^= 1 << UInt8(position % 8)
            try StoreScratch.overwrite(path, bytes)
            let store = try sample.scratch.open()
            _ = sample.found(in: store, isIndexDamaged: true)
            store.compactForSure()
            #expect(sample.found(in: try sample.scratch.open()) == [true, true, true], "mended after \(position)")
        }
        for cut in index.indices {
            try StoreScratch.overwrite(path, Array(index[..<cut]))
            #expect(sample.found(in: try sample.scratch.open()) == [true, true, true], "cut at \(cut)")
        }
    }

    /// A place that lies beyond any file, as a length or an offset may say.
    @Test func aDamagedPlaceOfALongerBlobIsAMiss() throws {
        let scratch = try StoreScratch()
        let contents = [sampleBytes(5_000, seed: 1), sampleBytes(90_000, seed: 2)]
        let digests = try contents.map { try scratch.open().add($0) }
        try scratch.open().compactForSure()
        let path = StoreLayout(root: scratch.storePath).index
        let index = try #require(StoreScratch.bytes(path))
        for position in index.indices {
            for bit in [UInt8(0x80), 0x40, 0x01] {
                var bytes = index
                bytes[position] ^= bit
                try StoreScratch.overwrite(path, bytes)
                let store = try scratch.open()
                for (digest, content) in zip(digests, contents) {
                    let found = store.bytes(digest)
                    #expect(found == nil || found == content, "\(bit) at \(position)")
                    if found == nil { try StoreScratch.overwrite(path, bytes) }
                    _ = store.contains(digest)
                }
                _ = store.stats()
            }
        }
    }

    @Test func aSegmentCutUnderAnOpenStoreIsAMiss() throws {
        let sample = try Sample()
        let store = try sample.scratch.open()
        truncate(try #require(sample.scratch.segments.first), off_t(sample.ends[0]))
        #expect(sample.found(in: store) == [true, false, false])
        #expect(!store.contains(Digest(of: sample.blob)))
    }

    enum Damage: CaseIterable {
        case flipped, shortened, emptied, removed

        func apply(to path: String, _ bytes: [UInt8]) throws {
            switch self {
            case .flipped:
                var bytes = bytes
                bytes[bytes.count / 2] ^= 1
                try StoreScratch.overwrite(path, bytes)
            case .shortened: try StoreScratch.overwrite(path, Array(bytes.dropLast()))
            case .emptied: try StoreScratch.overwrite(path, [])
            case .removed: unlink(path)
            }
        }
    }

    @Test(arguments: Damage.allCases, [false, true])
    func aDamagedLargeBlobIsAMissUntilItIsAddedAgain(damage: Damage, isRestored: Bool) throws {
        let scratch = try StoreScratch()
        let content = sampleBytes(200_000, seed: 3)
        let digest = try scratch.open().add(content)
        let store = try scratch.open()
        try damage.apply(to: store.blobPath(digest), content)
        let target = scratch.path + "/target"
        if isRestored {
            #expect(try !store.restore(digest, to: target, mode: 0o644))
            #expect(DirectoryNames.list(scratch.path) == ["cache"])
        } else {
            #expect(store.bytes(digest) == nil)
        }
        #expect(!store.contains(digest))
        #expect(try store.add(content) == digest)
        for store in [store, try scratch.open()] {
            #expect(store.contains(digest))
            #expect(try store.restore(digest, to: target, mode: 0o644))
            #expect(StoreScratch.bytes(target) == content)
        }
    }

    /// As if the segment's checksum did not notice.
    @Test func contentThatIsNotWhatItsAddressSaysIsAMissUntilItIsAddedAgain() throws {
        let scratch = try StoreScratch()
        let content = sampleBytes(500, seed: 3)
        let digest = Digest(of: content)
        let store = try scratch.open()
        try store.append([NewEntry(.blob, digest, sampleBytes(500, seed: 4))])
        #expect(store.bytes(digest) == nil)
        #expect(try !store.restore(digest, to: scratch.path + "/target", mode: 0o644))
        #expect(!store.contains(digest))
        #expect(try store.add(content) == digest)
        for store in [store, try scratch.open()] { #expect(store.bytes(digest) == content) }
    }
}
