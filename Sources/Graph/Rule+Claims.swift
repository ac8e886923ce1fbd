// Rule: what a gate claims can be true or false: units agree, certainty is possible, and `repeat` runs often enough.

import Evidence
import Manifest
import Vocabulary

extension Draft {
    /// Reports what is wrong with the gates whose metrics are known.
    func reportImpossibleClaims(_ metrics: MetricTable) {
        for site in gateSites {
            guard let comparison = site.declaration.comparison,
                let metric = metricDefinition(site.gate.metric, metrics)
            else { continue }
            reportUnits(site.gate, metric, at: comparison)
            guard site.gate.certainty != nil, isClaimPossible(site.gate, metric, at: comparison) else { continue }
            reportFewRuns(site, metric, metrics)
        }
        for site in sites.tasks { reportUntil(site, metrics) }
    }

    private func metricDefinition(_ name: String, _ metrics: MetricTable) -> MetricDefinition? {
        guard let entry = metrics.entries[name], let task = names[entry.task.name]?.first else { return nil }
        return definitions[task.index].metrics.first { $0.name == name }
    }

    private func reportUnits(_ gate: Gate, _ metric: MetricDefinition, at comparison: GateComparison) {
        switch (metric.unit, gate.limit) {
        case (.share, .number(let number)) where number * gate.factor > 1:
            let shown = Gate.text(number)
            findings.error(
                "\"\(metric.name)\" is a share, which is never more than 1, and the gate compares it with \(shown)",
                at: comparison.metric.range, hint: "write \(shown)%")
        case (.count, .share(let share)), (.seconds, .share(let share)), (.bytes, .share(let share)):
            findings.error(
                "\"\(metric.name)\" counts \(metric.unit.noun), and \(Gate.text(share * 100))% is a share",
                at: comparison.metric.range,
                hint: "compare with a number, or with a part of something: \(Gate.text(share)) * baseline")
        default: break
        }
    }

    private func isClaimPossible(_ gate: Gate, _ metric: MetricDefinition, at comparison: GateComparison) -> Bool {
        guard metric.trial != nil else {
            findings.error(
                "nothing is certain about \"\(metric.name)\": it is measured, not counted in trials",
                at: comparison.metric.range,
                hint: "`flake_rate` and `pass_rate` of `junit` are counted; without `at` the number itself decides")
            return false
        }
        switch gate.limit {
        case .metric, .baseline:
            findings.error(
                "a claim with a certainty compares with a number: what is measured is itself not certain",
                at: comparison.limit.range, hint: "write a percentage, or leave `at` out")
            return false
        case .number(let limit), .share(let limit):
            guard RateClaim(gate, limit: limit * gate.factor) == nil else { return true }
            findings.error(
                "no number of runs makes it certain that a rate is \(gate.comparison.rawValue) "
                    + "\(Gate.text(limit * gate.factor * 100))%", at: comparison.metric.range,
                hint: "choose a limit between 0% and 100%, both excluded")
            return false
        }
    }

    /// A gate that the runs of its task can never pass.
    private func reportFewRuns(_ site: GateSite, _ metric: MetricDefinition, _ metrics: MetricTable) {
        guard metric.trial == .suiteRun, let runner = metrics.entries[metric.name]?.task,
            let claim = RateClaim(site.gate, limit: site.gate.limit.number * site.gate.factor)
        else { return }
        let repetition = runner.declaration.repetition
        let isSequential = repetition?.until?.value == site.declaration.name.value && site.task === runner
        let times = repetition?.times.value ?? 1
        let fewest = claim.fewestTrials(isSequential: isSequential)
        guard times < fewest else { return }
        let name = site.declaration.name.value
        let atOnce = claim.fewestTrials(isSequential: false)
        findings.report(
            Diagnostic(
                .warning,
                "the gate \"\(name)\" cannot pass: it takes \(fewest) runs without a mishap, and \"\(runner.name)\" "
                    + (times == 1 ? "runs once" : "runs \(isSequential ? "at most " : "")\(times) times"),
                at: repetition?.times.range ?? site.declaration.name.range,
                notes: repetition == nil ? [] : [.init("the gate is here", at: site.declaration.name.range)],
                hint: repetition == nil
                    ? "give \"\(runner.name)\" a `repeat: {times: \(claim.fewestTrials(isSequential: true)), until: \(name)}`"
                    : "write times: \(fewest) or more"
                        + (isSequential
                            ? "; \(atOnce) without `until`, because looking after every run has its price" : "")
            ))
    }

    private func reportUntil(_ site: TaskSite, _ metrics: MetricTable) {
        guard let until = site.declaration.repetition?.until else { return }
        let own = site.declaration.gates
        guard let gate = own.first(where: { $0.name.value == until.value }) else {
            findings.error(
                "\"\(site.name)\" has no gate \"\(until.value)\"", at: until.range,
                hint: suggestion(for: until.value, among: own.map(\.name.value)).map { "did you mean \"\($0)\"?" }
                    ?? "declare it under `gates:` of the same task")
            return
        }
        guard let comparison = gate.comparison else { return }
        guard comparison.confidence == nil else {
            guard let metric = metricDefinition(comparison.metric.value, metrics), metric.trial == .testRun else {
                return
            }
            findings.error(
                "`until` wants a claim about executions, and \"\(metric.name)\" counts tests", at: until.range,
                notes: [.init("the gate is here", at: gate.name.range)],
                hint: "name a gate on a flake_rate; this one is judged in the end all the same")
            return
        }
        findings.report(
            Diagnostic(
                .warning, "the first run decides the gate \"\(until.value)\", so nothing is repeated", at: until.range,
                notes: [.init("it claims nothing with a certainty", at: gate.name.range)],
                hint: "write \"at 95%\" behind it, or leave `until` out"))
    }
}

extension Gate.Limit {
    /// Of a number or a share; else 0.
    fileprivate var number: Double {
        switch self {
        case .number(let number), .share(let number): number
        case .metric, .baseline: 0
        }
    }
}

extension Gate {
    /// A number as people write it.
    fileprivate static func text(_ number: Double) -> String {
        // What binary fractions add to a decimal number is left out.
        let rounded = (number * 1e9).rounded() / 1e9
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : rounded.description
    }
}

extension MetricUnit {
    fileprivate var noun: String {
        switch self {
        case .number, .share: "a number"
        case .count: "things"
        case .seconds: "seconds"
        case .bytes: "bytes"
        }
    }
}
