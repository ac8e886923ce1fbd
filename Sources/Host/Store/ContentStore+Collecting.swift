// Makes a store smaller: what was not used for long goes, and what nothing refers to. Safe beside runs.

import Glibc
public import Ports
import Synchronization
import Vocabulary

/// What may stay.
public struct CollectionLimits: Hashable, Sendable {
    /// Bytes of everything together; nil: any size.
    public var maximumSize: UInt64?
    /// Nanoseconds since the last use of a result; nil: any age.
    public var maximumAge: UInt64?

    public init(maximumSize: UInt64? = nil, maximumAge: UInt64? = nil) {
        self.maximumSize = maximumSize
        self.maximumAge = maximumAge
    }
}

/// What a collection has removed, and what is left.
public struct CollectionResult: Hashable, Sendable {
    public var records = 0
    public var blobs = 0
    public var layers = 0
    public var snapshots = 0
    /// Of services.
    public var templates = 0
    /// Of workspaces, where nothing can be mounted.
    public var copies = 0
    public var bytesBefore: UInt64 = 0
    public var bytesAfter: UInt64 = 0
}

extension ContentStore {
    /// What nothing refers to is left alone so long, in nanoseconds: a run adds content before the record.
    static let youth: UInt64 = 3_600_000_000_000

    /// Removes results, the longest unused first, with content that no other result needs, and whatever nothing refers
    /// to. What a run in another process is using stays, or is a miss for it; it never gets anything wrong.
    /// - Throws: when the store cannot be written.
    public func collect(_ limits: CollectionLimits) throws(StoreError) -> CollectionResult {
        do throws(SystemFailure) {
            return try withIndexLocked { () throws(SystemFailure) in
                var result = CollectionResult()
                result.bytesBefore = sizeOnDisk
                RunDirectory.sweep(layout.temporary)
                RunDirectory.sweep(layout.views)
                let shelf = TemplateShelf(cache: layout.root)
                shelf.sweep()
                let templates = shelf.templates
                let inventory = StoreInventory(layout, claims: true)
                let uses = catalogue.withLock { catalogue in
                    catalogue.refresh(layout)
                    return inventory.records.map { ($0, catalogue.lastUse($0, stamp: inventory.items[$1].entry.stamp)) }
                }
                let lastUse = Dictionary(uniqueKeysWithValues: uses)
                var choice = CollectionChoice(
                    inventory, lastUse: lastUse, sizes: contentSizes, others: templates.map(CollectionChoice.Other.init)
                )
                choice.apply(limits)
                try rewrite(inventory, lastUse: lastUse) { choice.keeps($0) }
                result.records = choice.evicted
                result.blobs = removeBlobs(choice) + choice.smallBlobsRemoved
                result.layers = removeLayers(choice)
                result.templates = templates.count { template in
                    !choice.keepsOther(template.identity) && shelf.remove(template) { removeAway($0) }
                }
                result.bytesAfter = sizeOnDisk
                return result
            }
        } catch {
            throw StoreError("the cache cannot be cleaned up: \(error)")
        }
    }

    private func removeBlobs(_ choice: CollectionChoice) -> Int {
        var removed = 0
        for (digest, path) in largeFiles {
            guard let digest else {
                removed += unlink(path) == 0 ? 1 : 0
                continue
            }
            guard !choice.keepsContent(digest), choice.wasReferred(digest) || FileAge.isOld(path) else { continue }
            removed += unlink(path) == 0 ? 1 : 0
        }
        return removed
    }

    private func removeLayers(_ choice: CollectionChoice) -> Int {
        let use = LayerUse(of: layout.layers)
        var removed = 0
        for name in DirectoryNames.list(layout.layers) where !name.hasPrefix(".") {
            let path = layout.layers + "/" + name
            guard let digest = Digest(hex: name) else {
                removed += removeAway(path) ? 1 : 0
                continue
            }
            guard !choice.keepsLayer(digest), choice.wasReferred(digest) || FileAge.isOld(path) else { continue }
            _ = use.claim(digest) { removed += removeAway(path) ? 1 : 0 }
        }
        return removed
    }

    /// By a rename first, so that nobody sees half of it.
    func removeAway(_ path: String) -> Bool {
        guard let place = try? makeTemporary() else { return false }
        unlink(place.path)
        guard rename(path, place.path) == 0 else { return false }
        try? DiskFiles().remove(place.path)
        return true
    }
}

extension CollectionChoice.Other {
    fileprivate init(_ template: TemplateShelf.Template) {
        self.init(
            key: template.identity, size: template.size, lastUse: RecordUses.minute(template.lastUse))
    }
}

enum FileAge {
    /// Whether nothing has happened to it for as long as a run may need to refer to it. Times in the future are young.
    static func isOld(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        let changed = max(FileStamp(status).modified, FileStamp(status).changed)
        return changed < Int64(clamping: Machine.wallTime) - Int64(ContentStore.youth)
    }
}
