// What a run tells the imprint, and what it takes from the one before. Looks at nothing itself.

import Graph
import Imprint
public import Vocabulary

/// What an imprint says of the tasks of a run, so that those that are unchanged need not be looked at.
public struct EarlierResults: Sendable {
    /// One task, by its number in the run's graph.
    public struct Task: Sendable {
        let content: Digest
        let key: Digest
        let isUnchanged: Bool

        /// - Parameters:
        ///   - content: what it handed on last.
        ///   - isUnchanged: whether it is settled and every path that it rests on is as it was.
        public init(content: Digest, key: Digest, isUnchanged: Bool) {
            self.content = content
            self.key = key
            self.isUnchanged = isUnchanged
        }
    }

    /// Nil where nothing is known.
    var tasks: [Task?]
    /// Wanted tasks that are up to date and not in the run's graph at all.
    var others: Int

    public init(tasks: [Task?] = [], others: Int = 0) {
        self.tasks = tasks
        self.others = others
    }
}

/// What a worker looked at for a task.
struct Seen: Sendable {
    var inputs: [Observation] = []
    var outputs: [Observation] = []
}

/// What the imprint is to be told of a finished task.
enum SettlingEvidence {
    /// Nothing that could be compared later.
    case none
    /// It was not looked at: what was known of it still holds.
    case unchanged
    case seen(inputs: [Looks], outputs: Looks)
}

extension Examination {
    /// What a later run can compare, of a task that is up to date. A task that draws warnings draws them every time.
    func evidence(takenAt: UInt64) -> SettlingEvidence {
        guard warnings.isEmpty else { return .none }
        return .seen(inputs: [Looks(seen.inputs, takenAt: takenAt)], outputs: Looks(seen.outputs, takenAt: takenAt))
    }
}

extension ActiveTask {
    /// What a later run can compare, of a task that was run and recorded.
    var evidence: SettlingEvidence {
        guard examination.warnings.isEmpty else { return .none }
        return .seen(
            inputs: [
                Looks(examination.seen.inputs, takenAt: situation.lookedAt),
                Looks(verification.seen.inputs, takenAt: verifiedAt),
            ],
            outputs: Looks(verification.seen.outputs, takenAt: verifiedAt)
        )
    }
}

extension TaskDefinition {
    /// Whether its being up to date rests on paths alone: not on a view, and not on the clock. What is measured is told in
    /// every run.
    var canSettle: Bool {
        guard case .action = kind else { return false }
        return workspace == nil && cache.offReason == nil && cache.maximumAge == nil && metrics.isEmpty
    }
}

extension Engine {
    /// The result of a task that was settled, whose paths are as they were, and whose needs hand on what they did.
    func unchangedResult(of id: TaskID) -> TaskResult? {
        guard id.index < earlier.tasks.count, let before = earlier.tasks[id.index], before.isUnchanged else {
            return nil
        }
        for need in graph.needs(of: id) where need.kind == .hard {
            guard let known = earlier.tasks[need.task.index], known.content == results[need.task.index]?.content
            else { return nil }
        }
        return TaskResult(content: before.content, key: before.key)
    }

    /// Tells the imprint how a task ended.
    func note(_ id: TaskID, _ outcome: TaskOutcome, _ evidence: SettlingEvidence) {
        guard imprint != nil, id.index < graph.count else { return }
        let result = results[id.index] ?? .empty
        switch evidence {
        case .unchanged: return
        case .seen(let inputs, let outputs):
            if let key = result.key, outcome.isDone, definitions[id.index].canSettle {
                imprint?.settle(id, content: result.content, key: key, inputs: inputs, outputs: outputs)
            } else {
                imprint?.forget(id)
            }
        case .none:
            if outcome.isDone { imprint?.know(id, content: result.content) } else { imprint?.forget(id) }
        }
    }
}
