// What a task's surroundings contribute to its examination: collected by the loop, used on a worker thread.

import Patterns
import Ports
import Vocabulary

/// The surroundings of a task that is ready.
struct Situation: Sendable {
    /// Each hard need with the content of its outputs, in declaration order.
    var dependencies: [(name: String, content: Digest)] = []
    /// Declared outputs of the tasks whose files the inputs meet: no ignore file hides them.
    var made: [Pattern] = []
    /// Version digests of the task's tools.
    var tools: [(name: String, version: Digest)] = []
    /// What they printed for `--version`.
    var toolTexts: [String: String] = [:]
    /// For a task in a workspace.
    var view: ViewSituation?
    /// Why the task cannot have its view; it then fails without being run anywhere else.
    var obstacle: String?
    /// The key of the task's result that is known to be in place from an earlier run.
    var lastKey: Digest?
    /// Nanoseconds since the epoch, before the task was looked at.
    var lookedAt: UInt64 = 0
    /// For a task with `repeat`: the gate of `until`.
    var until: Gate?
    /// For `plan`: what the needs of the task would restore before it is looked at.
    var foreseen: [RestoredOutputs] = []
}

/// The view a workspace task would see.
struct ViewSituation: Sendable {
    var request: ViewRequest
    /// Where processes see it.
    var root: String
}

/// What the rest of a run needs to know of a finished task.
struct TaskResult: Sendable {
    /// Digest over outputs and layer: what dependents' keys contain.
    var content: Digest
    /// The layers it adds to views, the lowest first: one, or for an expansion those of its instances.
    var layers: [Digest] = []
    var key: Digest?

    /// Of a task that has neither outputs nor a layer: the same as its record says, so that nobody can tell whether there
    /// is one.
    static let empty = TaskResult(content: contentDigest(outputs: [Tree(), Tree()], layer: nil))
}
