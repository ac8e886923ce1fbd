// Which captured changes become the layer, which are thrown away, which were never declared. Patterns are its caller's.

public import Vocabulary

/// The declarations a captured layer is held against.
public struct LayerRules {
    private let isDeclared: (String) -> Bool
    private let isScratch: (String) -> Bool

    /// - Parameters:
    ///   - isDeclared: whether `changes` allows a change at the path.
    ///   - isScratch: whether a change there is thrown away; declared paths may be scratch too.
    public init(isDeclared: @escaping (String) -> Bool, isScratch: @escaping (String) -> Bool) {
        self.isDeclared = isDeclared
        self.isScratch = isScratch
    }

    /// A captured layer, sorted out.
    public struct Verdict: Hashable, Sendable {
        /// What is kept.
        public let layer: Tree
        /// Paths that no declaration allows, ascending.
        public let undeclared: [String]
    }

    /// Sorts out what was captured.
    ///
    /// A new directory needs no declaration of its own when something beneath it is kept, and is thrown away when
    /// everything beneath it is. The removal of a directory is declared by its own path, or by all that was beneath.
    /// - Parameter below: the complete tree the changes were made on.
    public func judge(_ captured: Tree, below: Tree) -> Verdict {
        var kept: [Tree.Item] = []
        var undeclared: [String] = []
        for item in captured.items where !isScratch(item.path) {
            switch verdict(on: item, captured, below) {
            case .kept: kept.append(item)
            case .undeclared: undeclared.append(item.path)
            case .followsContent: continue
            }
        }
        return Verdict(layer: Tree(sorted: kept), undeclared: undeclared)
    }

    private enum ItemVerdict {
        case kept, undeclared
        /// A new directory that is thrown away, or whose content is reported in its stead.
        case followsContent
    }

    private func verdict(on item: Tree.Item, _ captured: Tree, _ below: Tree) -> ItemVerdict {
        if isDeclared(item.path) { return .kept }
        switch item.entry {
        case .file, .link: return .undeclared
        case .deleted:
            let gone = below.items[below.range(beneath: item.path)].filter { !$0.entry.isDirectory }
            return !gone.isEmpty && gone.allSatisfy { isDeclared($0.path) } ? .kept : .undeclared
        case .directory:
            // Only a new one: the mode of one that was there is a change like any other.
            guard below[item.path] == nil else { return .undeclared }
            let content = captured.items[captured.range(beneath: item.path)]
            if content.contains(where: { !isScratch($0.path) && isDeclared($0.path) }) { return .kept }
            return content.contains { !$0.entry.isDirectory || isScratch($0.path) } ? .followsContent : .undeclared
        }
    }
}
