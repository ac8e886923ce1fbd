// What a run would do, found out without doing anything: for `plan`, `--dry-run` and `why`.

import Fingerprint
import Graph
import Ports
public import Vocabulary

/// What a run would do with one task.
public struct PlannedTask: Sendable {
    public enum Forecast: Sendable {
        case decided(Decision)
        /// Something it needs would run; only then is it known whether this runs too.
        case mayRun(after: [TaskID])
        case skipped(String)
        /// It would fail at once.
        case failed(FailureCause)
    }

    public let task: TaskID
    public let forecast: Forecast
    /// Nil when the key cannot be known yet or the task has none.
    public let key: Digest?
    public let listing: KeyListing?
    public let warnings: [String]
}

extension Engine {
    /// What would be done with each wanted task, in an order in which a run may look at them.
    ///
    /// Uses up the engine like a run; only tools are asked for their versions.
    public func plan() -> [PlannedTask] {
        takeSnapshots()
        askTools()
        var planned: [PlannedTask] = []
        /// Tasks whose results are not known before a run.
        var open = IDMap(repeating: false, count: graph.count)
        var restored = IDMap<RestoredOutputs?>(repeating: nil, count: graph.count)
        for id in graph.topologicalOrder(of: isWanted) {
            let forecast = forecast(for: id, open: &open, restored: &restored)
            planned.append(forecast)
        }
        ports.digests.save()
        tools.save(to: ports.files)
        return planned
    }

    private func forecast(
        for id: TaskID, open: inout IDMap<Bool>, restored: inout IDMap<RestoredOutputs?>
    ) -> PlannedTask {
        let definition = definitions[id.index]
        if let reason = definition.skipReason {
            results[id.index] = .empty
            return PlannedTask(task: id, forecast: .skipped(reason), key: nil, listing: nil, warnings: [])
        }
        let waitsFor = Set(
            graph.needs(of: id).filter { $0.kind == .hard && open[$0.task] }.map(\.task)
                + layerPlan.beneath(id).filter { open[$0] }
        )
        var isExpansion = false
        if case .expansion = definition.kind { isExpansion = true }
        if !waitsFor.isEmpty || isExpansion {
            open[id] = true
            return PlannedTask(
                task: id, forecast: .mayRun(after: waitsFor.sorted()), key: nil, listing: nil, warnings: []
            )
        }
        var situation = situation(of: id)
        situation.foreseen = graph.needs(of: id).compactMap { restored[$0.task] }
        let examination = worker.examine(definition, situation)
        let forecast: PlannedTask.Forecast
        switch examination.finding {
        case .upToDate(let record):
            results[id.index] = TaskResult(record)
            forecast = .decided(.upToDate)
        case .restore(let record):
            results[id.index] = TaskResult(record)
            if definition.workspace == nil { restored[id] = RestoredOutputs(record, of: definition) }
            forecast = .decided(.restore)
        case .satisfied:
            results[id.index] = .empty
            forecast = .decided(.satisfied)
        case .run(let reason, _):
            open[id] = true
            forecast = .decided(.run(reason))
        case .failed(let cause):
            open[id] = true
            forecast = .failed(cause)
        }
        return PlannedTask(
            task: id, forecast: forecast, key: examination.key, listing: examination.listing,
            warnings: examination.warnings
        )
    }
}
