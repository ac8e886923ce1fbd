// What the executions of a task with `repeat` have left so far, and the reports of each. Knows nothing of the order of steps.

import Evidence
import Graph
import Ports
import Vocabulary

/// A repeated task between two executions.
struct Repeating: Sendable {
    let policy: RepeatPolicy
    /// The gate of `until`.
    let gate: Gate?
    private(set) var executions: [ExecutionEvidence]
    /// Reports of the executions, by the paths that they are kept at.
    private(set) var reports: [Tree.Item]
    /// Of all executions but the one that runs.
    private(set) var usage = ResourceUsage()
    /// What the executions had of their services.
    private(set) var served: [String: ServiceUse] = [:]
    /// The first failure, if executions may not fail.
    private(set) var failure: FailureCause?

    /// Executions of an earlier run, which the examination has found, are not made again.
    init(_ policy: RepeatPolicy, _ gate: Gate?, _ examination: Examination) {
        self.policy = policy
        self.gate = gate
        executions = examination.evidence.executions
        reports = examination.earlierReports
    }

    var trials: RepeatedTrials { RepeatedTrials(executions, until: gate, times: policy.times) }

    /// Which execution is next or runs, from 1.
    var index: Int { executions.count + 1 }

    /// Takes what an execution left. With `until` the gate judges failures; without, one of them is the task's.
    mutating func add(_ execution: ExecutionEvidence, _ reports: Tree, _ usage: ResourceUsage, _ failure: FailureCause?)
    {
        executions.append(execution)
        self.reports += reports.items
        self.usage.wall += usage.wall
        self.usage.cpu += usage.cpu
        self.usage.peakMemory = max(self.usage.peakMemory, usage.peakMemory)
        if gate == nil, self.failure == nil { self.failure = failure }
    }

    /// What an execution had of its services counts for itself, and in the end for the task.
    mutating func add(_ uses: [String: ServiceUse]) {
        served.merge(uses) { $0.adding($1) }
    }
}

extension Worker {
    /// Why the executions that a record has are not enough; nil: they are, or nothing is repeated.
    func reasonToExecuteAgain(
        _ task: TaskDefinition, _ situation: Situation, _ record: ActionRecord, _ examination: inout Examination
    ) -> RunReason? {
        guard let policy = task.repetition else { return nil }
        examination.earlierReports = record.reports.items.filter { $0.path.hasPrefix(repeatedPath("", of: task)) }
        let executions = examination.evidence.executions
        guard !RepeatedTrials(executions, until: situation.until, times: policy.times).isOver else { return nil }
        return .recordIncomplete(
            "\(executions.count) of at most \(policy.times) executions are recorded, and they decide nothing")
    }

    /// Puts the reports of one execution where those of the next cannot touch them.
    func keepReports(
        _ task: TaskDefinition, _ situation: Situation, _ execution: Execution, _ verification: Verification, index: Int
    ) -> Result<Tree, WorkFailure> {
        do {
            var kept: [Tree.Item] = []
            for item in try stored(verification.reports, situation, execution) {
                guard case .file(let mode, _, let digest) = item.entry else { continue }
                let path = repeatedPath("\(index)/\(item.path)", of: task)
                let target = absolutePath(path, in: reportDirectory(of: task))
                try makeParent(of: target)
                _ = try ports.store.restore(digest, to: target, mode: mode)
                kept.append(.init(path, item.entry))
            }
            return .success(Tree(kept))
        } catch {
            return .failure(WorkFailure("the reports of execution \(index) cannot be kept: \(error)"))
        }
    }

    /// Where a report of an execution is kept, relative to where the task's reports are restored.
    func repeatedPath(_ path: String, of task: TaskDefinition) -> String {
        guard task.workspace == nil else { return "repeat/\(path)" }
        return ".taskgraph/reports/\(task.name)/repeat/\(path)"
    }
}

extension TaskDefinition {
    /// The command with the number of the execution in the place of its name.
    func numbered(_ command: Command, _ index: Int) -> Command {
        switch command {
        case .script(let text): .script(text.numbered(index))
        case .arguments(let words): .arguments(words.map { $0.numbered(index) })
        }
    }
}

extension String {
    func numbered(_ index: Int) -> String { replacing("${{ repeat.index }}", with: String(index)) }
}
