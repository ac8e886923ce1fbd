// What is known of the last snapshot of a tree, and its byte form.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

struct SnapshotManifest {
    let origin: String
    /// Identity of the rules that decided what was left out.
    let rules: Digest
    /// Whether deltas say in overlayfs's way what is gone.
    let hasWhiteouts: Bool
    /// Numbers of the copies whose overlay is the tree, the topmost first.
    let copies: [UInt32]
    /// What the copies looked like when they were made, in the same order.
    let seals: [DirectorySeal]
    let scanned: ScannedTree
    /// Address of the tree.
    let digest: Digest

    init(
        origin: String, rules: Digest, hasWhiteouts: Bool, copies: [UInt32], seals: [DirectorySeal],
        scanned: ScannedTree
    ) {
        self.init(
            origin: origin, rules: rules, hasWhiteouts: hasWhiteouts, copies: copies, seals: seals, scanned: scanned,
            digest: scanned.tree.digest)
    }

    private init(
        origin: String, rules: Digest, hasWhiteouts: Bool, copies: [UInt32], seals: [DirectorySeal],
        scanned: ScannedTree, digest: Digest
    ) {
        self.seals = seals
        self.hasWhiteouts = hasWhiteouts
        self.origin = origin
        self.rules = rules
        self.copies = copies
        self.scanned = scanned
        self.digest = digest
    }

    /// The same with copies that look otherwise.
    func with(_ seals: [DirectorySeal]) -> SnapshotManifest {
        SnapshotManifest(
            origin: origin, rules: rules, hasWhiteouts: hasWhiteouts, copies: copies, seals: seals, scanned: scanned,
            digest: digest)
    }

    static let formatVersion: UInt8 = 2
    static let maximumCopies = 8

    /// Whether copying what is not known to be unchanged is much less than copying all.
    static func isWorthADelta(_ scan: TreeScan, on last: SnapshotManifest) -> Bool {
        guard last.copies.count < maximumCopies else { return false }
        let size = { (item: Tree.Item) -> UInt64 in
            if case .file(_, let size, _) = item.entry { size + 4096 } else { 0 }
        }
        let unread = scan.unread.reduce(0) { $0 + size(scan.items[$1]) }
        let whole = scan.items.reduce(0) { $0 + size($1) }
        return unread * 2 <= whole
    }

    /// Nil when there is none, it is torn, of another tree, other rules, another form or another boot.
    ///
    /// Nothing flushes the copies, so after a boot they may be names without content.
    static func read(_ path: String, origin: String, rules: Digest, hasWhiteouts: Bool) -> SnapshotManifest? {
        guard let bytes = try? contents(path), let body = body(of: bytes) else { return nil }
        var reader = ByteReader(body)
        guard reader.integer(UInt8.self) == formatVersion, reader.string() == bootIdentity, reader.string() == origin,
            reader.digest() == rules, reader.integer(UInt8.self) == (hasWhiteouts ? 1 : 0),
            let digest = reader.digest(), let count: UInt32 = reader.integer()
        else { return nil }
        var copies: [UInt32] = []
        var seals: [DirectorySeal] = []
        for _ in 0..<count {
            guard let copy: UInt32 = reader.integer(), let seal = DirectorySeal(from: &reader) else { return nil }
            copies.append(copy)
            seals.append(seal)
        }
        guard let scanned = ScannedTree(from: &reader), reader.isAtEnd else { return nil }
        return SnapshotManifest(
            origin: origin, rules: rules, hasWhiteouts: hasWhiteouts, copies: copies, seals: seals, scanned: scanned,
            digest: digest)
    }

    /// The tree that a manifest is of; nil when it is damaged.
    static func origin(in path: String) -> String? {
        guard let bytes = try? contents(path), let body = body(of: bytes) else { return nil }
        var reader = ByteReader(body)
        guard reader.integer(UInt8.self) == formatVersion, reader.string() != nil else { return nil }
        return reader.string()
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(SnapshotManifest.formatVersion)
        writer.string(bootIdentity)
        writer.string(origin)
        writer.digest(rules)
        writer.integer(UInt8(hasWhiteouts ? 1 : 0))
        writer.digest(digest)
        writer.integer(UInt32(copies.count))
        for (copy, seal) in zip(copies, seals) {
            writer.integer(copy)
            seal.encode(into: &writer)
        }
        scanned.encode(into: &writer)
        writer.integer(SnapshotManifest.checksum(writer.bytes[...]))
        return writer.bytes
    }

    /// What stands before the checksum; nil when that is wrong: a number of another copy would give wrong views.
    private static func body(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let body = bytes.dropLast(4)
        var reader = ByteReader(bytes.suffix(4))
        return reader.integer(UInt32.self) == checksum(body) ? body : nil
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { buffer in buffer.baseAddress.map { tg_crc32c(0, $0, buffer.count) } ?? 0 }
    }
}

/// Differs after every boot; empty where the kernel does not tell.
let bootIdentity: String = {
    guard let bytes = try? contents("/proc/sys/kernel/random/boot_id") else { return "" }
    return String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}()
