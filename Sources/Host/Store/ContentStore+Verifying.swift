// Reads everything in a store and compares it with what it should be. Removes what is damaged, if it is asked to.

import Glibc
import Hashing
public import Ports
import Synchronization
import Vocabulary

extension ContentStore {
    /// - Parameter repairs: removes what is damaged, so that it is a miss and made again.
    /// - Throws: when it is to be repaired and the store cannot be written.
    public func verify(repairs: Bool) throws(StoreError) -> StoreVerification {
        do throws(SystemFailure) {
            guard repairs else { return check(StoreInventory(layout, claims: false)).verification }
            return try withIndexLocked { () throws(SystemFailure) in
                let inventory = StoreInventory(layout, claims: true)
                var audit = check(inventory)
                if !audit.verification.damage.isEmpty { try remove(audit, inventory) }
                audit.verification.isRepaired = true
                return audit.verification
            }
        } catch {
            throw StoreError("the cache cannot be repaired: \(error)")
        }
    }

    private func remove(_ audit: StoreAudit, _ inventory: StoreInventory) throws(SystemFailure) {
        for digest in audit.badContents where inventory.blobs[digest].map({ inventory.items[$0].entry.kind }) != .blob {
            unlink(blobPath(digest))
        }
        let use = LayerUse(of: layout.layers)
        for digest in audit.badLayers {
            // One in use by a view is a miss for everybody else already.
            _ = use.claim(digest) { _ = removeAway(layout.layers + "/" + digest.hex) }
        }
        let uses = catalogue.withLock { catalogue in
            inventory.records.map { ($0, catalogue.lastUse($0, stamp: inventory.items[$1].entry.stamp)) }
        }
        unlink(layout.index)
        try rewrite(inventory, lastUse: Dictionary(uniqueKeysWithValues: uses)) { item in
            item.entry.kind == .record
                ? !audit.badRecords.contains(item.entry.address) : !audit.badContents.contains(item.entry.address)
        }
    }

    private func check(_ inventory: StoreInventory) -> StoreAudit {
        var audit = StoreAudit()
        checkIndex(&audit)
        for path in inventory.strangers { audit.note(.segment, shown(path), "it is not a segment") }
        for part in inventory.parts {
            for gap in part.gaps where !(part.isBusy && gap.offset + gap.length == part.file.size) {
                audit.note(.segment, shown(part.file.path), "\(gap.length) bytes at \(gap.offset) are no whole entry")
            }
        }
        checkBlobs(inventory, &audit)
        checkLayers(&audit)
        checkRecords(inventory, &audit)
        return audit
    }

    private func shown(_ path: String) -> String { String(path.dropFirst(layout.root.utf8.count + 1)) }

    private func checkIndex(_ audit: inout StoreAudit) {
        var status = stat()
        guard lstat(layout.index, &status) == 0 else { return }
        guard let index = StoreIndex(layout.index), index.isIntact else {
            return audit.note(.index, shown(layout.index), "its checksum is wrong")
        }
    }

    private func checkBlobs(_ inventory: StoreInventory, _ audit: inout StoreAudit) {
        for (digest, number) in inventory.blobs.sorted(by: { $0.key < $1.key }) {
            audit.verification.blobs += 1
            let item = inventory.items[number]
            if let reason = item.entry.kind == .blob
                ? flawOfSmall(item, inventory) : flawOfLarge(digest, item.entry.tag)
            {
                audit.note(.blob, digest.hex, reason)
                audit.badContents.insert(digest)
            } else {
                audit.goodContents.insert(digest)
            }
        }
    }

    private func flawOfSmall(_ item: StoreInventory.Item, _ inventory: StoreInventory) -> String? {
        guard let bytes = inventory.bytes(of: item) else { return "it cannot be read" }
        return Digest(of: Array(bytes[SegmentEntry.headerSize...])) == item.entry.address
            ? nil : "its content is another one"
    }

    private func flawOfLarge(_ digest: Digest, _ size: UInt64) -> String? {
        guard let file = try? StoreFile.open(blobPath(digest), O_RDONLY) else { return "its file is missing" }
        guard UInt64(file.size) == size else { return "it has \(file.size) bytes instead of \(size)" }
        guard let found = try? FileCopies.hash(file).digest else { return "it cannot be read" }
        return found == digest ? nil : "its content is another one"
    }

    private func checkLayers(_ audit: inout StoreAudit) {
        // Whether deletions stand in them as whiteouts depends on who made them: those that do not are a miss there.
        let store = LayerStore(directory: layout.layers, makesWhiteouts: false)
        for name in DirectoryNames.list(layout.layers).sorted() where !name.hasPrefix(".") {
            guard let digest = Digest(hex: name) else { continue }
            audit.verification.layers += 1
            let wrong = (try? store.mismatches(in: digest)) ?? ["tree"]
            if wrong.isEmpty {
                audit.goodLayers.insert(digest)
            } else {
                let more = wrong.count > 3 ? " and \(wrong.count - 3) more" : ""
                audit.note(.layer, name, "damaged: " + wrong.prefix(3).joined(separator: ", ") + more)
                audit.badLayers.insert(digest)
            }
        }
    }

    private func checkRecords(_ inventory: StoreInventory, _ audit: inout StoreAudit) {
        for (key, number) in inventory.records.sorted(by: { $0.key < $1.key }) {
            audit.verification.records += 1
            guard let record = inventory.record(inventory.items[number]) else {
                audit.note(.record, key.hex, "it cannot be decoded")
                audit.badRecords.insert(key)
                continue
            }
            var missing = record.contents.first { !audit.goodContents.contains($0) }.map { "the content \($0.short)" }
            if let layer = record.layer, !audit.goodLayers.contains(layer) { missing = "the layer \(layer.short)" }
            guard let missing else { continue }
            audit.note(.record, record.task, "\(missing) of its result \(key.short) is missing or damaged")
            audit.badRecords.insert(key)
        }
    }
}

/// A check in progress.
struct StoreAudit {
    var verification = StoreVerification()
    var goodContents: Set<Digest> = []
    var badContents: Set<Digest> = []
    var goodLayers: Set<Digest> = []
    var badLayers: Set<Digest> = []
    var badRecords: Set<Digest> = []

    mutating func note(_ kind: StoreDamage.Kind, _ name: String, _ reason: String) {
        verification.damage.append(StoreDamage(kind, name, reason))
    }
}
