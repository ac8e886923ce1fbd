// Takes entries out of a store: segments are written anew without them. Does not decide which.

import Glibc
import Synchronization
import Vocabulary

extension ContentStore {
    /// Has the store to itself as far as the index goes: nobody writes another one meanwhile. Waits for that.
    func withIndexLocked<Result>(_ body: () throws(SystemFailure) -> Result) throws(SystemFailure) -> Result {
        let lock = try StoreFile.open(layout.indexLock, O_RDWR | O_CREAT, mode: 0o644)
        while flock(lock.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SystemFailure("lock", lock.path) }
        }
        return try body()
    }

    /// Writes segments that hold anything else than what is kept anew, then the index, and removes the old ones last:
    /// whoever reads meanwhile finds everything, in one or the other. The index is locked by the caller.
    /// - Parameters:
    ///   - inventory: with its segments claimed. Those that are busy stay as they are.
    ///   - lastUse: in minutes since the epoch, by key.
    func rewrite(
        _ inventory: StoreInventory, lastUse: [Digest: UInt32], keeping: (StoreInventory.Item) -> Bool
    ) throws(SystemFailure) {
        var kept: [Int: [StoreInventory.Item]] = [:]
        var changed: Set<Int> = []
        for item in inventory.items where !inventory.parts[item.part].isBusy {
            if keeping(item) { kept[item.part, default: []].append(item) } else { changed.insert(item.part) }
        }
        for (number, part) in inventory.parts.enumerated()
        where !part.isBusy && (!part.gaps.isEmpty || kept[number] == nil) {
            changed.insert(number)
        }
        for number in changed { try writeSegment(kept[number] ?? [], of: inventory) }
        let left = Set(changed.map { inventory.parts[$0].id })
        try catalogue.withLock { (catalogue) throws(SystemFailure) in
            catalogue.rebuild(layout, except: left)
            try writeIndex(of: catalogue) { key, stamp in max(lastUse[key] ?? 0, RecordUses.minute(stamp)) }
            for number in changed { unlink(inventory.parts[number].file.path) }
            for path in inventory.strangers { try? DiskFiles().remove(path) }
            catalogue.refresh(layout)
        }
    }

    private func writeSegment(_ items: [StoreInventory.Item], of inventory: StoreInventory) throws(SystemFailure) {
        guard !items.isEmpty else { return }
        let id = layout.newSegmentID()
        let file = try makeTemporary()
        do throws(SystemFailure) {
            try file.write(SegmentHeader.encoded(id: id))
            for item in items {
                if let bytes = inventory.bytes(of: item) { try file.write(bytes) }
            }
            try file.synchronize()
            fchmod(file.descriptor, 0o644)
            guard rename(file.path, layout.segment(id)) == 0 else { throw SystemFailure("rename", layout.segment(id)) }
        } catch {
            unlink(file.path)
            throw error
        }
    }
}
