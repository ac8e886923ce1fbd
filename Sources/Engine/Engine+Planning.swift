// What a run would do, found out without doing anything: for `plan`, `--dry-run` and `why`.

import Fingerprint
import Graph
import Patterns
import Ports
public import Vocabulary

/// What a run would do with one task.
public struct PlannedTask: Sendable {
    public enum Forecast: Sendable {
        case decided(Decision)
        /// Something it needs would run; only then is it known whether this runs too.
        case mayRun(after: [TaskID])
        /// It runs unless all its conditions hold when it is looked at: some need a process, or what is restored before.
        case mayBeSatisfied
        case skipped(String)
        /// It would fail at once.
        case failed(FailureCause)
        /// It would not be run, because this task, which it needs, would fail.
        case blocked(by: TaskID)
    }

    public let task: TaskID
    /// The full name: also of instances that the graph does not have.
    public let name: String
    public let forecast: Forecast
    /// Nil when the key cannot be known yet; of a task without cache as far as it is known.
    public var key: Digest?
    public var listing: KeyListing?
    /// What the parts of the key stand for, if the task would run.
    public var texts: [KeyText] = []
    public var warnings: [String] = []
}

extension Engine {
    /// What would be done with each wanted task, in an order in which a run may look at them. Instances stand for
    /// expansions whose files are known.
    ///
    /// Uses up the engine like a run; only tools are asked for their versions.
    public func plan() -> [PlannedTask] {
        takeSnapshots()
        askTools()
        var foresight = Foresight()
        for id in graph.topologicalOrder(of: isWanted) { foresee(id, &foresight) }
        return foresight.planned
    }

    /// Keeps what was learned about files and tools while planning. Only while no run uses the same state.
    public func saveMemories() {
        ports.digests.save()
        tools.save(to: ports.files)
    }

    private func foresee(_ id: TaskID, _ foresight: inout Foresight) {
        let definition = definitions[id.index]
        if definition.gate != nil {
            // Judged in the loop, whatever it will say: a plan does not know.
            results[id.index] = .empty
            return
        }
        if let reason = definition.skipReason {
            results[id.index] = .empty
            return foresight.add(id, definition.name, .skipped(reason))
        }
        let culprit = graph.needs(of: id).first {
            isWanted[$0.task] && $0.kind != .soft && foresight.failing.contains($0.task)
        }
        if let culprit, !definition.isAlways {
            foresight.failing.insert(id)
            return foresight.add(id, definition.name, .blocked(by: culprit.task))
        }
        let waitsFor = Set(
            graph.needs(of: id).filter { $0.kind == .hard && foresight.open.contains($0.task) }.map(\.task)
                + layerPlan.beneath(id).filter(foresight.open.contains)
        )
        if !waitsFor.isEmpty {
            foresight.open.insert(id)
            let reason = certainReason(definition, of: id)
            return foresight.add(
                id, definition.name, reason.map { .decided(.run($0)) } ?? .mayRun(after: waitsFor.sorted()))
        }
        let measures = definition.table.map { _ in measurersStillOpen(of: id, foresight) } ?? []
        if !measures.isEmpty {
            foresight.open.insert(id)
            return foresight.add(id, definition.name, .mayRun(after: measures))
        }
        if case .expansion(let expansion) = definition.kind {
            foreseeInstances(of: id, expansion, &foresight)
        } else {
            foreseeAction(id, &foresight)
        }
    }

    /// Why a task will run whatever its needs turn out to be; nil: that depends on them.
    private func certainReason(_ task: TaskDefinition, of id: TaskID) -> RunReason? {
        if case .expansion = task.kind { return nil }
        let isSpared = !task.conditions.isEmpty && task.outputs.isEmpty && !options.isForced
        guard !isSpared, task.cache.offReason != nil || !options.usesCache || options.isForced,
            options.completed.isEmpty, hasLiteralInputs(task, of: id)
        else { return nil }
        return task.cache.offReason.map { .notCached($0) } ?? (options.usesCache ? .forced : .cacheDisabled)
    }

    /// Whether all inputs that are written as a path are there, or will be: else the task may fail instead.
    private func hasLiteralInputs(_ task: TaskDefinition, of id: TaskID) -> Bool {
        let made = graph.needs(of: id).filter { $0.isInferred }.flatMap { definitions[$0.task.index].outputs }
        return (task.inputs ?? []).allSatisfy { input in
            guard !input.isExcluded, let path = input.pattern.literalPath, task.workspace == nil else { return true }
            return made.contains { $0.pattern.pattern.matches(path) } || Place.root(worker.disk).exists(path)
        }
    }

