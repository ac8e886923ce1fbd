// Gates as nodes `task#name` and `group#name`: what they need, and what waits for them. Judges nothing.

import Manifest
import Vocabulary

/// A gate before it is known which metrics there are.
struct GateSite {
    let id: TaskID
    let gate: Gate
    let declaration: GateDeclaration
    /// Full name of the task or group that it stands in.
    let owner: String
    /// The groups from which names are looked up.
    let scope: [String]
    /// The task; nil for a group's gate.
    let task: TaskSite?
}

/// Who measures what: metric names are unique in the graph.
struct MetricTable {
    struct Entry {
        let task: TaskSite
        let declaration: MetricDeclaration
    }

    private(set) var entries: [String: Entry] = [:]

    /// Reports metrics that two tasks have.
    init(_ sites: [TaskSite], findings: Findings) {
        for site in sites {
            for metric in site.declaration.metrics {
                if let first = entries[metric.name.value] {
                    findings.error(
                        "metric \"\(metric.name.value)\" is measured by \"\(first.task.name)\" already",
                        at: metric.name.range,
                        notes: [.init("first declared here", at: first.declaration.name.range)],
                        hint: "names of metrics are unique in all files; \"\(site.name).…\" would be one"
                    )
                } else {
                    entries[metric.name.value] = Entry(task: site, declaration: metric)
                }
            }
        }
    }

    /// Nil after an error was reported.
    func entry(_ name: Located<String>, _ findings: Findings) -> Entry? {
        if let entry = entries[name.value] { return entry }
        let known = entries.keys.sorted()
        findings.error(
            "there is no metric \"\(name.value)\"", at: name.range,
            hint: suggestion(for: name.value, among: known).map { "did you mean \"\($0)\"?" }
                ?? "declare it under `metrics:` of the task that measures it"
        )
        return nil
    }
}

extension Draft {
    /// The owner's tasks, and those that measure what the gate names.
    func needs(of site: GateSite, _ metrics: MetricTable, _ resolver: NeedResolver, into row: inout NeedRow) {
        guard let comparison = site.declaration.comparison else { return }
        addTasks(named: site.owner, before: site.id, at: site.declaration.name.range, into: &row)
        if let entry = metrics.entry(comparison.metric, findings) {
            addTasks(named: entry.task.name, .figures, at: comparison.metric.range, into: &row)
        }
        if case .metric(let other) = comparison.limit, let entry = metrics.entry(other, findings) {
            addTasks(named: entry.task.name, .figures, at: other.range, into: &row)
        }
        if case .baseline(let baseline) = site.gate.limit, baseline.kind == .task,
            let declared = site.declaration.baseline
        {
            for task in resolver.tasks(baseline.name, scope: site.scope, at: declared.name.range) {
                guard measures(task, site.gate.metric) else {
                    findings.error(
                        "\"\(definitions[task.index].name)\" does not measure \"\(site.gate.metric)\"",
                        at: declared.name.range,
                        hint:
                            "a task as baseline is an instance of the one that measures it; compare with another metric "
                            + "by its name")
                    continue
                }
                row.add(Need(task: task, kind: .figures, range: declared.name.range))
            }
        }
    }

    private func measures(_ task: TaskID, _ metric: String) -> Bool {
        definitions[task.index].metrics.contains { $0.name == metric }
    }

    private func addTasks(
        named name: String, _ kind: Need.Kind = .hard, before id: TaskID? = nil, at range: SourceRange,
        into row: inout NeedRow
    ) {
        for task in names[name] ?? [] where !isGate(task) && (id.map { task < $0 } ?? true) {
            row.add(Need(task: task, kind: kind, range: range))
        }
    }

    /// A table waits for all who measure its figures. Nothing but the figures is handed on: they stand in what is run.
    func figures(of table: [TableRowDeclaration], before id: TaskID, _ metrics: MetricTable, into row: inout NeedRow) {
        for name in table.flatMap(\.metrics) {
            guard let entry = metrics.entry(name, findings) else { continue }
            for task in names[entry.task.name] ?? [] where !isGate(task) && task != id {
                row.add(Need(task: task, kind: .figures, range: name.range))
            }
        }
    }

    func isGate(_ id: TaskID) -> Bool {
        if case .gate = definitions[id.index].kind { true } else { false }
    }

    /// What reads the outputs of a task waits for the task's gates too, as what names it does.
    func addGatesOfInferredNeeds(to row: inout NeedRow) {
        for need in row.needs where need.isInferred {
            guard let producer = origins[need.task.index], !producer.declaration.gates.isEmpty else { continue }
            for gate in names[producer.name] ?? [] where isGate(gate) {
                row.add(Need(task: gate, kind: .orderOnly, range: need.range, isInferred: true))
            }
        }
    }
}
