// Gates: judged in the loop when what they need is done, in every run. Knows no statistics.

import Evidence
import Graph
import Ports
import Schedule
public import Vocabulary

extension Engine {
    /// Judges a gate whose needs have all ended. One that nothing can be said of, because what it is about did not take
    /// place, shares the lot of that.
    func judge(_ id: TaskID, _ gate: Gate) {
        let culprit = graph.needs(of: id).map(\.task).first { scheduler.outcome(of: $0)?.isDone != true }
        let metric = reading(of: gate.metric, besides: baselineTasks(of: id, gate))
        if let culprit, case .missing = metric {
            let isCancelled = scheduler.outcome(of: culprit) == .cancelled
            return finish(id, isCancelled ? .cancelled : .blocked(by: culprit))
        }
        if let reason = skipReason(of: gate.metric) { return finish(id, .skipped(reason)) }
        let trials = repeatedTrials(of: gate)
        var result = gate.judged(
            by: GateReadings(metric: metric, limit: limit(of: id, gate), trials: trials?.evidence))
        if let trials { result.explanation += trials.remark }
        if options.observesGates { result.explanation += proposal(gate, metric) }
        let account = GateAccount(gate, result, isObserved: options.observesGates)
        summary.count(account)
        emit(.judged(id, account))
        if let culprit { return finish(id, .blocked(by: culprit)) }
        let passes = result.verdict == .pass || options.observesGates
        finish(id, passes ? .succeeded(attempts: 1) : .failed(.engine(result.explanation), attempts: 1))
    }

    /// How the executions of a task are to be counted for the claim that ends them, wherever it stands.
    private func repeatedTrials(of gate: Gate) -> RepeatedTrials? {
        for id in members(measuring: gate.metric) {
            guard let policy = definitions[id.index].repetition, let until = self.gate(named: policy.until),
                until.claimsTheSame(as: gate)
            else { continue }
            return RepeatedTrials(measuredEvidence[id]?.executions ?? [], until: gate, times: policy.times)
        }
        return nil
    }

    /// The definition of a task whose needs have ended: with the figures of its table, which are told, in their place.
    func tabulated(_ id: TaskID) -> TaskDefinition {
        let definition = definitions[id.index]
        guard let table = definition.table, definition.skipReason == nil else { return definition }
        let account = account(of: table, definition)
        emit(.tabulated(id, account))
        definitions[id.index] = definition.showing(account.markdown)
        return definitions[id.index]
    }

    func account(of table: FigureTable, _ definition: TaskDefinition) -> TableAccount {
        table.account(
            task: definition.name, title: definition.title, reading: { self.reading(of: $0) },
            trials: { self.repeatedTrials(of: $0)?.evidence })
    }

    /// Why nothing measured a metric: all that does was left out.
    private func skipReason(of metric: String) -> String? {
        let members = members(measuring: metric)
        let reasons = members.compactMap { id -> String? in
            if case .skipped(let reason)? = scheduler.outcome(of: id) { reason } else { nil }
        }
        return !members.isEmpty && reasons.count == members.count ? reasons[0] : nil
    }

    /// The tasks that measure a metric, instances in the place of what they were made from.
    private func members(measuring metric: String) -> [TaskID] {
        measurers[metric, default: []].flatMap { instances[$0] ?? [$0] }
    }

    /// The wanted tasks that declare each metric: one, or instances that were known when the graph was loaded.
    static func measurers(_ graph: Graph, _ isWanted: IDMap<Bool>) -> [String: [TaskID]] {
        var found: [String: [TaskID]] = [:]
        for id in graph.ids where isWanted[id] {
            for metric in graph[id].metrics { found[metric.name, default: []].append(id) }
        }
        return found
    }

    /// What the run comes to: every metric that has a value, once, in the order of the graph.
    public var metrics: [MetricAccount] {
        var told: Set<String> = []
        return graph.ids.filter { self.isWanted[$0] }.flatMap { id in
            self.graph[id].metrics.compactMap { metric -> MetricAccount? in
                guard told.insert(metric.name).inserted, case .measured(let value) = self.reading(of: metric.name)
                else { return nil }
                return MetricAccount(task: String(self.graph[id].name.prefix { $0 != "[" }), value)
            }
        }
    }

    /// The value of a metric over all instances of its task.
    private func reading(of metric: String, besides others: [TaskID] = []) -> Reading {
        let members = members(measuring: metric).filter { id in
            if case .skipped? = scheduler.outcome(of: id) { return false }
            return !others.contains(id)
        }
        return reading(of: metric, in: members)
    }

    private func reading(of metric: String, in members: [TaskID]) -> Reading {
        guard let first = members.first,
            let definition = definitions[first.index].metrics.first(where: { $0.name == metric })
        else { return .missing("nothing measured it") }
        return definition.aggregate(
            members.map { id in (definitions[id.index].name, reading(of: metric, at: id)) })
    }

    private func reading(of metric: String, at id: TaskID) -> Reading {
        guard let evidence = measuredEvidence[id] else {
            return .missing("\"\(definitions[id.index].name)\" did not run")
        }
        if let value = evidence.measurements.first(where: { $0.name == metric }) { return .measured(value) }
        let missing = evidence.missing.first { $0.name == metric }
        return .missing(missing?.reason ?? "it was not measured")
    }

    private func limit(of id: TaskID, _ gate: Gate) -> Reading? {
        switch gate.limit {
        case .number, .share: nil
        case .metric(let name): reading(of: name)
        case .baseline(let baseline) where baseline.kind == .task:
            reading(of: gate.metric, in: baselineTasks(of: id, gate).flatMap { instances[$0] ?? [$0] })
        case .baseline(let baseline): ports.history.baseline(baseline.kind, baseline.name, of: gate.metric)
        }
    }

    /// The tasks that a gate compares with, which are among its needs. Their names stand in the gate as they were written.
    private func baselineTasks(of id: TaskID, _ gate: Gate) -> [TaskID] {
        guard case .baseline(let baseline) = gate.limit, baseline.kind == .task else { return [] }
        return graph.needs(of: id).map(\.task).filter { need in
            let name = definitions[need.index].name
            let whole = name.prefix { $0 != "[" }
            return [name, String(whole)].contains { $0 == baseline.name || $0.hasSuffix("/" + baseline.name) }
        }
    }

    /// What `--observe` adds: a limit that the history of the metric suggests.
    private func proposal(_ gate: Gate, _ metric: Reading) -> String {
        var values = ports.history.pastValues(of: gate.metric)
        // A value that came from the cache was measured in one of those runs, and counts once.
        if case .measured(let value) = metric, !values.contains(where: { $0.provenance.run == value.provenance.run }) {
            values.insert(value, at: 0)
        }
        guard let certainty = gate.certainty ?? Certainty(percent: 95) else { return "" }
        do throws(LimitProposal.Objection) {
            let proposal = try LimitProposal(from: values, certainty: certainty)
            return "; proposed: \(proposal.expression) (\(proposal.reason))"
        } catch {
            return "; no limit is proposed: \(error.reason)"
        }
    }
}

extension RunSummary {
    /// What is only observed does not count.
    fileprivate mutating func count(_ account: GateAccount) {
        guard !account.isObserved else { return }
        switch account.result.verdict {
        case .pass: gatesPassed += 1
        case .fail: gatesFailed += 1
        case .notEnoughData: gatesUndecided += 1
        }
    }
}
