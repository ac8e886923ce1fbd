// `metrics` and `flakes`: what earlier runs measured. Runs nothing and waits for nobody.

import Evidence
import Graph
import Host
import Ports
import Report
import Vocabulary

enum MetricsCommand {
    /// How many runs are looked at.
    private static let runs = 200

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let history = try EvidenceHistory.open(invocation)
        if invocation.delivers { return try deliver(history) }
        let table: MetricTable
        var isTrend = false
        switch (invocation.comparison, invocation.operands.count) {
        case (let range?, 0): table = try compare(range, history)
        case (nil, 0): table = latest(history)
        case (nil, 1):
            table = trend(invocation.operands[0], history)
            isTrend = true
        default:
            throw CommandFailure(
                .usage, "taskgraph: metrics wants one name at most, and none with --compare: taskgraph metrics NAME\n")
        }
        if invocation.isJSON {
            Output.write(table.json)
        } else if invocation.isCSV {
            Output.print(table.csv)
        } else {
            Output.print(isTrend ? table.trend : table.text)
        }
        return .done
    }

    private static func deliver(_ history: any WholeHistory) throws(CommandFailure) -> ExitCode {
        guard let shared = history as? SharedHistory else {
            throw CommandFailure(
                .usage, "taskgraph: there is no server to deliver to\n  hint: TASKGRAPH_METRICS_URL names it\n")
        }
        let (sent, waiting) = shared.deliver()
        Output.print("\(sent) sent, \(waiting) waiting\n")
        return waiting == 0 ? .done : .failed
    }

    /// The last value of each metric, against the one before it.
    private static func latest(_ history: any WholeHistory) -> MetricTable {
        let gates = Dictionary(grouping: history.gates(limit: runs)) { "\($0.run) \($0.metric)" }
        let all = Dictionary(grouping: history.measurements(of: nil, branch: nil, limit: runs)) { $0.measurement.name }
        return MetricTable(
            all.keys.sorted().compactMap { name in
                guard let values = all[name], let last = values.first else { return nil }
                return row(last, before: values.dropFirst().first, gates)
            })
    }

    private static func trend(_ name: String, _ history: any WholeHistory) -> MetricTable {
        let gates = Dictionary(grouping: history.gates(limit: runs)) { "\($0.run) \($0.metric)" }
        let values = history.measurements(of: name, branch: nil, limit: runs)
        return MetricTable(
            values.indices.reversed().map { index in
                row(values[index], before: index + 1 < values.count ? values[index + 1] : nil, gates)
            })
    }

    private static func row(
        _ value: PastMeasurement, before: PastMeasurement?, _ gates: [String: [PastGate]]
    ) -> MetricTable.Row {
        let verdicts = gates["\(value.run.row) \(value.measurement.name)", default: []].map { gate in
            "\(gate.name): \(gate.verdict.rawValue)" + (gate.isObserved ? " (observed)" : "")
        }
        return MetricTable.Row(
            value.measurement, task: value.task, run: value.run.name, before: before?.measurement.value,
            verdicts: verdicts)
    }

    /// `A..B`: numbers or ids of runs, or branches, of which the latest values count.
    private static func compare(
        _ range: (before: String, after: String), _ history: any WholeHistory
    ) throws(CommandFailure) -> MetricTable {
        let before = try values(range.before, history)
        let after = try values(range.after, history)
        return MetricTable(
            after.keys.sorted().compactMap { name in
                guard let value = after[name] else { return nil }
                return MetricTable.Row(
                    value.measurement, task: value.task, run: range.after, before: before[name]?.measurement.value)
            })
    }

    private static func values(
        _ name: String, _ history: any WholeHistory
    ) throws(CommandFailure) -> [String: PastMeasurement] {
        let all = history.measurements(of: nil, branch: nil, limit: runs)
        let ofRun = all.filter {
            $0.run.name == name || name.utf8.count >= 6 && $0.run.id.hasPrefix(name.lowercased())
        }
        let ofBranch = history.measurements(of: nil, branch: name, limit: runs)
        let found = name == "last" ? all.filter { $0.run == all.first?.run } : ofRun.isEmpty ? ofBranch : ofRun
        guard !found.isEmpty else {
            throw CommandFailure(
                .usage,
                "taskgraph: no run and no branch \(name) has measured anything\n  hint: taskgraph metrics NAME shows the runs of a metric\n"
            )
        }
        return Dictionary(found.map { ($0.measurement.name, $0) }) { latest, _ in latest }
    }
}

enum FlakesCommand {
    private static let certainty = 95.0

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.isEmpty else {
            throw CommandFailure(.usage, "taskgraph: flakes wants nothing behind it\n")
        }
        let tests = try EvidenceHistory.open(invocation).tests(since: 0)
        guard let level = Certainty(percent: certainty) else { return .done }
        let ledger = FlakeLedger(tests.lazy.map(TestObservation.init), certainty: level)
        let excused = quarantined(try Project.load(invocation))
        let items = ledger.records.map { record in
            var item = FlakeList.Item(record)
            item.quarantine = excused[item.test]
            return item
        }
        let list = FlakeList(items, certainty: certainty)
        if invocation.isJSON { Output.write(list.json) } else { Output.print(list.text) }
        return .done
    }
}

extension FlakesCommand {
    /// Until when, and who mends it, by test.
    private static func quarantined(_ project: Project) -> [String: String] {
        let entries = project.graph.tasks.values.flatMap(\.quarantine).map(\.entry)
        return Dictionary(
            entries.map { entry in
                (
                    entry.test,
                    (["until \(entry.expiry)", entry.owner] + [entry.reason].compactMap(\.self)).joined(separator: ", ")
                )
            }
        ) { first, _ in first }
    }
}

/// The history of a project that is looked at.
enum EvidenceHistory {
    static func open(_ invocation: Invocation) throws(CommandFailure) -> any WholeHistory {
        let project = try Project.load(invocation)
        do throws(FileError) {
            return Session.history(
                try StateDirectory(beside: project.root), project: project.name, Project.environment)
        } catch {
            throw CommandFailure(.machine, "taskgraph: the state directory cannot be used: \(error)\n")
        }
    }
}

extension TestObservation {
    fileprivate init(_ past: PastTest) {
        let outcome: Outcome =
            switch past.outcome {
            case .passed: .passed
            case .failed, .errored: .failed
            case .flaky: .flaky
            case .skipped: .skipped
            }
        self.init(
            test: past.test, key: past.key, outcome: outcome, seconds: past.seconds, run: past.run,
            repetition: past.repetition, time: past.time)
    }
}

extension FlakeList.Item {
    fileprivate init(_ record: FlakeRecord) {
        self.init(
            test: record.test, failures: record.sample.events, executions: record.sample.trials,
            lower: record.bounds.lower, upper: record.bounds.upper, provingKeys: record.provingKeys,
            firstSeen: record.firstSeen, lastSeen: record.lastSeen, firstClock: Machine.clockText(record.firstSeen),
            lastClock: Machine.clockText(record.lastSeen), cost: record.cost)
    }
}
