// Layers whose order matters though nothing orders them. Does not know which tasks made them.

public import Vocabulary

/// Two layers, neither below the other, that change overlapping paths.
public struct LayerConflict: Hashable, Sendable {
    /// Positions in the list that was examined, the smaller first.
    public let first: Int
    public let second: Int
    /// The paths of either layer that overlap something in the other, ascending.
    public let paths: [String]

    public init(first: Int, second: Int, paths: [String]) {
        self.first = first
        self.second = second
        self.paths = paths
    }
}

/// The pairs of layers that are in each other's way.
/// - Parameter isOrdered: whether one of the two layers at these positions lies below the other.
public func conflicts(among layers: [Tree], isOrdered: (Int, Int) -> Bool) -> [LayerConflict] {
    var found: [LayerConflict] = []
    for second in layers.indices {
        for first in 0..<second where !isOrdered(first, second) {
            let paths = layers[first].overlap(with: layers[second])
            if !paths.isEmpty { found.append(LayerConflict(first: first, second: second, paths: paths)) }
        }
    }
    return found
}

extension Tree {
    /// The paths of two layers that overlap: both change a path, to different things; or one removes or replaces a
    /// directory and the other changes something beneath it. With none, the order of the two does not matter.
    public func overlap(with other: Tree) -> [String] {
        var paths: Set<ByteString> = []
        for item in items {
            if let entry = other[item.path], entry != item.entry { paths.insert(ByteString(item.path)) }
            other.collectBeneath(item, into: &paths)
        }
        for item in other.items { collectBeneath(item, into: &paths) }
        return paths.map(\.text).sorted { $0.utf8Precedes($1) }
    }

    private func collectBeneath(_ item: Item, into paths: inout Set<ByteString>) {
        guard !item.entry.isDirectory else { return }
        let beneath = range(beneath: item.path)
        guard !beneath.isEmpty else { return }
        paths.insert(ByteString(item.path))
        for position in beneath { paths.insert(ByteString(items[position].path)) }
    }
}

/// A path that is hashed and compared by its bytes.
struct ByteString: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (lhs: ByteString, rhs: ByteString) -> Bool { lhs.text.utf8Equals(rhs.text) }

    func hash(into hasher: inout Hasher) {
        // Equal bytes are equal strings, whose hashes are equal; names that only Unicode calls equal merely collide.
        hasher.combine(text)
    }
}
