// A metric over runs and against its gate: before, now, target. Reads values and judges nothing.

import Vocabulary

/// A row of the table of figures.
struct MetricComparison {
    var name: String
    var now: Measurement
    /// Its values in the earlier runs in which it was measured, oldest first.
    var history: [Measurement]
    /// The gate that is about this metric; the first of several.
    var gate: GateAccount?

    var first: Measurement? { history.first }
    var previous: Measurement? { history.last }

    enum Trend: String {
        case better, worse, same, changed
    }

    /// From the run before to this one; nil without one.
    var trend: Trend? {
        guard let before = previous?.value else { return nil }
        if abs(now.value - before) <= 1e-12 * max(abs(now.value), abs(before)) { return .same }
        return switch now.direction {
        case .higherIsBetter: now.value > before ? .better : .worse
        case .lowerIsBetter: now.value < before ? .better : .worse
        case .unknown: .changed
        }
    }
}

extension RunFacts {
    /// All metrics of the run.
    var comparisons: [MetricComparison] {
        var history: [String: [Measurement]] = [:]
        for run in earlier.suffix(30) {
            // A value that a hit brought along is not a new point.
            for value in run.metrics.map(\.measurement) where !value.provenance.isRestored {
                history[value.name, default: []].append(value)
            }
        }
        let gates = Dictionary(run.gates.map { ($0.gate.metric, $0) }) { first, _ in first }
        return run.metrics.map(\.measurement).map { value in
            MetricComparison(name: value.name, now: value, history: history[value.name] ?? [], gate: gates[value.name])
        }
    }
}
