// Random trees and layers, and the plainest possible model of what applying a layer means. Reproducible from a seed.

import Testing
import Vocabulary

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

extension SeededGenerator {
    /// Names whose order by bytes is not their order as directories, and two that only Unicode calls equal.
    static let names = ["a", "a-b", "a.c", "a0", "b", "\u{e9}", "e\u{301}"]

    mutating func path() -> String {
        (0..<Int.random(in: 1...3, using: &self)).map { _ in Self.names.randomElement(using: &self)! }.joined(
            separator: "/")
    }

    mutating func entry() -> TreeEntry {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: .link(target: ["x", "y"].randomElement(using: &self)!)
        case 1, 2: .directory(mode: [0o755, 0o700].randomElement(using: &self)!)
        default:
            .file(
                mode: [0o644, 0o755].randomElement(using: &self)!, size: 1,
                digest: Digest(0, 0, 0, .random(in: 1...3, using: &self)))
        }
    }

    /// A complete tree.
    mutating func tree() -> Tree {
        var model = Model(Tree())
        for _ in 0..<Int.random(in: 0...12, using: &self) { model.put(entry(), at: path()) }
        return model.tree
    }

    /// A well-formed layer that need not fit any base.
    mutating func layer() -> Tree {
        var model = Model(Tree())
        for _ in 0..<Int.random(in: 0...8, using: &self) {
            model.put(Bool.random(using: &self) ? entry() : .deleted, at: path(), makingParents: false)
        }
        return model.tree
    }
}

/// A tree as a dictionary, changed by the most obvious steps.
struct Model {
    private var entries: [[UInt8]: TreeEntry] = [:]

    init(_ tree: Tree) {
        for item in tree.items { entries[Array(item.path.utf8)] = item.entry }
    }

    var tree: Tree {
        Tree(entries.map { Tree.Item(String(decoding: $0.key, as: UTF8.self), $0.value) })
    }

    /// Puts an entry where it makes sense: on top of anything, except that a directory keeps what is in it.
    mutating func put(_ entry: TreeEntry, at path: String, makingParents: Bool = true) {
        let bytes = Array(path.utf8)
        for end in bytes.indices where bytes[end] == UInt8(ascii: "/") {
            let parent = Array(bytes[..<end])
            switch entries[parent] {
            case .directory?: break
            case nil: if makingParents { entries[parent] = .directory(mode: 0o755) }
            default: entries[parent] = .directory(mode: 0o755)
            }
        }
        if case .directory = entry {} else { removeBeneath(bytes) }
        entries[bytes] = entry
    }

    mutating func remove(_ path: String) {
        removeBeneath(Array(path.utf8))
        entries[Array(path.utf8)] = nil
    }

    /// What applying a layer means, entry by entry.
    mutating func apply(_ layer: Tree) {
        for item in layer.items {
            if item.entry == .deleted { remove(item.path) } else { put(item.entry, at: item.path) }
        }
    }

    private mutating func removeBeneath(_ path: [UInt8]) {
        for key in entries.keys where key.starts(with: path + [UInt8(ascii: "/")]) { entries[key] = nil }
    }
}
