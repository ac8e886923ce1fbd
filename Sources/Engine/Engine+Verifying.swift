// `--verify`: a task that succeeded runs again in the same conditions, and what the two made is compared.

import Graph
import Ports
import Vocabulary

extension Engine {
    /// Whether the task has succeeded for the first time and there is something to compare.
    func isToBeRepeated(_ task: ActiveTask) -> Bool {
        options.verifies && task.firstRun == nil && task.failure == nil && task.definition.command != nil
            && (!task.definition.outputs.isEmpty || task.definition.workspace != nil)
    }

    /// What the first run made is kept aside, its view closed, and what lay there before put back.
    func keepFirstRun(_ id: TaskID) {
        guard let task = active[id] else { return }
        active[id]?.step = .verifying
        reactor.perform { [worker] in
            .kept(id, worker.keep(task.definition, task.verification, task.preparation))
        }
    }

    func kept(_ id: TaskID, _ result: Result<FirstRun, WorkFailure>) {
        guard var task = active[id] else { return }
        task.preparation = nil
        switch result {
        case .failure(let failure):
            task.failure = failure.cause
            active[id] = task
            publish(id)
        case .success(var first):
            first.log = task.log
            first.usage = task.usage
            task.firstRun = first
            task.log = TaskLog()
            task.verification = Verification()
            active[id] = task
            if isInterrupted { return cancel(id) }
            prepare(id)
        }
    }

    /// Compares the second run with the first; the result of the second is published if they are the same.
    func compareRuns(_ id: TaskID) {
        guard let task = active[id], let first = task.firstRun else { return }
        active[id]?.step = .verifying
        reactor.perform { [worker] in
            .compared(id, worker.differences(first, task.verification, task.situation, task.preparation?.view))
        }
    }

    /// What the second run printed is shown only if it fails; another attempt begins with a first run again.
    func showSecondRun(_ id: TaskID) {
        guard let task = active[id], task.firstRun?.isCompared == false else { return }
        emit(.output(id, task.log.bytes))
        emit(.warned(id, "it succeeded first and failed when it was run again to compare"))
        active[id]?.firstRun = nil
    }

    func compared(_ id: TaskID, _ differences: [OutputDifference]) {
        guard active[id] != nil else { return }
        active[id]?.firstRun?.isCompared = true
        if let first = active[id]?.firstRun {
            active[id]?.usage = first.usage
            active[id]?.log = first.log
        }
        if isInterrupted { return cancel(id) }
        if !differences.isEmpty { active[id]?.failure = .differs(differences) }
        publish(id)
    }
}
