// Writing a new index, so that opening reads no segment. Does not change segments.

import CLinux
import Glibc
import Synchronization
import Vocabulary

extension ContentStore {
    /// Merges the index and the tails of all segments into a new index. Not being able to costs time at the next
    /// opening only, so nothing is reported; another process that is at it does the work for both.
    /// - Returns: false when another holds the lock. So does, for a moment, a child of this process that was forked
    ///   while the lock was held and has not yet executed its program.
    @discardableResult
    func compact() -> Bool {
        guard let lock = try? StoreFile.open(layout.indexLock, O_RDWR | O_CREAT, mode: 0o644),
            flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0
        else { return false }
        withoutWriters {
            catalogue.withLock { catalogue in
                catalogue.refresh(layout)
                // A damaged table must not live on in the next one.
                if catalogue.index?.isIntact == false { catalogue.rebuild(layout) }
                let uses = { [catalogue] (key: Digest, stamp: UInt64) in catalogue.lastUse(key, stamp: stamp) }
                guard (try? writeIndex(of: catalogue, lastUse: uses)) != nil else { return }
                catalogue.refresh(layout)
            }
        }
        removeAbandoned()
        return true
    }

    /// Writes a new index, and the last uses of the records in it before it has its name.
    /// - Parameter lastUse: of a key and its record's stamp.
    func writeIndex(
        of catalogue: borrowing StoreCatalogue, lastUse: (Digest, UInt64) -> UInt32
    ) throws(SystemFailure) {
        let tables = StoreIndexWriter.tables(of: catalogue)
        let identity = Machine.wallTime
        let minutes = tables.records.map { lastUse($0.address, $0.first) }
        let uses = RecordUses.path(layout, identity)
        try replace(uses, RecordUses.encoded(identity: identity, minutes), isDurable: false)
        try replace(
            layout.index, StoreIndexWriter.encode(tables, catalogue, identity: identity), isDurable: true)
        for name in DirectoryNames.list(layout.root)
        where name.hasPrefix(RecordUses.prefix) && !uses.hasSuffix("/" + name) {
            unlink(layout.root + "/" + name)
        }
    }

    /// What a killed process left unfinished. A day, because nobody knows whether its maker is alive on another machine.
    private func removeAbandoned() {
        let day: Int = 86_400
        for name in DirectoryNames.list(layout.temporary) {
            let path = "\(layout.temporary)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mtim.tv_sec + day < Int(Machine.wallTime / 1_000_000_000) else {
                continue
            }
            unlink(path)
        }
    }

    /// - Parameter isDurable: before it has its name: a torn table would hide what is in the segments.
    private func replace(_ path: String, _ bytes: [UInt8], isDurable: Bool) throws(SystemFailure) {
        let file = try makeTemporary()
        do throws(SystemFailure) {
            try file.write(bytes)
            if isDurable { try file.synchronize() }
            fchmod(file.descriptor, 0o644)
            guard rename(file.path, path) == 0 else { throw SystemFailure("rename", path) }
        } catch {
            unlink(file.path)
            throw error
        }
    }
}

/// Lays the tables of `StoreIndex` out.
enum StoreIndexWriter {
    struct Tables {
        let blobs: [IndexRow]
        let records: [IndexRow]
    }

    static func tables(of catalogue: borrowing StoreCatalogue) -> Tables {
        Tables(blobs: mergedBlobs(catalogue), records: mergedRecords(catalogue))
    }

