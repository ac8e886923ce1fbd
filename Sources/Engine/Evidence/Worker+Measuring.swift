// After a task's command, however it ended: its metrics, out of the files that it left. Commands are left to the loop.

import Conditions
import Evidence
import Graph
import Ports
import Vocabulary

/// A number, and what was counted for it.
struct MeasuredValue {
    var value: Double
    var sample: Sample?
}

extension Worker {
    /// The values of a task's metrics but for those that a command prints.
    ///
    /// - Parameter directory: where the task saw the place.
    func measure(
        _ task: TaskDefinition, _ execution: Execution, in place: Place, seenAt directory: String
    ) -> TaskEvidence {
        var evidence = TaskEvidence()
        guard !task.metrics.isEmpty else { return evidence }
        var reports = ReportShelf(place, root: directory)
        for metric in task.metrics where metric.command == nil {
            do throws(MissingValue) {
                let found = try value(of: metric, task, execution, place, &reports)
                evidence.measurements.append(measurement(of: metric, found))
            } catch {
                evidence.missing.append(MissingMetric(name: metric.name, reason: error.reason))
            }
        }
        evidence.tests = reports.cases.map { result($0, of: task) }
        return evidence
    }

    func measurement(of metric: MetricDefinition, _ found: MeasuredValue) -> Measurement {
        Measurement(
            name: metric.name, value: found.value, unit: metric.unit, direction: metric.direction,
            sample: found.sample,
            provenance: Provenance(run: options.run, host: options.host, time: startedAt))
    }

    private func value(
        of metric: MetricDefinition, _ task: TaskDefinition, _ execution: Execution, _ place: Place,
        _ reports: inout ReportShelf
    ) throws(MissingValue) -> MeasuredValue {
        switch metric.source {
        case .junit(let files, .flakeRate): return try flakeRate(files, task, execution, &reports)
        case .junit(let files, let value):
            let counts = TestCounts(of: excusing(try reports.tests(in: files), of: task))
            guard let number = counts[value] else { throw MissingValue("no test ran") }
            return MeasuredValue(value: number, sample: counts.sample(value))
        case .coverage(let files, let value):
            guard let number = try reports.coverage(in: files)[value] else {
                throw MissingValue("the report has nothing to cover")
            }
            return MeasuredValue(value: number)
        case .duration:
            guard execution.usage.wall > 0 else { throw MissingValue("nothing was run") }
            return MeasuredValue(value: Double(execution.usage.wall) / 1e9)
        case .services(let value): return try number(value, of: execution.served)
        case .document, .count:
            do throws(ConditionFailure) {
                return MeasuredValue(value: try number(metric.source, in: place))
            } catch {
                throw MissingValue(error.message)
            }
        case .command: throw MissingValue("its command was not run")
        }
    }

    private func number(
        _ value: MetricDefinition.ServiceValue, of uses: [ServiceUse]
    ) throws(MissingValue) -> MeasuredValue {
        let instances = uses.reduce(0) { $0 + $1.instances }
        switch value {
        case .instances: return MeasuredValue(value: Double(instances))
        case .ready, .slowest:
            guard instances > 0 else { throw MissingValue("it had no instance of a service") }
            let waited = uses.reduce(0) { $0 + Double($1.waited) } / Double(instances)
            return MeasuredValue(value: (value == .ready ? waited : Double(uses.map(\.longest).max() ?? 0)) / 1e9)
        }
    }

    private func number(_ source: MetricDefinition.Source, in place: Place) throws(ConditionFailure) -> Double {
        switch source {
        case .document(let format, let files, let path): try place.number(at: path, of: format, in: files)
        case .count(let files, let expression): Double(try place.count(expression, in: files))
        default: 0
        }
    }

    /// One execution of the suite is one trial. One that failed without a report, or with none to blame in it, was not
    /// clean; one that is said to have gone well and left no report is not known.
    private func flakeRate(
        _ files: [String], _ task: TaskDefinition, _ execution: Execution, _ reports: inout ReportShelf
    ) throws(MissingValue) -> MeasuredValue {
        var run = RepeatedRun(isBroken: !execution.isSuccess)
        do throws(MissingValue) {
            let tests = excusing(try reports.tests(in: files), of: task)
            let dirty = tests.filter { $0.outcome.isBad || $0.outcome == .flaky }.map(\.id)
            guard tests.contains(where: { $0.outcome != .skipped }) || run.isBroken else {
                throw MissingValue("no test ran")
            }
            run = RepeatedRun(isBroken: run.isBroken, failed: Set(dirty))
        } catch {
            guard run.isBroken else { throw error }
        }
        let sample = [run].suiteSample
        return MeasuredValue(value: sample.share ?? 0, sample: sample)
    }
}

extension MetricDefinition {
    /// What prints its number; nil: it is found in files, or by the engine.
    var command: Command? {
        if case .command(let command) = source { command } else { nil }
    }
}

extension TaskDefinition {
    /// Whether a metric needs a process.
    var measuresByCommand: Bool { metrics.contains { $0.command != nil } }
}
