// Rule: needs form no circle. Every circle is shown with the place of each of its edges.

import Vocabulary

/// Reports one cycle for each strongly connected knot of tasks.
func reportCycles(in graph: Graph, to findings: Findings) {
    var search = CycleSearch(graph: graph)
    for cycle in search.cycles() { findings.report(cycleDiagnostic(cycle, in: graph)) }
}

private func cycleDiagnostic(_ cycle: [TaskID], in graph: Graph) -> Diagnostic {
    let path = (cycle + [cycle[0]]).map { graph[$0].name }.joined(separator: " → ")
    var notes: [Diagnostic.Note] = []
    for (position, id) in cycle.enumerated() {
        let next = cycle[(position + 1) % cycle.count]
        guard let need = graph.needs(of: id).first(where: { $0.task == next }) else { continue }
        let how = need.isInferred ? "reads what \"\(graph[next].name)\" makes" : "needs \"\(graph[next].name)\""
        notes.append(.init("\"\(graph[id].name)\" \(how) here", at: need.range))
    }
    return Diagnostic(
        .error, "tasks need each other in a circle: \(path)", at: notes.first?.range ?? graph[cycle[0]].range,
        notes: notes, hint: "remove one of these needs, or split a task in two"
    )
}

/// Depth-first search with an explicit stack: graphs may be 100,000 tasks deep.
private struct CycleSearch {
    private enum Mark: UInt8 {
        case new, onPath, done
    }

    private let graph: Graph
    private var marks: IDMap<Mark>

    init(graph: Graph) {
        self.graph = graph
        marks = IDMap(repeating: .new, count: graph.count)
    }

    /// Cycles closed by a back edge, each a list of tasks in which every one needs the next. A task is reported in one
    /// cycle only.
    mutating func cycles() -> [[TaskID]] {
        var found: [[TaskID]] = []
        var reported: Set<TaskID> = []
        for start in graph.ids where marks[start] == .new {
            var path: [(id: TaskID, next: Int)] = [(start, 0)]
            marks[start] = .onPath
            while let top = path.last {
                let needs = graph.needs(of: top.id)
                guard top.next < needs.count else {
                    marks[top.id] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let next = needs[needs.startIndex + top.next].task
                switch marks[next] {
                case .new:
                    marks[next] = .onPath
                    path.append((next, 0))
                case .onPath:
                    let cycle = path.drop { $0.id != next }.map(\.id)
                    if reported.isDisjoint(with: cycle) { found.append(cycle) }
                    reported.formUnion(cycle)
                case .done: break
                }
            }
        }
        return found
    }
}
