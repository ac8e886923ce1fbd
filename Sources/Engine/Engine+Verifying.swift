// `--verify`: a task that succeeded runs again in the same conditions, and what the two made is compared.

import Graph
import Ports
import Vocabulary

extension Engine {
    /// Whether the task has succeeded for the first time and there is something to compare.
    func isToBeRepeated(_ task: ActiveTask) -> Bool {
        options.verifies && task.repeating == nil && task.firstRun == nil && task.failure == nil
            && task.definition.command != nil
            && (!task.definition.outputs.isEmpty || task.definition.workspace != nil)
    }

    /// What the first run made is kept aside, its view closed, and what lay there before put back.
    func keepFirstRun(_ id: TaskID) {
        guard let task = active[id] else { return }
        task.step = .verifying
        let (definition, verification, preparation) = (task.definition, task.verification, task.preparation)
        reactor.perform { [worker] in .kept(id, worker.keep(definition, verification, preparation)) }
    }

    func kept(_ id: TaskID, _ result: Result<FirstRun, WorkFailure>) {
        guard let task = active[id] else { return }
        task.preparation = nil
        switch result {
        case .failure(let failure):
            task.failure = failure.cause
            publish(id)
        case .success(var first):
            first.log = task.log
            first.usage = task.usage
            task.firstRun = first
            task.log = TaskLog()
            task.verification = Verification()
            if isInterrupted { return cancel(id) }
            prepare(id)
        }
    }

    /// Compares the second run with the first; the result of the second is published if they are the same.
    func compareRuns(_ id: TaskID) {
        guard let task = active[id], let first = task.firstRun else { return }
        task.step = .verifying
        let (verification, situation, view) = (task.verification, task.situation, task.preparation?.view)
        reactor.perform { [worker] in
            .compared(id, worker.differences(first, verification, situation, view))
        }
    }

    /// What the second run printed is shown only if it fails; another attempt begins with a first run again.
    func showSecondRun(_ id: TaskID) {
        guard let task = active[id], task.firstRun?.isCompared == false else { return }
        emit(.output(id, task.log.bytes))
        emit(.warned(id, "it succeeded first and failed when it was run again to compare"))
        task.firstRun = nil
    }

    func compared(_ id: TaskID, _ differences: [OutputDifference]) {
        guard let task = active[id] else { return }
        task.firstRun?.isCompared = true
        if let first = task.firstRun {
            task.usage = first.usage
            task.log = first.log
        }
        if isInterrupted { return cancel(id) }
        if !differences.isEmpty { task.failure = .differs(differences) }
        publish(id)
    }
}
