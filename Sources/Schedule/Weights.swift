// Critical-path weights: how much work lies between the start of a task and the end of the run.

public import Graph
public import Vocabulary

/// For each wanted task its own duration plus the heaviest chain of what waits for it, in nanoseconds.
///
/// Unknown durations count as the median of the known ones; with none known every task counts the same, which makes
/// the weight the depth.
public func criticalPathWeights(
    graph: Graph, isWanted: IDMap<Bool>, durations: [String: UInt64]
) -> IDMap<UInt64> {
    let known = graph.ids.compactMap { isWanted[$0] ? durations[graph[$0].name] : nil }.sorted()
    let typical = known.isEmpty ? 1 : known[known.count / 2]
    var weights = IDMap<UInt64>(repeating: 0, count: graph.count)
    for id in graph.topologicalOrder(of: isWanted).reversed() {
        let heaviest = graph.dependents(of: id).lazy.filter { isWanted[$0] }.map { weights[$0] }.max() ?? 0
        weights[id] = heaviest + max(1, durations[graph[id].name] ?? typical)
    }
    return weights
}
