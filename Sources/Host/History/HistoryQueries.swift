// The questions that are asked of the tables. Does not know which database they are in.

import Ports
import Vocabulary

/// Runs of one project.
struct HistoryQueries {
    let database: any SQLDatabase
    /// Empty: all runs.
    let project: String
    /// Numbers of runs mean something on the machine that gave them only.
    private var isLocal: Bool { project.isEmpty }
    /// With the project as its first parameter.
    private var isMeant: String { project.isEmpty ? "$1 = ''" : "project = $1" }

    private static let runColumns =
        "run.id, run.uuid, run.host, run.branch, run.revision, run.started_at, run.targets, run.number"
    private static let runColumnCount = 8
    private static let valueColumns = """
        metric.name, value, unit, direction, events, trials, trial, measured_in, measured_on, measured_at,
        measurement.restored
        """

    func runs(limit: Int) throws(SQLFailure) -> [PastRun] {
        var found: [PastRun] = []
        try database.run(
            "SELECT \(Self.runColumns) FROM run WHERE \(isMeant) ORDER BY id DESC LIMIT $2",
            [.text(project), .integer(Int64(limit))]
        ) { found.append(PastRun($0, isLocal: isLocal)) }
        return found
    }

    func evidence(_ name: String) throws(SQLFailure) -> RunEvidence? {
        let condition: (text: String, values: [SQLValue])
        if name == "last" {
            condition = ("", [])
        } else if isLocal, name.utf8.count <= 7, let number = Int64(name), number > 0 {
            condition = ("AND number = $2", [.integer(number)])
        } else if !name.isEmpty, name.allSatisfy(\.isHexDigit) {
            condition = ("AND uuid LIKE $2", [.text(name.lowercased() + "%")])
        } else {
            return nil
        }
        var bytes: [UInt8] = []
        try database.run(
            """
            SELECT evidence FROM run WHERE \(isMeant) AND evidence IS NOT NULL \(condition.text)
            ORDER BY id DESC LIMIT 1
            """, [.text(project)] + condition.values
        ) { bytes = $0.bytes(0) }
        return RunEvidence(encoded: bytes)
    }

    func measurements(of metric: String?, branch: String?, limit: Int) throws(SQLFailure) -> [PastMeasurement] {
        var values: [SQLValue] = [.text(project), .integer(Int64(limit))]
        var conditions = ["true"]
        if let metric {
            values.append(.text(metric))
            conditions.append("metric.name = $\(values.count)")
        }
        var ofBranch = ""
        if let branch {
            values.append(.text(branch))
            ofBranch = "AND branch = $\(values.count)"
        }
        var found: [PastMeasurement] = []
        try database.run(
            """
            SELECT \(Self.runColumns), \(Self.valueColumns), task.name FROM measurement
            JOIN run ON run.id = measurement.run JOIN metric ON metric.id = measurement.metric JOIN task ON task.id = measurement.task
            WHERE run.id IN (SELECT id FROM run WHERE \(isMeant) \(ofBranch) ORDER BY id DESC LIMIT $2)
            AND \(conditions.joined(separator: " AND ")) ORDER BY run.id DESC, metric.name, task.name
            """, values
        ) { row in
            guard let measurement = Measurement(row, from: Self.runColumnCount) else { return }
            found.append(
                PastMeasurement(run: PastRun(row, isLocal: isLocal), task: row.text(19), measurement: measurement))
        }
        return found
    }

    func pastValues(of metric: String) throws(SQLFailure) -> [Measurement] {
        try values("measurement.restored = 0 AND metric.name = $2", [.text(metric)], limit: 1000)
    }

    func value(of metric: String, branch: String) throws(SQLFailure) -> Measurement? {
        try values("metric.name = $2 AND branch = $3", [.text(metric), .text(branch)], limit: 1).first
    }

    func value(of metric: String, run: String) throws(SQLFailure) -> Measurement? {
        guard run.allSatisfy(\.isHexDigit) else { return nil }
        return try values(
            "metric.name = $2 AND uuid LIKE $3", [.text(metric), .text(run.lowercased() + "%")], limit: 1
        ).first
    }

    private func values(
        _ condition: String, _ parameters: [SQLValue], limit: Int
    ) throws(SQLFailure) -> [Measurement] {
        var found: [Measurement] = []
        try database.run(
            """
            SELECT \(Self.valueColumns) FROM measurement JOIN run ON run.id = measurement.run
            JOIN metric ON metric.id = measurement.metric WHERE \(isMeant) AND \(condition) ORDER BY run.id DESC LIMIT \(limit)
            """, [.text(project)] + parameters
        ) { row in
            if let measurement = Measurement(row, from: 0) { found.append(measurement) }
        }
        return found
    }

    func gates(limit: Int) throws(SQLFailure) -> [PastGate] {
        var found: [PastGate] = []
        try database.run(
            """
            SELECT gate.run, name, metric, verdict, observed FROM gate
            WHERE gate.run IN (SELECT id FROM run WHERE \(isMeant) ORDER BY id DESC LIMIT $2)
            ORDER BY gate.run DESC, name
            """, [.text(project), .integer(Int64(limit))]
        ) { row in
            guard let verdict = GateResult.Verdict(rawValue: row.text(3)) else { return }
            found.append(
                PastGate(
                    run: row.integer(0), name: row.text(1), metric: row.text(2), verdict: verdict,
                    isObserved: row.integer(4) != 0))
        }
        return found
    }

    func tests(since: UInt64) throws(SQLFailure) -> [PastTest] {
        var found: [PastTest] = []
        try database.run(
            """
            SELECT test.name, key, outcome, seconds, repetition, run.uuid, run.started_at FROM test_result
            JOIN test ON test.id = test_result.test JOIN run ON run.id = test_result.run
            WHERE \(isMeant) AND started_at >= $2 AND key IS NOT NULL ORDER BY run.id, test.name, repetition
            """, [.text(project), .integer(Int64(clamping: since))]
        ) { row in
            guard let outcome = TestOutcome(rawValue: row.text(2)) else { return }
            found.append(
                PastTest(
                    test: row.text(0), key: row.text(1), outcome: outcome, seconds: row.number(3),
                    repetition: Int(row.integer(4)), run: row.text(5), time: row.unsigned(6)))
        }
        return found
    }
}

extension PastRun {
    fileprivate init(_ row: any SQLRow, isLocal: Bool) {
        self.init(
            row: row.integer(0), number: isLocal && !row.isNull(7) ? row.unsigned(7) : nil, id: row.text(1),
            host: row.text(2), branch: row.optionalText(3),
            commit: row.optionalText(4), startedAt: row.unsigned(5),
            targets: row.text(6).split(separator: "\n").map(String.init))
    }
}

extension Measurement {
    /// Nil for what a newer version wrote.
    fileprivate init?(_ row: any SQLRow, from first: Int) {
        guard let unit = MetricUnit(rawValue: row.text(first + 2)),
            let direction = MetricDirection(rawValue: row.text(first + 3))
        else { return nil }
        let (events, trials) = (Int(row.integer(first + 4)), Int(row.integer(first + 5)))
        let sample = Sample.Unit(rawValue: row.text(first + 6)).map { Sample(events: events, trials: trials, unit: $0) }
        self.init(
            name: row.text(first), value: row.number(first + 1), unit: unit, direction: direction, sample: sample,
            provenance: Provenance(
                run: row.text(first + 7), host: row.text(first + 8), time: row.unsigned(first + 9),
                isRestored: row.integer(first + 10) != 0))
    }
}
