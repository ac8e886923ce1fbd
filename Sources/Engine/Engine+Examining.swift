// From ready to decided: what surrounds a task, what a worker found out about it, what is done with it.

import Graph
import Hashing
import Patterns
import Ports
import Schedule
import Vocabulary
import Workspace

extension Engine {
    /// Has the tasks that became ready looked at. False: there were none.
    func examineReady() -> Bool {
        var isAny = false
        var ready: [ReadyTask] = []
        while let id = scheduler.nextToExamine() {
            isAny = true
            let definition = tabulated(id)
            if let gate = definition.gate {
                judge(id, gate)
            } else if let reason = definition.skipReason {
                finish(id, .skipped(reason))
            } else if case .expansion(let expansion) = definition.kind {
                expand(id, expansion)
            } else if let result = unchangedResult(of: id) {
                emit(.decided(id, .upToDate))
                finish(id, .upToDate, result: result, evidence: .unchanged)
            } else {
                var situation = situation(of: id)
                situation.lookedAt = reactor.wallTime
                situations[id] = situation
                ready.append(ReadyTask(id: id, definition: definition, situation: situation))
            }
        }
        // Handing work over costs as much as examining a small task; but one thread must not get all of it.
        let size = max(1, min(64, ready.count / 8))
        for start in stride(from: 0, to: ready.count, by: size) {
            let batch = ready[start..<min(start + size, ready.count)]
            reactor.perform { [worker] in
                .examined(batch.map { ($0.id, worker.examine($0.definition, $0.situation)) })
            }
        }
        return isAny
    }

    func examined(_ id: TaskID, _ examination: Examination) {
        if definitions[id.index].isService, case .done(let result) = examination.finding {
            return finish(id, .upToDate, result: result)
        }
        examinations[id] = examination
        for warning in examination.warnings { emit(.warned(id, warning)) }
        switch examination.finding {
        case .failed(let cause): finish(id, .failed(cause, attempts: 0))
        case .upToDate(let record):
            emit(.decided(id, .upToDate))
            take(examination.evidence, of: id)
            finish(
                id, .upToDate, result: TaskResult(record),
                evidence: examination.evidence(takenAt: situations[id]?.lookedAt ?? 0))
        case .done(let result):
            emit(.decided(id, .upToDate))
            finish(id, .upToDate, result: result)
        case .restore(let record):
            beginJournal()
            emit(.decided(id, .restore))
            scheduler.restore(id)
            let definition = definitions[id.index]
            reactor.perform { [worker] in .restored(id, worker.restore(record, definition)) }
        case .satisfied: satisfied(id)
        case .run(let reason, _):
            guard scheduler.mayRun(id) else { return finish(id, .cancelled) }
            beginJournal()
            emit(.decided(id, .run(reason)))
            scheduler.enqueue(id)
        }
    }

    func restored(_ id: TaskID, _ result: RestoreResult) {
        switch result {
        case .restored(let record, let log):
            if !log.isEmpty { emit(.replayed(id, log: log)) }
            if let evidence = examinations[id]?.evidence { take(evidence, of: id) }
            finish(id, .restored, result: TaskResult(record))
        case .incomplete(let what):
            guard var examination = examinations[id] else { return }
            examination.finding = .run(.recordIncomplete(what), conditionsHold: false)
            examined(id, examination)
        case .failed(let cause): finish(id, .failed(cause, attempts: 0))
        }
    }

    /// All conditions hold without a run. A workspace task's result is then an empty layer, which is recorded, because
    /// everything that the conditions saw is in its key.
    func satisfied(_ id: TaskID) {
        emit(.decided(id, .satisfied))
        var result = TaskResult.empty
        if let examination = examinations[id], let key = examination.key, let listing = examination.listing,
            definitions[id.index].workspace != nil, options.usesCache
        {
            var record = ActionRecord(
                key: key, task: definitions[id.index].name, outcome: .succeeded, listing: listing
            )
            record.recordedAt = worker.startedAt
            if (try? ports.store.publish(record)) != nil { result.key = key }
        }
        finish(id, .satisfied, result: result)
    }

