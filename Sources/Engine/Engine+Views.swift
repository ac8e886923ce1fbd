// Views of finished targets, for `apply`, `shell` and `export`: the layers of everything asked for, in order.

import Graph
public import Ports
public import Vocabulary

/// What targets left in one workspace.
public struct FinishedView: Sendable {
    /// Tasks with the layer of each that changed something, the lowest first. Equal changes make equal layers, so that
    /// one may stand here twice.
    public let layers: [(task: TaskID, layer: Digest)]
    public let request: ViewRequest
    public let tree: String
}

extension Engine {
    /// The workspaces of the targets, and of what they stand on, after a run, each with its layers.
    public func finishedViews() -> [FinishedView] {
        let contributing = layerPlan.contributing(to: targets)
        let order = graph.topologicalOrder(of: isWanted).filter(contributing.contains)
        var trees: [String] = []
        for id in order {
            if let tree = graph[id].workspace?.tree, !trees.contains(tree) { trees.append(tree) }
        }
        return trees.compactMap { tree in
            guard let base = snapshots[tree] else { return nil }
            var layers: [(task: TaskID, layer: Digest)] = []
            var isAtTree = false
            for id in order where graph[id].workspace?.tree == tree {
                isAtTree = isAtTree || graph[id].workspace?.isAtTree == true
                layers += (results[id.index]?.layers ?? []).map { (id, $0) }
            }
            let request = ViewRequest(base: base, layers: layers.map(\.layer).keepingLast, isAtTree: isAtTree)
            return FinishedView(layers: layers, request: request, tree: tree)
        }
    }

    /// Where results of a task came from, for showing its name: instances are named too.
    public func name(of id: TaskID) -> String { definitions[id.index].name }
}