    private func foreseeAction(_ id: TaskID, _ foresight: inout Foresight) {
        let definition = foreseenTable(of: id)
        var situation = situation(of: id)
        situation.foreseen = foreseen(before: id, foresight)
        let examination = worker.examine(definition, situation)
        let forecast: PlannedTask.Forecast
        switch examination.finding {
        case .upToDate(let record):
            results[id.index] = TaskResult(record)
            measuredEvidence[id] = examination.evidence
            forecast = .decided(.upToDate)
        case .done(let result):
            results[id.index] = result
            forecast = .decided(.upToDate)
        case .restore(let record):
            results[id.index] = TaskResult(record)
            measuredEvidence[id] = examination.evidence
            if definition.workspace == nil { foresight.restored[id] = [RestoredOutputs(record, of: definition)] }
            forecast = .decided(.restore)
        case .satisfied where !isDisturbed(id, foresight):
            results[id.index] = .empty
            forecast = .decided(.satisfied)
        case .satisfied, .run(_, conditionsHold: true):
            foresight.open.insert(id)
            forecast = .mayBeSatisfied
        case .run(let reason, _):
            foresight.open.insert(id)
            let isSpared = !definition.conditions.isEmpty && definition.outputs.isEmpty && !options.isForced
            forecast = isSpared && isDisturbed(id, foresight) ? .mayBeSatisfied : .decided(.run(reason))
        case .failed(let cause):
            results[id.index] = .empty
            foresight.failing.insert(id)
            forecast = .failed(cause)
        }
        if definition.isService, case .done = examination.finding { return }
        foresight.add(id, definition.name, forecast, examination)
    }

    /// Those that a table waits for and that will run, or may.
    private func measurersStillOpen(of id: TaskID, _ foresight: Foresight) -> [TaskID] {
        graph.needs(of: id).map(\.task).filter(foresight.open.contains).sorted()
    }

    /// The definition with the figures in their place, as the results brought back will have them.
    private func foreseenTable(of id: TaskID) -> TaskDefinition {
        let definition = definitions[id.index]
        guard let table = definition.table else { return definition }
        definitions[id.index] = definition.showing(account(of: table, definition).markdown)
        return definitions[id.index]
    }

    /// Whether conditions may look at files that will have been restored by then.
    private func isDisturbed(_ id: TaskID, _ foresight: Foresight) -> Bool {
        definitions[id.index].workspace == nil && !foresight.restored.isEmpty
    }

    /// What the needs of a task would have restored before it is looked at.
    private func foreseen(before id: TaskID, _ foresight: Foresight) -> [RestoredOutputs] {
        graph.needs(of: expansions[id] ?? id).flatMap { foresight.restored[$0.task] ?? [] }
    }

    private func foreseeInstances(of id: TaskID, _ expansion: Expansion, _ foresight: inout Foresight) {
        let name = definitions[id.index].name
        var situation = situation(of: id)
        situation.foreseen = foreseen(before: id, foresight)
        if let obstacle = situation.obstacle {
            foresight.failing.insert(id)
            return foresight.add(id, name, .failed(.engine(obstacle)))
        }
        let files: [String]
        do throws(ViewError) {
            let set = expansion.patterns.set
            files = try situation.foreseen.reduce(worker.place(of: situation).paths(set, made: situation.made)) {
                $1.applied(to: $0, matching: set)
            }
        } catch {
            foresight.failing.insert(id)
            return foresight.add(id, name, .failed(.engine(error.message)))
        }
        let (made, diagnostics) = graph.instances(of: id, files: files)
        guard diagnostics.isEmpty else {
            foresight.failing.insert(id)
            return foresight.add(id, name, .failed(.invalid(diagnostics)))
        }
        let members = made.indices.map { TaskID(definitions.count + $0) }
        definitions += made
        results += Array(repeating: nil, count: made.count)
        for member in members { expansions[member] = id }
        instances[id] = members
        for member in members { foreseeAction(member, &foresight) }
        if members.contains(where: foresight.failing.contains) {
            foresight.failing.insert(id)
        } else if members.contains(where: foresight.open.contains) {
            foresight.open.insert(id)
        } else {
            results[id.index] = made.isEmpty ? .empty : combined(members)
            let all = members.flatMap { foresight.restored[$0] ?? [] }
            if !all.isEmpty { foresight.restored[id] = all }
        }
    }
}
