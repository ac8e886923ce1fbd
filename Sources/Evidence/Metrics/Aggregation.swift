// One value out of those of all instances of a task. Measures nothing.

public import Vocabulary

extension MetricDefinition {
    /// The value of the metric over all instances of its task.
    ///
    /// Without `aggregate`, counts, seconds and bytes add up, shares that were counted are those of all trials together,
    /// and everything else is the mean. A value that one instance did not deliver is missing for the whole: a total that
    /// leaves out a part looks like a better or worse one.
    ///
    /// - Parameters:
    ///   - instances: a reading per instance, with its name.
    ///   - areRepetitions: they are executions of one task, so that nothing adds up.
    public func aggregate(_ instances: [(name: String, reading: Reading)], areRepetitions: Bool = false) -> Reading {
        var measured: [Measurement] = []
        var missing: [String] = []
        for (name, reading) in instances {
            switch reading {
            case .measured(let measurement) where measurement.value.isFinite: measured.append(measurement)
            case .measured(let measurement): missing.append("\(name): \(measurement.value) is not a number")
            case .missing(let reason): missing.append(instances.count > 1 ? "\(name): \(reason)" : reason)
            }
        }
        if measured.count == 1, instances.count == 1 { return .measured(measured[0]) }
        guard missing.isEmpty, let first = measured.first else {
            return .missing(
                Self.sentence(
                    missing: missing, of: instances.count, areRepetitions ? "executions" : "instances"))
        }
        return .measured(combined(measured, first, addsUp: unit.isAdditive && !areRepetitions))
    }

    private func combined(_ parts: [Measurement], _ first: Measurement, addsUp: Bool) -> Measurement {
        var result = parts.min { $0.provenance.time < $1.provenance.time } ?? first
        result.provenance.isRestored = parts.contains { $0.provenance.isRestored }
        let values = parts.map(\.value)
        let sum = values.reduce(0, +)
        switch aggregate {
        case .sum:
            result.value = sum
            result.sample = nil
        case .mean:
            result.value = sum / Double(values.count)
            result.sample = nil
        case .min: result.take(parts.min { $0.value < $1.value } ?? first)
        case .max: result.take(parts.max { $0.value < $1.value } ?? first)
        case nil:
            result.sample = Sample(pooling: parts.map(\.sample))
            result.value = result.sample?.share ?? (addsUp ? sum : sum / Double(values.count))
        }
        return result
    }

    private static func sentence(missing: [String], of count: Int, _ noun: String) -> String {
        switch (missing.count, count) {
        case (_, 0): return "the task has no instances"
        case (1, 1): return missing[0]
        default:
            let shown = missing.prefix(3).joined(separator: "; ") + (missing.count > 3 ? "; …" : "")
            return "\(missing.count) of \(count) \(noun) have no value (\(shown))"
        }
    }
}

extension Measurement {
    /// The value of an instance as that of all.
    fileprivate mutating func take(_ part: Measurement) {
        value = part.value
        sample = part.sample
    }
}

extension Sample {
    /// All trials together; nil when a part was not counted, or counted something else, or nothing was tried.
    init?(pooling parts: [Sample?]) {
        let known = parts.compactMap(\.self)
        guard let unit = known.first?.unit, known.count == parts.count, known.allSatisfy({ $0.unit == unit }) else {
            return nil
        }
        self.init(
            events: known.reduce(0) { $0 + $1.events }, trials: known.reduce(0) { $0 + $1.trials }, unit: unit)
        if trials == 0 { return nil }
    }
}
