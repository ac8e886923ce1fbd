// Metrics whose number a command prints: run one after the other, before the result is recorded. Judges nothing.

import Graph
import Ports
import Vocabulary

extension Engine {
    /// Starts the next command whose number is wanted. False: there is none.
    func measureNext(_ id: TaskID, _ task: ActiveTask) -> Bool {
        guard task.preparation != nil, !isInterrupted else { return false }
        let commands = task.unmeasured ?? task.definition.metrics.filter { $0.command != nil }
        task.unmeasured = commands
        guard let command = commands.first?.command else { return false }
        task.step = .measuring
        task.isTimedOut = false
        task.conditionOutput = []
        task.deadline = task.definition.timeout.map { reactor.now + $0 }
        spawn(id, command, task.verification.checkView)
        return true
    }

    func metricExited(_ id: TaskID, _ status: ExitStatus) {
        guard let task = active[id] else { return }
        switch status {
        case .exited(0):
            let text = String(decoding: task.conditionOutput, as: UTF8.self)
            let words = text.split(whereSeparator: \.isWhitespace)
            guard words.count == 1, let value = Double(words[0]), value.isFinite else {
                return noValue(id, "its command printed \(quoted(text)), which is no number")
            }
            measured(id) { [worker] in
                $1.measurements.append(worker.measurement(of: $0, MeasuredValue(value: value)))
            }
        case .exited(let code): noValue(id, "its command exited with \(code)")
        case .signalled where task.isTimedOut: noValue(id, "its command took longer than the task may")
        case .signalled(let signal): noValue(id, "its command was ended by signal \(signal)")
        }
    }

    /// The command that was to print a number did not.
    func noValue(_ id: TaskID, _ reason: String) {
        measured(id) { $1.missing.append(MissingMetric(name: $0.name, reason: reason)) }
    }

    private func measured(_ id: TaskID, _ add: (MetricDefinition, inout TaskEvidence) -> Void) {
        guard let task = active[id], let metric = task.unmeasured?.first else { return }
        task.unmeasured?.removeFirst()
        add(metric, &task.verification.evidence)
        let order = task.definition.metrics.map(\.name)
        task.verification.evidence.measurements.sort {
            (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0)
        }
        publish(id)
    }

    private func quoted(_ text: String) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.isEmpty ? "nothing" : "\"\(line.prefix(60))\""
    }

    /// Tells what a task left as evidence, and keeps it for the gates.
    func take(_ evidence: TaskEvidence, of id: TaskID) {
        guard !evidence.isEmpty else { return }
        measuredEvidence[id] = evidence
        emit(.measured(id, evidence))
    }
}
