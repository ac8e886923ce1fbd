// `repeat`: a task executes again with fresh outputs, until its gate is decided or there were enough executions.

import Evidence
import Graph
import Ports
import Vocabulary

extension Engine {
    /// What a task with `repeat` begins with: executions that its record has already are not made again.
    func repeating(_ definition: TaskDefinition, _ examination: Examination) -> Repeating? {
        definition.repetition.map { Repeating($0, gate(named: $0.until), examination) }
    }

    /// The gate of a task's own that `until` names.
    func gate(named name: String?) -> Gate? {
        name.flatMap { name in graph.tasks(named: name).lazy.compactMap { self.graph[$0].gate }.first }
    }

    /// Whether the execution that has ended is one of several, whose evidence is to be kept. One that could not even
    /// begin is not.
    func isExecution(_ task: ActiveTask) -> Bool {
        task.repeating != nil && !task.isRepeated && task.preparation != nil
    }

    /// Keeps what an execution left.
    func keepExecution(_ id: TaskID, _ task: ActiveTask) {
        guard let index = task.repeating?.index else { return }
        task.step = .verifying
        let (definition, situation, execution) = (task.definition, task.situation, task.execution)
        let verification = task.verification
        reactor.perform { [worker] in
            .executed(id, worker.keepReports(definition, situation, execution, verification, index: index))
        }
    }

    /// Begins the next execution, or ends the task with what all of them come to.
    func executed(_ id: TaskID, _ result: Result<Tree, WorkFailure>) {
        guard let task = active[id], task.repeating != nil else { return }
        var reports = Tree()
        switch result {
        case .success(let kept): reports = kept
        case .failure(let failure): task.failure = task.failure ?? failure.cause
        }
        let left = ExecutionEvidence(task.verification.evidence, isBroken: task.failure != nil)
        showExecution(id, task, left)
        task.repeating?.add(left, reports, task.usage, task.failure)
        task.repeating?.add(task.served)
        if isInterrupted { return cancel(id) }
        guard let repeating = task.repeating, repeating.trials.isOver || left.missesItsTrial(repeating.gate) else {
            return executeAgain(id, task)
        }
        task.isRepeated = true
        task.failure = task.failure ?? repeating.failure
        task.usage = repeating.usage
        task.served = repeating.served
        task.log = task.shownLog
        task.verification.evidence = TaskEvidence(of: repeating.executions, task.definition.metrics)
        task.verification.earlierReports = repeating.reports
        publish(id)
    }

    private func executeAgain(_ id: TaskID, _ task: ActiveTask) {
        discardView(of: task)
        task.usage = ResourceUsage()
        task.served = [:]
        task.log = task.shownLog
        task.startOver(isRetry: false)
        releaseServices(of: task)
        begin(id)
    }

    /// The first execution is shown as it runs, a later one when it is not clean.
    private func showExecution(_ id: TaskID, _ task: ActiveTask, _ left: ExecutionEvidence) {
        guard let repeating = task.repeating else { return }
        if repeating.index > 1, !left.isClean {
            let title = Array("execution \(repeating.index) of at most \(repeating.policy.times):\n".utf8)
            var bytes = title + task.log.bytes.dropFirst(task.shownLog.bytes.count)
            if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
            task.shownLog.append(bytes)
            emit(.output(id, bytes))
        } else if repeating.index == 1 {
            task.shownLog = task.log
        }
    }
}

extension ExecutionEvidence {
    /// Nothing broke, and every test passed at the first try.
    fileprivate var isClean: Bool { !isBroken && tests.allSatisfy { !$0.outcome.isBad && $0.outcome != .flaky } }

    /// Whether it gave no answer to what the executions are made for, though it ended well: the next would not either.
    fileprivate func missesItsTrial(_ gate: Gate?) -> Bool {
        guard let gate, gate.certainty != nil, !isBroken else { return false }
        return !measurements.contains { $0.name == gate.metric }
    }
}