    func situation(of id: TaskID) -> Situation {
        let definition = definitions[id.index]
        var situation = Situation()
        // What an inferred need hands on is among the inputs already, and nothing else of it is read.
        for need in graph.needs(of: expansions[id] ?? id) where need.kind == .hard && !need.isInferred {
            // What a gate says of a task is no part of what the task hands on.
            guard let result = results[need.task.index], definitions[need.task.index].gate == nil else { continue }
            situation.dependencies.append((definitions[need.task.index].name, result.content))
        }
        for need in graph.needs(of: expansions[id] ?? id) where need.isInferred {
            for output in definitions[need.task.index].outputs where !output.pattern.isExcluded {
                situation.made.append(output.pattern.pattern)
            }
        }
        for tool in definition.cache.tools {
            situation.tools.append((tool, tools.version(of: tool) ?? Digest(of: "there is no \(tool) in PATH")))
            situation.toolTexts[tool] = tools.text(of: tool)
        }
        situation.lastKey = lastKeys[definition.name]
        situation.until = gate(named: definition.repetition?.until)
        if let workspace = definition.workspace { lookAtView(of: id, workspace, &situation) }
        return situation
    }

    private func lookAtView(of id: TaskID, _ workspace: WorkspaceSpec, _ situation: inout Situation) {
        guard let base = snapshots[workspace.tree] else {
            let reason = snapshotFailures[workspace.tree] ?? "there is no snapshot of it"
            situation.obstacle = "the workspace \(workspace.tree) cannot be used: \(reason)"
            return
        }
        let beneath = layerPlan.beneath(expansions[id] ?? id)
        let layers = beneath.flatMap { results[$0.index]?.layers ?? [] }.keepingLast
        situation.obstacle = conflict(among: beneath)
        situation.view = ViewSituation(
            request: ViewRequest(base: base, layers: layers, isAtTree: workspace.isAtTree),
            root: ports.views.root(of: workspace.tree, isAtTree: workspace.isAtTree)
        )
    }

    /// Two layers that nothing orders and that change the same paths differently.
    private func conflict(among tasks: [TaskID]) -> String? {
        let owners = tasks.flatMap { task in (results[task.index]?.layers ?? []).map { (task, $0) } }
        guard owners.count > 1 else { return nil }
        let unordered = owners.indices.contains { second in
            owners[..<second].contains { !layerPlan.isOrdered($0.0, owners[second].0) }
        }
        guard unordered else { return nil }
        let trees = owners.map { ports.views.layer($0.1) ?? Tree() }
        guard
            let conflict = conflicts(among: trees, isOrdered: { layerPlan.isOrdered(owners[$0].0, owners[$1].0) }).first
        else { return nil }
        let names = (
            definitions[owners[conflict.first].0.index].name, definitions[owners[conflict.second].0.index].name
        )
        return "\"\(names.0)\" and \"\(names.1)\" changed the same paths in no fixed order: "
            + conflict.paths.prefix(5).joined(separator: ", ") + "; let one of the two need the other"
    }

    // MARK: Expansions

    private func expand(_ id: TaskID, _ expansion: Expansion) {
        let situation = situation(of: id)
        if let obstacle = situation.obstacle { return finish(id, .failed(.engine(obstacle), attempts: 0)) }
        let patterns = expansion.patterns.set
        var files: [String] = []
        do throws(ViewError) {
            files = try worker.place(of: situation).paths(patterns, made: situation.made)
        } catch {
            return finish(id, .failed(.engine(error.message), attempts: 0))
        }
        let (made, diagnostics) = graph.instances(of: id, files: files)
        guard diagnostics.isEmpty else { return finish(id, .failed(.invalid(diagnostics), attempts: 0)) }
        guard !made.isEmpty else {
            emit(.warned(id, "no file matches, so it has no instances"))
            return finish(id, .succeeded(attempts: 1))
        }
        let isSerial = !ports.views.allowsConcurrentViews
        let ids = scheduler.expand(
            id,
            into: made.map {
                ScheduledTask(demand: ResourceDemand(of: $0, viewsAreSerial: isSerial), isAlways: $0.isAlways)
            }
        )
        definitions += made
        results += Array(repeating: nil, count: made.count)
        for instance in ids { expansions[instance] = id }
        instances[id] = ids
        expectInstances(ids, of: id)
        noteInstances(ids.count)
        emit(.expanded(id, instances: made.map(\.name)))
    }

    /// What an expansion hands on: the contents of all its instances.
    func combined(_ members: [TaskID]) -> TaskResult {
        var writer = ByteWriter()
        var layers: [Digest] = []
        for member in members {
            let result = results[member.index] ?? .empty
            writer.digest(result.content)
            layers += result.layers
        }
        return TaskResult(content: Digest(of: writer.bytes), layers: layers)
    }
}

/// What a worker is given to examine a task.
private struct ReadyTask: Sendable {
    let id: TaskID
    let definition: TaskDefinition
    let situation: Situation
}

extension TaskResult {
    /// As it was recorded.
    init(_ record: ActionRecord) {
        self.init(content: record.content, layers: record.layer.map { [$0] } ?? [], key: record.key)
    }
}
