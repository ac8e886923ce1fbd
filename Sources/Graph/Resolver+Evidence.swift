// Metrics and gates of a task: templates resolved, paths anchored, limits read. Which metrics there are is a rule's matter.

import Manifest
import Vocabulary

extension Resolver {
    func metric(
        _ declaration: MetricDeclaration, _ scope: Scope, _ directory: String, isView: Bool
    ) -> MetricDefinition? {
        let files = patterns(declaration.files, scope, directory: directory, isView: isView).map(\.spelling)
        let value = declaration.value.map { scope.text($0) }
        // A name that is not defined was reported.
        if case .some(nil) = value { return nil }
        let text = (value ?? nil) ?? ""
        let source: MetricDefinition.Source?
        switch declaration.source.value {
        case .junit: source = MetricDefinition.JUnitValue(rawValue: text).map { .junit(files: files, $0) }
        case .coverage: source = MetricDefinition.CoverageValue(rawValue: text).map { .coverage(files: files, $0) }
        case .json: source = .document(.json, files: files, path: text)
        case .toml: source = .document(.toml, files: files, path: text)
        case .yaml: source = .document(.yaml, files: files, path: text)
        case .count: source = .count(files: files, expression: value ?? nil)
        case .duration: source = .duration
        case .services: source = MetricDefinition.ServiceValue(rawValue: text).map { .services($0) }
        case .run: source = declaration.command.flatMap { command($0, scope) }.map { .command($0) }
        }
        guard let source else { return nil }
        var metric = MetricDefinition(name: declaration.name.value, source: source, at: declaration.name.range)
        metric.aggregate = declaration.aggregate?.value
        metric.maximumAge = declaration.maximumAge?.value.nanoseconds
        metric.declaredUnit = declaration.unit
        metric.declaredDirection = declaration.better.map { $0 == .higher ? .higherIsBetter : .lowerIsBetter }
        metric.isSameRun = declaration.sameRun?.value ?? false
        return metric
    }

    /// Nil after an error was reported.
    ///
    /// - Parameter owner: full name of the task or group that the gate stands in.
    func gate(_ declaration: GateDeclaration, of owner: String, _ scope: Scope) -> Gate? {
        guard let comparison = declaration.comparison,
            let limit = limit(comparison.limit, declaration.baseline, scope)
        else { return nil }
        return Gate(
            name: "\(owner)#\(declaration.name.value)", metric: comparison.metric.value,
            comparison: comparison.operator,
            factor: comparison.factor, limit: limit, certainty: comparison.confidence.flatMap(Certainty.init)
        )
    }

    /// Nil: there is none, or an error was reported.
    func table(_ rows: [TableRowDeclaration], _ scope: Scope) -> FigureTable? {
        guard !rows.isEmpty else { return nil }
        return FigureTable(
            rows: rows.compactMap { row in
                guard let title = scope.text(row.title) else { return nil }
                var target: Gate?
                if let wanted = row.target {
                    guard let limit = limit(wanted.limit, nil, scope) else { return nil }
                    target = Gate(
                        name: title, metric: row.after.value, comparison: wanted.operator, factor: wanted.factor,
                        limit: limit, certainty: wanted.confidence.flatMap(Certainty.init))
                }
                return FigureTable.Row(
                    title: title, before: row.before?.value, after: row.after.value, target: target)
            })
    }

    private func limit(
        _ operand: GateComparison.Operand, _ declared: BaselineDeclaration?, _ scope: Scope
    ) -> Gate.Limit? {
        switch operand {
        case .number(let number): return .number(number)
        case .percentage(let number): return .share(number / 100)
        case .metric(let name): return .metric(name.value)
        case .baseline:
            guard let baseline = declared, let name = scope.text(baseline.name) else { return nil }
            return .baseline(Gate.Baseline(baseline.kind.value, name))
        case .reference(let reference):
            let template = Template(segments: [.reference(reference)], range: reference.range)
            guard let text = scope.text(template) else { return nil }
            switch GateComparison.Operand(numberText: text) {
            case .number(let number): return .number(number)
            case .percentage(let number): return .share(number / 100)
            default:
                findings.error(
                    "a gate compares with a number or a percentage, and `\(reference.name)` is \"\(text)\"",
                    at: reference.range, hint: "write a value such as 0.9 or 90%")
                return nil
            }
        }
    }
}

extension GateComparison.Operand {
    /// Where it is written; nil for a number, which has its place in the comparison's.
    var range: SourceRange? {
        switch self {
        case .number, .percentage: nil
        case .metric(let name): name.range
        case .baseline(let range): range
        case .reference(let reference): reference.range
        }
    }
}
