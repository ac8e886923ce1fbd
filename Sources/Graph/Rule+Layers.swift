// Rule: two tasks that change the same paths of a workspace, and of which a third needs both, are ordered.

import Patterns
import Vocabulary

func reportUnorderedLayers(in graph: Graph, to findings: Findings) {
    let editors = graph.ids.filter { graph[$0].workspace != nil && !graph[$0].changedPatterns.isEmpty }
    guard editors.count > 1 else { return }
    let reach = Reachability(graph: graph, among: graph.ids.filter { graph[$0].workspace != nil })
    for (position, right) in editors.enumerated() {
        for left in editors[..<position] where graph[left].workspace?.tree == graph[right].workspace?.tree {
            guard !reach.needs(left, right), !reach.needs(right, left),
                let meeting = graph.meeting(left, right),
                let third = reach.firstNeeding(left, right)
            else { continue }
            findings.error(
                "\"\(graph[left].name)\" and \"\(graph[right].name)\" both change \"\(meeting.0.pattern.text)\" in no fixed order, and \"\(graph[third].name)\" needs both",
                at: meeting.1.range,
                notes: [
                    .init("\"\(graph[left].name)\" changes \"\(meeting.0.pattern.text)\" here", at: meeting.0.range),
                    .init("\"\(graph[third].name)\" needs both", at: graph[third].range),
                ],
                hint: "let one of the two need the other"
            )
        }
    }
}

extension TaskDefinition {
    /// What its layer may hold.
    var changedPatterns: [FilePattern] { (changes + outputs.map(\.pattern)).filter { !$0.isExcluded } }

    /// What `changes` excludes.
    fileprivate var unchangedPatterns: [Pattern] { changes.filter(\.isExcluded).map(\.pattern) }
}

extension Graph {
    /// A pattern of each that can match one path that neither task excludes.
    fileprivate func meeting(_ left: TaskID, _ right: TaskID) -> (FilePattern, FilePattern)? {
        for first in self[left].changedPatterns {
            let one = PatternSet([first.pattern], excluding: self[left].unchangedPatterns)
            for second in self[right].changedPatterns where first.pattern.isExpectedToMeet(second.pattern) {
                let other = PatternSet([second.pattern], excluding: self[right].unchangedPatterns)
                if one.canMeet(other) { return (first, second) }
            }
        }
        return nil
    }
}

/// Who needs which tasks of the given list, directly or not, through hard and order-only needs: a bit row for each task.
private struct Reachability {
    private let tasks: [TaskID]
    private var positions: [TaskID: Int] = [:]
    private var rows: IDMap<[UInt64]>

    init(graph: Graph, among tasks: [TaskID]) {
        self.tasks = tasks
        for (position, id) in tasks.enumerated() { positions[id] = position }
        let words = (tasks.count + 63) / 64
        rows = IDMap(repeating: Array(repeating: 0, count: words), count: graph.count)
        let all = IDMap(repeating: true, count: graph.count)
        for id in graph.topologicalOrder(of: all) {
            for need in graph.needs(of: id) where need.kind.handsOnLayers {
                if let other = positions[need.task] { rows[id][other / 64] |= 1 << UInt64(other % 64) }
                for word in 0..<words { rows[id][word] |= rows[need.task][word] }
            }
        }
    }

    func needs(_ task: TaskID, _ other: TaskID) -> Bool {
        guard let bit = positions[other] else { return false }
        return rows[task][bit / 64] & 1 << UInt64(bit % 64) != 0
    }

    func firstNeeding(_ left: TaskID, _ right: TaskID) -> TaskID? {
        tasks.first { needs($0, left) && needs($0, right) }
    }
}
