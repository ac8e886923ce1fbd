// The content-addressed store in a directory: what is in it, opening it, and how its parts meet.
//
// Several checkouts and several processes may use one directory at once. In it:
//
//     VERSION, CACHEDIR.TAG
//     segments/ID.segment    appended to by one process at a time, which holds an exclusive flock on it: records, and
//                            content of at most 64 KiB (`SegmentEntry`). The first entry whose checksum is wrong ends it
//     blobs/AB/CDEF…         longer content, one file each; an entry in a segment says that it is there and how long
//     index                  immutable table of contents (`StoreIndex`), replaced by renaming; behind it only the tails
//                            of segments have to be read when the store is opened
//     index.lock             flock of the process that writes a new index
//     uses-N                 when the records of the index N were last looked up (`RecordUses`); written in place
//     layers/                changes of workspace tasks; belongs to the views
//     layers.use             locks of the processes that use layers: what is in use is not removed
//     tmp/                   files that are not complete yet, in a locked directory for each process
//
// Nothing is trusted because it is there: sizes and checksums are checked always, SHA-256 before content is given out,
// for content in a file of its own once after each boot and whenever the file has changed (`VerifiedBlobs`).
// What is damaged, truncated or missing is a miss. Content and names are in place before the record that refers to them
// and are written back together by `flush`, and within about a second without it; what a power loss takes before that
// is noticed by size and checksum, and is a miss too. `kill -9` loses nothing.

import Glibc
public import Ports
import Synchronization
import Vocabulary

/// See the head of this file. Safe to use from several threads.
public final class ContentStore: Sendable {
    /// Content up to this size lives in segments.
    static let smallSize = 64 << 10

    let layout: StoreLayout
    let catalogue = Mutex(StoreCatalogue())
    let writes = PendingWrites()
    /// False when it was opened read-only, or the system forbids to write: then results are quietly not kept.
    public let isWritable: Bool
    /// Where files that are restored are made.
    let staging: Staging
    /// Which content need not be read to be believed; nil: none.
    let verified: VerifiedBlobs?
    /// This process's own directory for unfinished files of the store; made when the first is needed.
    private let workshop = Mutex<RunDirectory?>(nil)
    private let writer = Mutex(WriterState())

    private struct WriterState {
        var segment = SegmentWriter()
        var commit: GroupCommit?
        /// The store cannot be written; said once, after that results are quietly not kept.
        var isRefused = false
    }

    /// Opens a store, making it if there is none.
    /// - Parameters:
    ///   - staging: where files are made that are restored; it belongs to the caller's run.
    ///   - verified: what the caller's earlier runs have verified; saved by `flush`.
    ///   - isReadOnly: nothing is added, and a store that is not there is an empty one.
    /// - Throws: when the directory can neither be made nor read, or holds a store of another version.
    public init(
        directory: String, staging: Staging? = nil, verified: VerifiedBlobs? = nil, isReadOnly: Bool = false
    ) throws(StoreError) {
        self.verified = verified
        layout = StoreLayout(root: directory)
        self.staging = staging ?? Staging(directory: layout.temporary)
        if isReadOnly { try layout.checkVersion() } else { try layout.prepare() }
        isWritable = !isReadOnly && (access(layout.segments, W_OK) == 0 || ![EACCES, EROFS, EPERM].contains(errno))
        if !isWritable { writer.withLock { $0.isRefused = true } }
        if isWritable { RunDirectory.sweep(layout.temporary) }
        refresh()
    }

    deinit {
        // The committing thread may hold the file a little longer.
        writer.withLock { $0.segment.letGo() }
    }

    /// A new empty file in the store's own directory for unfinished ones; the caller renames or unlinks it.
    func makeTemporary() throws(SystemFailure) -> StoreFile {
        let directory = try workshop.withLock { (workshop) throws(SystemFailure) -> String in
            if let workshop { return workshop.path }
            let made: RunDirectory
            do throws(ViewError) {
                made = try RunDirectory(in: layout.temporary)
            } catch {
                throw SystemFailure("create a directory in", layout.temporary)
            }
            workshop = made
            return made.path
        }
        return try FileCopies.makeTemporary(in: directory)
    }

    /// The absolute or relative path it was opened with.
    public var directory: String { layout.root }

    /// Takes notice of what other processes have added since.
    public func refresh() {
        let isLong = catalogue.withLock { catalogue in
            catalogue.refresh(layout)
            return catalogue.tailCount > ContentStore.longTail || catalogue.tailBytes > ContentStore.longTailBytes
        }
        if isLong, isWritable { compact() }
    }

    /// Makes everything added and published so far durable, and keeps the next opening cheap.
    public func flush() throws(StoreError) {
        verified?.save()
        try writes.commit()
        if isWritable, catalogue.withLock({ $0.isWorthIndexing }) { compact() }
    }

    /// With more behind the index than this, even a process that only reads writes a new one.
    private static let longTail = 1 << 14
    private static let longTailBytes: Int64 = 32 << 20

    /// Appends entries, in this order and with one write, and takes them into the catalogue.
    func append(_ entries: [NewEntry]) throws(StoreError) {
        for entry in entries where entry.payload.count > SegmentEntry.longestPayload {
            throw StoreError(
                "cannot store a result of \(entry.payload.count) bytes: the limit is \(SegmentEntry.longestPayload)")
        }
        try writing { (state) throws(SystemFailure) in
            try state.segment.append(entries, layout: layout, catalogue: catalogue)
            guard let file = state.segment.file, writes.note(segment: file) else { return }
            if state.commit == nil { state.commit = GroupCommit(writes) }
            state.commit?.begin()
        }
    }

    private func writing(_ body: (inout WriterState) throws(SystemFailure) -> Void) throws(StoreError) {
        try writer.withLock { (state) throws(StoreError) in
            if state.isRefused { return }
            do throws(SystemFailure) {
                try body(&state)
            } catch {
                state.isRefused = error.isLasting
                throw refusal(error)
            }
        }
    }

    /// Whether writing was refused before, so that nothing more is tried.
    var isRefused: Bool { writer.withLock { $0.isRefused } }

    /// Notes a failure to write outside of segments, and makes the error of it.
    func refuse(_ failure: SystemFailure) -> StoreError {
        writer.withLock { $0.isRefused = $0.isRefused || failure.isLasting }
        return refusal(failure)
    }

    private func refusal(_ failure: SystemFailure) -> StoreError {
        let consequence = failure.isLasting ? "; results of this run are not kept" : ""
        return StoreError("cannot write to the cache: \(failure)\(consequence)")
    }

    /// Nothing may be appended while the index is being made.
    func withoutWriters<Result: Sendable>(_ body: () -> Result) -> Result {
        writer.withLock { _ in body() }
    }
}

extension SystemFailure {
    /// Whether trying again in this run is pointless.
    var isLasting: Bool { [EROFS, EACCES, EPERM, ENOSPC, EDQUOT, ENOTDIR].contains(code) }
}

extension StoreCatalogue {
    /// Reading the tail costs about a microsecond an entry and a quarter of a millisecond a megabyte each time the store
    /// is opened; writing the index costs about as much for the whole store, once.
    fileprivate var isWorthIndexing: Bool {
        let indexed = index.map { $0.blobCount + $0.recordCount } ?? 0
        return !usedInTail.isEmpty || tailCount > max(1 << 10, indexed / 8)
            || tailBytes > max(1 << 20, Int64(index?.size ?? 0) / 2)
    }
}
