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
                let found = try value(of: metric, execution, place, &reports)
                evidence.measurements.append(measurement(of: metric, found))
            } catch {
                evidence.missing.append(MissingMetric(name: metric.name, reason: error.reason))
            }
        }
        evidence.tests = reports.cases.map(TestResult.init)
        return evidence
    }

    func measurement(of metric: MetricDefinition, _ found: MeasuredValue) -> Measurement {
        Measurement(
            name: metric.name, value: found.value, unit: metric.unit, direction: metric.direction,
            sample: found.sample,
            provenance: Provenance(run: options.run, host: options.host, time: startedAt))
    }

    private func value(
        of metric: MetricDefinition, _ execution: Execution, _ place: Place, _ reports: inout ReportShelf
    ) throws(MissingValue) -> MeasuredValue {
        switch metric.source {
        case .junit(let files, .flakeRate): return try flakeRate(files, execution, &reports)
        case .junit(let files, let value):
            let counts = TestCounts(of: try reports.tests(in: files))
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
        case .document, .count:
            do throws(ConditionFailure) {
                return MeasuredValue(value: try number(metric.source, in: place))
            } catch {
                throw MissingValue(error.message)
            }
        case .command: throw MissingValue("its command was not run")
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
        _ files: [String], _ execution: Execution, _ reports: inout ReportShelf
    ) throws(MissingValue) -> MeasuredValue {
        var run = RepeatedRun(isBroken: !execution.isSuccess)
        do throws(MissingValue) {
            let tests = try reports.tests(in: files)
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

extension TestResult {
    fileprivate init(_ test: TestCase) {
        self.init(
            id: test.id, outcome: test.outcome, seconds: test.seconds ?? 0, message: test.message,
            details: test.details, file: test.file, line: test.line)
    }
}
