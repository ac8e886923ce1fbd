// Columns for the nodes of a picture: everything stands right of what it needs. Pure graph work, no coordinates.

extension Picture {
    /// The layer of every node: the length of the longest path to it. A node that needs nothing moves right, next to
    /// the first that needs it. Arrows of a cycle, which a validated graph does not have, are left out of account.
    func layers() -> [Int] {
        let arrows = Arrows(self)
        var layers = [Int](repeating: 0, count: nodes.count)
        let order = arrows.topologicalOrder()
        var ranks = layers
        for (rank, node) in order.enumerated() { ranks[node] = rank }
        for node in order {
            for next in arrows.outgoing[node] where ranks[next] > ranks[node] {
                layers[next] = max(layers[next], layers[node] + 1)
            }
        }
        for node in order.reversed() where arrows.incoming[node].isEmpty {
            if let nearest = arrows.outgoing[node].lazy.map({ layers[$0] }).min() { layers[node] = max(0, nearest - 1) }
        }
        return layers
    }

    /// The picture without arrows that others imply: when a longer way of arrows leads from one end to the other. Soft
    /// arrows imply nothing. A picture of more than 5,000 nodes is returned as it is: the work grows with the square.
    public func reduced() -> Picture {
        guard nodes.count <= 5_000 else { return self }
        let firm = Arrows(self) { $0.kind != .soft }
        let words = (nodes.count + 63) / 64
        var ancestors = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: nodes.count)
        for node in firm.topologicalOrder() {
            for next in firm.outgoing[node] {
                for word in 0..<words { ancestors[next][word] |= ancestors[node][word] }
                ancestors[next][node / 64] |= 1 << UInt64(node % 64)
            }
        }
        var seen: Set<Edge> = []
        let kept = edges.filter { edge in
            let implied = firm.incoming[edge.to].contains { between in
                between != edge.from && ancestors[between][edge.from / 64] >> UInt64(edge.from % 64) & 1 == 1
            }
            return !implied && seen.insert(edge).inserted
        }
        return Picture(nodes: nodes, edges: kept, groups: groups)
    }
}

/// Arrows by their ends.
private struct Arrows {
    var outgoing: [[Int]]
    var incoming: [[Int]]

    init(_ picture: Picture, where isIncluded: (Picture.Edge) -> Bool = { _ in true }) {
        outgoing = Array(repeating: [], count: picture.nodes.count)
        incoming = outgoing
        for edge in picture.edges where edge.from != edge.to && isIncluded(edge) {
            outgoing[edge.from].append(edge.to)
            incoming[edge.to].append(edge.from)
        }
    }

    /// Every node once, after all it needs; nodes of a cycle in order of their positions.
    func topologicalOrder() -> [Int] {
        var missing = incoming.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        var placed = missing.map { $0 == 0 }
        var next = 0
        var candidate = 0
        while order.count < missing.count || next < order.count {
            if next == order.count {
                while placed[candidate] { candidate += 1 }
                placed[candidate] = true
                order.append(candidate)
            }
            for target in outgoing[order[next]] where !placed[target] {
                missing[target] -= 1
                if missing[target] == 0 {
                    placed[target] = true
                    order.append(target)
                }
            }
            next += 1
        }
        return order
    }
}
