// The rows of a table with their figures, and judged against what is wanted. Pure: the values are given.

public import Vocabulary

extension FigureTable {
    /// - Parameters:
    ///   - reading: the value of a metric in this run.
    ///   - trials: how a claim was counted, if it is looked at after every execution.
    public func account(
        task: String, title: String?, reading: (String) -> Reading, trials: (Gate) -> TrialEvidence? = { _ in nil }
    ) -> TableAccount {
        TableAccount(task: task, title: title, rows: rows.map { $0.account(reading: reading, trials: trials) })
    }
}

extension FigureTable.Row {
    fileprivate func account(reading: (String) -> Reading, trials: (Gate) -> TrialEvidence?) -> TableAccount.Row {
        let before = before.map(reading)
        let after = reading(self.after)
        let result = target.map {
            $0.judged(by: GateReadings(metric: after, limit: limit(of: $0, reading), trials: trials($0)))
        }
        return TableAccount.Row(
            title: title, before: before?.measurement?.value, after: after.measurement?.value,
            beforeText: before?.text ?? "–", afterText: after.text + (result.map { certain($0) } ?? ""),
            targetText: target.map { $0.targetText(unit: after.measurement?.unit ?? .number) } ?? "",
            verdict: result?.verdict, note: note(before, after, result))
    }

    private func limit(of gate: Gate, _ reading: (String) -> Reading) -> Reading? {
        if case .metric(let other) = gate.limit { reading(other) } else { nil }
    }

    private func note(_ before: Reading?, _ after: Reading, _ result: GateResult?) -> String {
        if case .missing(let reason)? = before { return "before: \(reason)" }
        if let result { return result.explanation }
        if case .missing(let reason) = after { return reason }
        return ""
    }

    /// ` (at most 4.9%)`: what a claim is certain of.
    private func certain(_ result: GateResult) -> String {
        guard let bounds = result.bounds, let target else { return "" }
        switch target.comparison {
        case .less, .atMost: return " (at most \(MetricProse.value(bounds.upperBound, .share, digits: 2, .up)))"
        default: return " (at least \(MetricProse.value(bounds.lowerBound, .share, digits: 3, .down)))"
        }
    }
}

extension Gate {
    /// `>= 100`, `< 5% at 95%`, `<= 0.6 × parallel.seconds`
    fileprivate func targetText(unit: MetricUnit) -> String {
        let certainty = certainty.map { " at \(MetricProse.percent($0))" } ?? ""
        let limitText =
            switch limit {
            case .number(let number): MetricProse.value(factor * number, unit)
            case .share(let share): MetricProse.value(factor * share, .share)
            case .metric, .baseline: (factor == 1 ? "" : "\(MetricProse.decimal(factor)) × ") + limitName
            }
        return "\(comparison.rawValue) \(limitText)\(certainty)"
    }
}

extension Reading {
    fileprivate var measurement: Measurement? {
        if case .measured(let measurement) = self { measurement } else { nil }
    }

    fileprivate var text: String { measurement.map { MetricProse.value($0.value, $0.unit) } ?? "–" }
}
