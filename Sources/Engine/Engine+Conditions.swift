// `ensure` conditions that need a process: run one after the other, before the task to spare it, or after it to judge.

import Graph
import Ports
import Vocabulary

extension Engine {
    func checkBefore(_ id: TaskID) {
        guard let task = active[id] else { return }
        task.step = .checkingBefore
        task.conditions = task.definition.conditions.filter(\.isCommand)
        nextCondition(id, task)
    }

    func checkAfter(_ id: TaskID) {
        guard let task = active[id] else { return }
        task.step = .checkingAfter
        task.conditions = task.verification.commands
        nextCondition(id, task)
    }

    private func nextCondition(_ id: TaskID, _ task: ActiveTask) {
        guard case .run(let command)? = task.conditions.first?.kind else { return conditionsHold(id, task) }
        task.conditionOutput = []
        task.deadline = task.definition.timeout.map { reactor.now + $0 }
        spawn(id, command, task.step == .checkingAfter ? task.verification.checkView : task.preparation?.view)
    }

    func conditionExited(_ id: TaskID, _ status: ExitStatus) {
        guard let task = active[id], let condition = task.conditions.first else { return }
        if let why = task.lostService { return withoutServices(id, task, why) }
        if status == .exited(0) {
            task.conditions.removeFirst()
            return nextCondition(id, task)
        }
        if task.step == .checkingBefore { return notSatisfied(id) }
        if task.isTimedOut {
            task.failure = .timedOut(limit: task.definition.timeout ?? 0)
        } else {
            let finding = conditionFailure(condition, status, task.conditionOutput, secrets: task.secrets)
            task.failure = .conditions([finding])
        }
        failedBesideServices(id, reportsAreCollected: true)
    }

    /// The command runs after all, on a tree that the check has not touched.
    func notSatisfied(_ id: TaskID) {
        guard let task = active[id] else { return }
        discardView(of: task)
        task.mayBeSatisfied = false
        task.preparation = nil
        let (definition, situation) = (task.definition, task.situation)
        task.step = .preparing
        reactor.perform { [worker] in .prepared(id, worker.prepare(definition, situation, cleans: true)) }
    }

    private func conditionsHold(_ id: TaskID, _ task: ActiveTask) {
        if task.step == .checkingBefore {
            discardView(of: task)
            active[id] = nil
            releaseServices(of: task)
            return satisfied(id)
        }
        if !task.definition.measuresByCommand { discardCheckView(of: task) }
        publish(id)
    }
}

/// The finding about a command that was to exit with 0, with the end of what it printed, secrets masked.
func conditionFailure(
    _ condition: Condition, _ status: ExitStatus, _ output: [UInt8], secrets: [[UInt8]]
) -> Diagnostic {
    var lines = LineAssembler(secrets: secrets)
    let shown = lines.take(output) + lines.finish()
    let how =
        switch status {
        case .exited(let code): "exited with \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    let printed = String(decoding: shown, as: UTF8.self).split(separator: "\n").suffix(10)
    return Diagnostic(
        .error, "\(condition.commandText) \(how)", at: condition.range, notes: printed.map { .init(String($0)) }
    )
}

extension Condition {
    var isCommand: Bool {
        if case .run = kind { return true }
        return false
    }

    /// The command as it is shown to people.
    fileprivate var commandText: String {
        switch kind {
        case .run(.script(let text)): "`\(text)`"
        case .run(.arguments(let words)): "`\(words.joined(separator: " "))`"
        default: ""
        }
    }
}
