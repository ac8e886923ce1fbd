// Which results and contents a collection keeps. Touches no disk.

import Vocabulary

/// The choice, made by `apply` and then asked item by item.
struct CollectionChoice {
    private struct Result {
        let key: Digest
        let contents: [Digest]
        let layer: Digest?
        let size: UInt64
        let lastUse: UInt32
        let stamp: UInt64
        let isBusy: Bool
        /// Not a task's result.
        var isOther = false
    }

    /// Something that is used like a result and collected with them, such as a template of a service.
    struct Other {
        let key: Digest
        let size: UInt64
        /// In minutes since the epoch.
        let lastUse: UInt32
    }

    private let inventory: StoreInventory
    private var kept: [Result] = []
    /// How many kept results refer to a content or layer.
    private var references: [Digest: Int] = [:]
    /// Everything that some result refers to, kept or not.
    private var referred: Set<Digest> = []
    private var keptKeys: Set<Digest> = []
    /// Contents whose entry stands in a segment that somebody appends to.
    private var busy: Set<Digest> = []
    private let sizes: [Digest: UInt64]
    private let young: UInt64
    private(set) var evicted = 0

    /// - Parameters:
    ///   - lastUse: by key, in minutes since the epoch.
    ///   - sizes: of contents in files of their own, and of layers, in bytes.
    init(_ inventory: StoreInventory, lastUse: [Digest: UInt32], sizes: [Digest: UInt64], others: [Other] = []) {
        self.inventory = inventory
        self.sizes = sizes
        young = Machine.wallTime &- ContentStore.youth
        for item in inventory.items where inventory.parts[item.part].isBusy && item.entry.kind != .record {
            busy.insert(item.entry.address)
        }
        for (key, number) in inventory.records {
            let item = inventory.items[number]
            // One that cannot be read is of no use to anybody.
            guard let record = inventory.record(item) else { continue }
            let contents = Array(Set(record.contents))
            kept.append(
                Result(
                    key: key, contents: contents, layer: record.layer, size: UInt64(item.entry.totalSize),
                    lastUse: lastUse[key] ?? 0, stamp: item.entry.stamp, isBusy: inventory.parts[item.part].isBusy))
            for digest in contents + (record.layer.map { [$0] } ?? []) {
                references[digest, default: 0] += 1
                referred.insert(digest)
            }
        }
        kept += others.map {
            Result(
                key: $0.key, contents: [], layer: nil, size: $0.size, lastUse: $0.lastUse, stamp: 0, isBusy: false,
                isOther: true)
        }
        // The longest unused last, where it is taken from.
        kept.sort { ($0.lastUse, $0.stamp, $0.key) > ($1.lastUse, $1.stamp, $1.key) }
    }

    mutating func apply(_ limits: CollectionLimits) {
        if let age = limits.maximumAge {
            let now = RecordUses.minute(Machine.wallTime)
            let oldest = now - min(now, RecordUses.minute(age))
            evict { result, _ in result.lastUse < oldest }
        }
        if let size = limits.maximumSize { evict { _, total in total > size } }
        keptKeys = Set(kept.map(\.key))
    }

    /// Results that are being written stay.
    private mutating func evict(while isTooMuch: (Result, UInt64) -> Bool) {
        var total = totalSize
        var spared: [Result] = []
        while let result = kept.popLast() {
            guard isTooMuch(result, total) else {
                kept.append(result)
                break
            }
            guard !result.isBusy else {
                spared.append(result)
                continue
            }
            if !result.isOther { evicted += 1 }
            total -= result.size
            for digest in result.contents + (result.layer.map { [$0] } ?? []) {
                references[digest, default: 1] -= 1
                if references[digest] == 0, !busy.contains(digest) { total -= min(total, size(of: digest)) }
            }
        }
        kept += spared.reversed()
    }

    private var totalSize: UInt64 {
        kept.reduce(0) { $0 + $1.size } + references.reduce(0) { $1.value > 0 ? $0 + size(of: $1.key) : $0 }
    }

    private func size(of digest: Digest) -> UInt64 {
        if let size = sizes[digest] { return size }
        return inventory.blobs[digest].map { UInt64(inventory.items[$0].entry.totalSize) } ?? 0
    }

    /// Whether the entry stays in its segment.
    func keeps(_ item: StoreInventory.Item) -> Bool {
        let address = item.entry.address
        if item.entry.kind == .record {
            return keptKeys.contains(address) && isLatest(item, inventory.records[address])
        }
        return isLatest(item, inventory.blobs[address]) && keepsContent(address)
    }

    private func isLatest(_ item: StoreInventory.Item, _ number: Int?) -> Bool {
        guard let number else { return false }
        let latest = inventory.items[number]
        return latest.part == item.part && latest.offset == item.offset
    }

    /// What nothing refers to stays while it is young: its record may be on its way.
    func keepsContent(_ digest: Digest) -> Bool {
        if (references[digest] ?? 0) > 0 || busy.contains(digest) { return true }
        guard !referred.contains(digest), let number = inventory.blobs[digest] else { return false }
        return inventory.items[number].entry.stamp > young
    }

    func keepsOther(_ key: Digest) -> Bool { keptKeys.contains(key) }

    func keepsLayer(_ digest: Digest) -> Bool { (references[digest] ?? 0) > 0 }

    /// Whether a result, kept or not, refers to it: then nobody else will.
    func wasReferred(_ digest: Digest) -> Bool { referred.contains(digest) }

    /// Contents in segments that do not stay.
    var smallBlobsRemoved: Int {
        inventory.blobs.count { digest, number in
            inventory.items[number].entry.kind == .blob && !keepsContent(digest)
        }
    }
}