    static func encode(_ tables: Tables, _ catalogue: borrowing StoreCatalogue, identity: UInt64) -> [UInt8] {
        let (blobs, records) = (tables.blobs, tables.records)
        let segments = catalogue.segments
        let size =
            StoreIndex.headerSize + segments.count * StoreIndex.segmentStride + blobs.count * StoreIndex.blobStride
            + records.count * (StoreIndex.recordStride + StoreIndex.taskStride)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var table = Table(bytes: bytes, position: StoreIndex.headerSize)
            for segment in segments {
                table.append(segment.id)
                table.append(UInt64(segment.known))
            }
            for row in blobs { table.append(row) }
            for row in records { table.append(row) }
            table.appendTasks(records)
            writeHeader(bytes, segments.count, blobs.count, records.count, catalogue.lastStamp, identity)
            count = size
        }
    }

    private static func writeHeader(
        _ bytes: UnsafeMutableRawBufferPointer, _ segments: Int, _ blobs: Int, _ records: Int, _ lastStamp: UInt64,
        _ identity: UInt64
    ) {
        let base = bytes.baseAddress.unsafelyUnwrapped
        let body = tg_crc32c(0, base + StoreIndex.headerSize, bytes.count - StoreIndex.headerSize)
        let words = [
            StoreIndex.magic, UInt64(body) << 32, UInt64(segments), UInt64(blobs), UInt64(records), lastStamp,
            identity, 0,
        ]
        for (number, word) in words.enumerated() { bytes.put(word, at: number * 8) }
        bytes.put(tg_crc32c(0, base + 12, StoreIndex.headerSize - 12), at: 8)
    }

    private static func mergedBlobs(_ catalogue: borrowing StoreCatalogue) -> [IndexRow] {
        let tail = catalogue.blobs.compactMap { digest, place in
            place.segment.map { catalogue.segments[$0].isGone } == true
                ? nil
                : IndexRow(
                    address: digest, segment: place.segment.map { UInt32($0) } ?? StoreIndex.ownFile, length: 0,
                    offset: UInt64(place.offset), first: place.size, second: place.stamp)
        }
        let index = catalogue.index
        return merge(count: index?.blobCount ?? 0, tail) { position in
            guard let row = index?.blob(at: position), let place = catalogue.place(ofBlob: row) else { return nil }
            return IndexRow(
                address: row.address, segment: place.segment.map { UInt32($0) } ?? StoreIndex.ownFile, length: 0,
                offset: row.offset, first: row.first, second: row.second)
        }
    }

    private static func mergedRecords(_ catalogue: borrowing StoreCatalogue) -> [IndexRow] {
        let tail = catalogue.records.compactMap { key, place in
            catalogue.segments[place.segment].isGone
                ? nil
                : IndexRow(
                    address: key, segment: UInt32(place.segment), length: place.length, offset: UInt64(place.offset),
                    first: place.stamp, second: place.tag)
        }
        let index = catalogue.index
        return merge(count: index?.recordCount ?? 0, tail) { position in
            guard let row = index?.record(at: position), let place = catalogue.place(ofRecord: row) else { return nil }
            return IndexRow(
                address: row.address, segment: UInt32(place.segment), length: row.length, offset: row.offset,
                first: row.first, second: row.second)
        }
    }

    /// Of two rows with one address the tail's is the later.
    /// - Parameter indexed: a row of the old index in the numbers of the new one; nil when its segment is gone.
    private static func merge(count: Int, _ tail: [IndexRow], _ indexed: (Int) -> IndexRow?) -> [IndexRow] {
        let tail = tail.sorted { $0.address < $1.address }
        var merged: [IndexRow] = []
        merged.reserveCapacity(count + tail.count)
        var next = 0
        for position in 0..<count {
            guard let row = indexed(position) else { continue }
            while next < tail.count, tail[next].address < row.address {
                merged.append(tail[next])
                next += 1
            }
            if next == tail.count || tail[next].address != row.address { merged.append(row) }
        }
        return merged + tail[next...]
    }
}

/// A place in raw memory that moves on with every value.
private struct Table {
    let bytes: UnsafeMutableRawBufferPointer
    var position: Int

    mutating func append(_ value: some FixedWidthInteger & BitwiseCopyable) {
        bytes.put(value, at: position)
        position += value.bitWidth / 8
    }

    mutating func append(_ row: IndexRow) {
        bytes.put(row.address, at: position)
        position += 32
        append(row.segment)
        append(row.length)
        append(row.offset)
        append(row.first)
        append(row.second)
    }

    mutating func appendTasks(_ records: [IndexRow]) {
        let order = records.indices.sorted { left, right in
            let (left, right) = (records[left], records[right])
            return left.second != right.second ? left.second < right.second : left.first > right.first
        }
        for number in order {
            append(records[number].second)
            append(records[number].first)
            append(UInt32(number))
            append(UInt32(0))
        }
    }
}
