// The evidence that belongs to a recorded result. Measures nothing.

import Evidence
import Graph
import Ports
import Vocabulary

extension Worker {
    /// What the record says was measured, marked as restored.
    ///
    /// - Throws: why the task has to run, and be measured, again.
    func recall(_ record: ActionRecord, of task: TaskDefinition) throws(MissingValue) -> TaskEvidence {
        guard !task.metrics.isEmpty else { return TaskEvidence() }
        guard let bytes = record.evidence.flatMap({ ports.store.bytes($0) }),
            let evidence = TaskEvidence(encoded: bytes)
        else { throw MissingValue("its metrics are missing or damaged") }
        for metric in task.metrics {
            guard let value = evidence.measurements.first(where: { $0.name == metric.name }) else { continue }
            if let objection = metric.objection(to: value, in: options.run, now: startedAt) {
                throw MissingValue(objection)
            }
        }
        return evidence.restored
    }
}
