// Counting what is in a store, for people. Verifies nothing.

import Glibc
import Synchronization

/// What a store holds.
public struct StoreStatistics: Hashable, Sendable {
    /// Results, one for each key.
    public var records = 0
    /// Different contents.
    public var blobs = 0
    /// Bytes of all contents.
    public var blobBytes: UInt64 = 0
    /// Those of `blobs` that are files of their own.
    public var largeBlobs = 0
    /// Of services; and their bytes.
    public var templates = 0
    public var templateBytes: UInt64 = 0
    public var segments = 0
    /// Sizes of all segments, what is superseded included.
    public var segmentBytes: UInt64 = 0
    public var indexBytes: UInt64 = 0
    /// Results and contents that the index does not know yet.
    public var unindexed = 0
    /// Layers of workspace tasks.
    public var layers = 0
}

extension ContentStore {
    public func stats() -> StoreStatistics {
        var statistics = catalogue.withLock { $0.statistics }
        let templates = TemplateShelf(cache: layout.root).templates
        statistics.templates = templates.count
        statistics.templateBytes = templates.reduce(0) { $0 + $1.size }
        statistics.layers = DirectoryNames.list(layout.layers).count { !$0.hasPrefix(".") }
        return statistics
    }
}

extension StoreCatalogue {
    fileprivate var statistics: StoreStatistics {
        var statistics = StoreStatistics()
        statistics.unindexed = tailCount
        statistics.segments = segments.count
        statistics.segmentBytes = segments.reduce(0) { $0 + UInt64($1.file.size) }
        statistics.records = records.count
        for place in blobs.values { statistics.count(place) }
        guard let index else { return statistics }
        statistics.indexBytes = UInt64(index.size)
        for position in 0..<index.recordCount where records[index.record(at: position).address] == nil {
            statistics.records += 1
        }
        for position in 0..<index.blobCount {
            let row = index.blob(at: position)
            if blobs[row.address] == nil, let place = place(ofBlob: row) { statistics.count(place) }
        }
        return statistics
    }
}

extension StoreStatistics {
    fileprivate mutating func count(_ place: BlobPlace) {
        blobs += 1
        // A damaged index may say anything.
        blobBytes = blobBytes.addingReportingOverflow(place.size).overflow ? .max : blobBytes + place.size
        if place.segment == nil { largeBlobs += 1 }
    }
}
