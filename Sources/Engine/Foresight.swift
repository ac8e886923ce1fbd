// For `plan`: inputs as they will be once the results before a task have been restored. Changes nothing on disk.

import Graph
import Patterns
import Vocabulary

/// What is foreseen while a plan is made, task by task.
struct Foresight {
    var planned: [PlannedTask] = []
    /// Tasks whose results are not known before a run.
    var open: Set<TaskID> = []
    /// Tasks that would fail or be blocked.
    var failing: Set<TaskID> = []
    /// What would be restored into the root by each task.
    var restored: [TaskID: [RestoredOutputs]] = [:]

    mutating func add(
        _ id: TaskID, _ name: String, _ forecast: PlannedTask.Forecast, _ examination: Examination? = nil
    ) {
        planned.append(
            PlannedTask(
                task: id, name: name, forecast: forecast, key: examination?.key ?? examination?.unrecorded?.key,
                listing: examination?.listing ?? examination?.unrecorded?.listing, texts: examination?.texts ?? [],
                warnings: examination?.warnings ?? []
            )
        )
    }
}

/// Outputs that a run would restore before a task is looked at.
struct RestoredOutputs: Sendable {
    /// What the restoring clears away where the record has nothing.
    let patterns: PatternSet
    let tree: Tree

    init(_ record: ActionRecord, of task: TaskDefinition) {
        patterns = task.outputs.filter(\.isStored).map(\.pattern).set
        tree = record.outputs
    }

    /// The inputs on disk that a set of patterns matches, as they will be after the restoring.
    func applied(to inputs: [(path: String, entry: TreeEntry)], matching set: PatternSet) -> [(
        path: String, entry: TreeEntry
    )] {
        let kept = inputs.filter { !patterns.matches($0.path) }
        let restored = tree.items.filter { $0.entry.isContent && set.matches($0.path) }.map { ($0.path, $0.entry) }
        return (kept + restored).sorted { $0.path.utf8Precedes($1.path) }
    }

    /// The files on disk that a set of patterns matches, as they will be after the restoring.
    func applied(to paths: [String], matching set: PatternSet) -> [String] {
        let kept = paths.filter { !patterns.matches($0) }
        let restored = tree.items.filter { $0.entry.isContent && set.matches($0.path) }.map(\.path)
        return (kept + restored).sorted { $0.utf8Precedes($1) }
    }

    /// Whether something will be at a path or beneath it.
    func exists(_ path: String) -> Bool {
        tree.items.contains { $0.path == path || $0.path.hasPrefix(path + "/") }
    }
}
