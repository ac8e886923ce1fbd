// Appends entries to the one segment this process has locked. Does not know what is in the payloads.

import Glibc
import Ports
import Synchronization
import Vocabulary

/// Guarded by the store's writer mutex. The lock on the segment lasts as long as its file is open: `kill -9` frees it.
struct SegmentWriter {
    /// A segment that is longer takes no more entries.
    static let fullSize: Int64 = 256 << 20

    private struct Owned {
        let number: Int
        let file: StoreFile
        var end: Int64
    }

    private var owned: Owned?

    var file: StoreFile? { owned?.file }

    /// Lets another writer have the segment.
    mutating func letGo() {
        if let owned { _ = flock(owned.file.descriptor, LOCK_UN) }
        owned = nil
    }

    /// Appends entries with one write. What is cut off by a crash is the end: a record stands behind its content.
    mutating func append(
        _ entries: [NewEntry], layout: StoreLayout, catalogue: borrowing Mutex<StoreCatalogue>
    ) throws(SystemFailure) {
        var target: Owned
        if let owned, owned.end < SegmentWriter.fullSize {
            target = owned
        } else {
            target = try SegmentWriter.claim(layout, catalogue)
        }
        let firstStamp = catalogue.withLock { max($0.lastStamp + 1, Machine.wallTime) }
        let headers = entries.enumerated().map { $1.header(stamp: firstStamp + UInt64($0)) }
        do throws(SystemFailure) {
            try target.file.write(SegmentEntry.encoded(zip(headers, entries).map { ($0, $1.payload) }))
        } catch {
            // Half an entry would hide what is appended behind it.
            if ftruncate(target.file.descriptor, off_t(target.end)) != 0 { owned = nil }
            throw error
        }
        catalogue.withLock { catalogue in
            for header in headers {
                catalogue.insert(header, segment: target.number, offset: target.end)
                target.end += Int64(header.totalSize)
            }
            catalogue.advance(target.number, to: target.end)
        }
        owned = target
    }

    /// Takes a segment nobody writes to, or makes one.
    private static func claim(
        _ layout: StoreLayout, _ catalogue: borrowing Mutex<StoreCatalogue>
    ) throws(SystemFailure) -> Owned {
        for id in layout.segmentIDs() {
            if let owned = try? claim(id, flags: 0, layout, catalogue) { return owned }
        }
        var id = Machine.wallTime
        while true {
            do throws(SystemFailure) {
                if let owned = try claim(id, flags: O_CREAT | O_EXCL, layout, catalogue) { return owned }
            } catch {
                // Another process may have chosen the same number.
                guard error.code == EEXIST || error.code == ENOENT else { throw error }
                if error.code == ENOENT { try DirectoryNames.make(layout.segments) }
            }
            id += 1
        }
    }

    /// Nil when another process has it, when it is full, or when something is wrong with it.
    private static func claim(
        _ id: UInt64, flags: Int32, _ layout: StoreLayout, _ catalogue: borrowing Mutex<StoreCatalogue>
    ) throws(SystemFailure) -> Owned? {
        let file = try StoreFile.open(layout.segment(id), O_RDWR | O_APPEND | flags, mode: 0o644)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0, let status = file.status, status.st_nlink > 0,
            status.st_size < fullSize
        else { return nil }
        if status.st_size < SegmentHeader.size {
            guard ftruncate(file.descriptor, 0) == 0 else { throw SystemFailure("truncate", file.path) }
            try file.write(SegmentHeader.encoded(id: id))
        }
        return try catalogue.withLock { catalogue throws(SystemFailure) in
            guard let number = catalogue.openSegment(id, layout) else { return nil }
            catalogue.readTail(of: number)
            let segment = catalogue.segments[number]
            // See `Segment.indexed`.
            guard segment.indexed <= file.size, segment.known <= file.size else { return nil }
            guard ftruncate(file.descriptor, off_t(segment.known)) == 0 else {
                throw SystemFailure("truncate", file.path)
            }
            return Owned(number: number, file: file, end: segment.known)
        }
    }
}
