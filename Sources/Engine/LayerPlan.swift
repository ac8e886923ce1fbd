// Which layers lie in a task's view, in which order: those of everything it needs in the same workspace.

import Graph
import Vocabulary

/// The workspace tasks that each workspace task stands on, directly or not, through hard and order-only needs. What the
/// layer of an order-only need counts for in a key, `inputs` say.
struct LayerPlan {
    private let graph: Graph
    /// Position of each task in a topological order: a layer lies above those of tasks before it.
    private let ranks: IDMap<Int>

    init(graph: Graph, order: [TaskID]) {
        self.graph = graph
        var ranks = IDMap(repeating: 0, count: graph.count)
        for (rank, id) in order.enumerated() { ranks[id] = rank }
        self.ranks = ranks
    }

    /// The tasks whose layers a task sees, the lowest first.
    func beneath(_ id: TaskID) -> [TaskID] {
        guard let tree = graph[id].workspace?.tree else { return [] }
        return closure(of: [id]).filter { graph[$0].workspace?.tree == tree }.sorted { ranks[$0] < ranks[$1] }
    }

    /// Whether one of the two is needed by the other.
    func isOrdered(_ left: TaskID, _ right: TaskID) -> Bool {
        closure(of: [left]).contains(right) || closure(of: [right]).contains(left)
    }

    /// The targets and what they stand on. What comes before them only if it runs anyway is not among it: they do not see it either.
    func contributing(to targets: [TaskID]) -> Set<TaskID> { closure(of: targets).union(targets) }

    private func closure(of ids: [TaskID]) -> Set<TaskID> {
        var found: Set<TaskID> = []
        var stack = ids
        while let next = stack.popLast() {
            for need in graph.needs(of: next) where need.kind.handsOnLayers && found.insert(need.task).inserted {
                stack.append(need.task)
            }
        }
        return found
    }
}

extension [Digest] {
    /// Each layer once, where it lies uppermost. What is made, undone and made again is there: the layer that undoes it
    /// lies between two equal ones, of which the upper alone has the effect of both.
    var keepingLast: [Digest] {
        var seen: Set<Digest> = []
        return reversed().filter { seen.insert($0).inserted }.reversed()
    }
}
