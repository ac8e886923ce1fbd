// A base with layers on it, asked path by path: what is there, and which of them says so. Reads no content.

public import Vocabulary

/// A base and layers, the lowest first.
public struct LayerStack: Sendable {
    public let base: Tree
    public let layers: [Tree]

    public init(base: Tree, layers: [Tree]) {
        self.base = base
        self.layers = layers
    }

    /// Everything the view shows.
    public var view: Tree { base.applying(layers) }

    /// What one path shows, and where it comes from.
    public struct Finding: Hashable, Sendable {
        public let entry: TreeEntry
        /// Position of the layer; nil for the base.
        public let layer: Int?
    }

    /// What is at a path, links not followed; nil when nothing is there.
    ///
    /// Costs a search per layer, not the making of the whole view.
    public func find(_ path: String) -> Finding? {
        for index in layers.indices.reversed() {
            let layer = layers[index]
            if let entry = layer[path] {
                return entry == .deleted ? nil : Finding(entry: entry, layer: index)
            }
            let beneath = layer.range(beneath: path)
            // Something beneath it exists in this layer, so it is a directory, here or by implication.
            if layer.items[beneath].contains(where: { $0.entry != .deleted }), !isDirectoryBelow(index, path) {
                return Finding(entry: .directory(mode: impliedDirectoryMode), layer: index)
            }
            if layer.covers(path) { return nil }
        }
        return base[path].map { Finding(entry: $0, layer: nil) }
    }

    /// What is at a path after following links inside the view, final ones too, and its real path; nil when nothing is
    /// there, or when a link leads out of the view or in circles.
    /// - Parameter root: where the view appears, so that absolute links into it are followed.
    public func resolve(_ path: String, root: String) -> (path: String, finding: Finding)? {
        var pending = path.split(separator: "/").map(String.init)[...]
        var done: [String] = []
        var hops = 0
        var last: Finding?
        while let part = pending.popFirst() {
            if part == "." { continue }
            if part == ".." {
                guard done.popLast() != nil else { return nil }
                last = nil
                continue
            }
            let current = (done + [part]).joined(separator: "/")
            guard let finding = find(current) else { return nil }
            guard case .link(let target) = finding.entry else {
                if !pending.isEmpty, !finding.entry.isDirectory { return nil }
                done.append(part)
                last = finding
                continue
            }
            hops += 1
            guard hops <= 40 else { return nil }
            var text = target[...]
            if text.hasPrefix("/") {
                guard text == root || text.hasPrefix(root + "/") else { return nil }
                text = text.dropFirst(root.count)
                done = []
            }
            pending = text.split(separator: "/").map(String.init)[...] + pending
        }
        let real = done.joined(separator: "/")
        guard let finding = last ?? find(real) else { return nil }
        return (real, finding)
    }

    private func isDirectoryBelow(_ index: Int, _ path: String) -> Bool {
        LayerStack(base: base, layers: Array(layers[..<index])).find(path)?.entry.isDirectory ?? false
    }
}

extension Tree {
    /// Whether an ancestor of the path is removed, or replaced by something that has nothing beneath it.
    fileprivate func covers(_ path: String) -> Bool {
        var ancestor = path.parentPath
        while let directory = ancestor {
            if let entry = self[directory] { return !entry.isDirectory }
            ancestor = directory.parentPath
        }
        return false
    }
}
