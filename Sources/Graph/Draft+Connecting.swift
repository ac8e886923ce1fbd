// The edges: declared needs, services used, gates passed, and what outputs → inputs imply.

import Manifest
import Patterns
import Vocabulary

extension Draft {
    /// The needs of every task, each other task at most once.
    func connect() -> [[Need]] {
        let resolver = NeedResolver(names: names, taskNames: definitions.map(\.name), findings: findings)
        let metrics = MetricTable(sites.tasks, findings: findings)
        let gates = Dictionary(gateSites.map { ($0.id, $0) }) { first, _ in first }
        var table: [[Need]] = []
        table.reserveCapacity(definitions.count)
        for position in definitions.indices {
            let id = TaskID(position)
            var row = NeedRow()
            switch definitions[position].kind {
            case .action, .expansion:
                if let site = origins[position] {
                    declaredNeeds(of: id, definitions[position], site, resolver, into: &row)
                    figures(of: site.declaration.table, before: id, metrics, into: &row)
                }
                inferredNeeds(of: definitions[position], id, into: &row)
                addGatesOfInferredNeeds(to: &row)
            case .gate:
                if let site = gates[id] { needs(of: site, metrics, resolver, into: &row) }
            case .service(let node):
                guard let service = sites.services.first(where: { $0.name == node.recipe.name })?.declaration else {
                    break
                }
                for need in service.needs {
                    for task in resolver.tasks(need.target.literal ?? "", scope: [], at: need.target.range) {
                        row.add(Need(task: task, kind: need.kind.kind, range: need.target.range))
                    }
                }
                services(service.uses, into: &row)
            }
            table.append(row.needs)
        }
        for (site, definition) in emptySites {
            var row = NeedRow()
            declaredNeeds(of: nil, definition, site, resolver, into: &row)
        }
        reportImpossibleClaims(metrics)
        reportSecondProducers()
        checkPools()
        return table
    }

    /// - Parameter id: nil for a stand-in.
    private func declaredNeeds(
        of id: TaskID?, _ definition: TaskDefinition, _ site: TaskSite, _ resolver: NeedResolver,
        into row: inout NeedRow
    ) {
        let scope = Scope(
            context: context, variables: variables, findings: findings, fileDirectory: site.fileDirectory,
            item: definition.instance.first { $0.name == "item" }?.value, matrix: definition.instance
        )
        for need in site.inherited.needs {
            let target = need.declaration.target
            guard let name = scope.text(target) else { continue }
            for task in resolver.tasks(name, scope: need.scope, at: target.range) {
                // A group's need does not bind the task it names, nor a pattern the task it stands in.
                if task == id, need.isFromGroup || NeedResolver.isPattern(name) { continue }
                row.add(Need(task: task, kind: need.declaration.kind.kind, range: target.range))
            }
        }
        services(site.inherited.keys.uses, into: &row)
    }

    private func services(_ uses: [Located<String>], into row: inout NeedRow) {
        for use in uses {
            if let service = names["services/\(use.value)"]?.first {
                // Its identity is handed on: what a service is decides what its users find.
                row.add(Need(task: service, kind: .hard, range: use.range))
            } else {
                let known = sites.services.map(\.name)
                findings.error(
                    "there is no service \"\(use.value)\"", at: use.range,
                    hint: suggestion(for: use.value, among: known).map { "did you mean \"\($0)\"?" }
                        ?? "declare it under `services:`"
                )
            }
        }
    }

    private func inferredNeeds(of task: TaskDefinition, _ id: TaskID, into row: inout NeedRow) {
        // Each instance writes its own file out, so that what excludes take from the others leaves it alone.
        if case .expansion(let expansion) = task.kind { inferredNeeds(of: task, expansion.patterns, id, into: &row) }
        if let inputs = task.inputs { inferredNeeds(of: task, inputs, id, into: &row) }
    }

    private func inferredNeeds(
        of task: TaskDefinition, _ inputs: [FilePattern], _ id: TaskID, into row: inout NeedRow
    ) {
        let excludes = inputs.filter(\.isExcluded).map(\.pattern)
        for input in inputs where !input.isExcluded {
            let remaining = PatternSet([input.pattern], excluding: excludes)
            for producer in index.meeting(input, in: task.territory) where producer.task != id {
                // `!pattern` takes the need away when nothing is left that both can match.
                guard excludes.isEmpty || remaining.canMeet(producer.pattern.pattern) else { continue }
                row.add(Need(task: producer.task, kind: .hard, range: input.range, isInferred: true))
            }
        }
    }

    private func checkPools() {
        let known = Set(files.flatMap(\.pools).map(\.name.value))
        for site in sites.tasks {
            guard let pool = site.inherited.keys.pool, !known.contains(pool.value) else { continue }
            findings.error(
                "there is no pool \"\(pool.value)\"", at: pool.range,
                hint: suggestion(for: pool.value, among: known.sorted()).map { "did you mean \"\($0)\"?" }
                    ?? "declare its size at the top: `pools: {\(pool.value): 2}`"
            )
        }
    }
}

/// The needs of one task: one entry per other task, the strongest kind wins.
struct NeedRow {
    private(set) var needs: [Need] = []
    private var positions: [TaskID: Int] = [:]

    mutating func add(_ need: Need) {
        if let position = positions[need.task] {
            if need.kind.isStronger(than: needs[position].kind) { needs[position] = need }
        } else {
            positions[need.task] = needs.count
            needs.append(need)
        }
    }
}

extension NeedDeclaration.Kind {
    var kind: Need.Kind {
        switch self {
        case .hard: .hard
        case .orderOnly: .orderOnly
        case .soft: .soft
        }
    }
}
