// A finished run into the tables. Does not know which database they are in, or how long rows are kept.

import Vocabulary

extension SQLDatabase {
    /// All or nothing. A run that is there already is left as it is: so a run is kept once however often it is sent.
    /// - Parameter finally: gets the run's number, if the run was not there; part of the same transaction.
    func record(
        _ run: RunEvidence, finally: (Int64) throws(SQLFailure) -> Void = { (_) throws(SQLFailure) in }
    ) throws(SQLFailure) {
        try transaction { () throws(SQLFailure) in
            guard let number = try insertRun(run) else { return }
            // What came from the cache was not executed: counted again, its tests would look steadier than they are.
            let executed = run.tasks.filter { $0.attempts > 0 && $0.usage.wall > 0 }
            let tasks = try taskNumbers(executed, run.metrics.map(\.task))
            try insertResults(executed, number, tasks)
            try insertMeasurements(run.metrics, number, tasks)
            try insertGates(run.gates, number)
            try insertTests(executed, number, tasks)
            try finally(number)
        }
    }

    private func insertRun(_ run: RunEvidence) throws(SQLFailure) -> Int64? {
        let counts = storedCounts.map { SQLValue.integer(Int64(run.summary[keyPath: $0])) }
        var number: Int64?
        try insert(
            (
                """
                INSERT INTO run(targets, started_at, wall, up_to_date, restored, satisfied, succeeded, flaky, failed,
                    skipped, blocked, cancelled, gates_passed, gates_failed, gates_undecided, signal, uuid, project,
                    host, branch, revision, number, evidence)
                """, "ON CONFLICT(uuid) DO NOTHING RETURNING id"
            ),
            [
                [
                    .text(run.targets.joined(separator: "\n")), .integer(Int64(clamping: run.startedAt)),
                    .integer(Int64(clamping: run.summary.wall)),
                ] + counts + [
                    run.summary.signal.map { .integer(Int64($0)) } ?? .null, .text(run.id), .text(run.project),
                    .text(run.host), text(run.branch), text(run.commit),
                    run.number.map { .integer(Int64(clamping: $0)) } ?? .null, .bytes(run.encoded),
                ]
            ]
        ) { number = $0.integer(0) }
        return number
    }

    /// The average moves by three tenths of the way to each new value: one odd run does not upset it, and after a few runs
    /// a change of the task has arrived. In the order of names, so that writers wait for each other and never in a circle.
    /// - Parameter others: names besides, of which no time is known.
    private func taskNumbers(_ tasks: [TaskAccount], _ others: [String]) throws(SQLFailure) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        var walls: [String: SQLValue] = [:]
        for name in others { walls[name] = .null }
        for task in tasks {
            walls[task.name] = task.outcome == "succeeded" ? .integer(Int64(clamping: task.usage.wall)) : .null
        }
        try insert(
            (
                "INSERT INTO task(name, typical_wall)",
                """
                ON CONFLICT(name) DO UPDATE SET typical_wall = coalesce(
                    task.typical_wall + (excluded.typical_wall - task.typical_wall) * 3 / 10, excluded.typical_wall,
                    task.typical_wall)
                RETURNING id, name
                """
            ),
            walls.sorted { $0.key < $1.key }.map { [.text($0.key), $0.value] }
        ) { numbers[$0.text(1)] = $0.integer(0) }
        return numbers
    }

    private func insertResults(
        _ tasks: [TaskAccount], _ run: Int64, _ numbers: [String: Int64]
    ) throws(SQLFailure) {
        try insert(
            ("INSERT INTO result(run, task, outcome, wall, cpu, peak_memory, attempts)", "ON CONFLICT DO NOTHING"),
            tasks.map { task in
                [
                    .integer(run), .integer(numbers[task.name] ?? 0), .text(task.outcome),
                    .integer(Int64(clamping: task.usage.wall)), .integer(Int64(clamping: task.usage.cpu)),
                    .integer(Int64(clamping: task.usage.peakMemory)), .integer(Int64(task.attempts)),
                ]
            })
    }

    private func insertMeasurements(
        _ metrics: [MetricAccount], _ run: Int64, _ tasks: [String: Int64]
    ) throws(SQLFailure) {
        let names = try nameNumbers("metric", Set(metrics.map(\.measurement.name)))
        try insert(
            (
                """
                INSERT INTO measurement(run, metric, task, value, unit, direction, events, trials, trial, measured_in,
                    measured_on, measured_at, restored)
                """, "ON CONFLICT DO NOTHING"
            ),
            metrics.filter { $0.measurement.value.isFinite }.map { metric in
                [
                    .integer(run), .integer(names[metric.measurement.name] ?? 0), .integer(tasks[metric.task] ?? 0),
                ] + metric.measurement.columns
            })
    }

    private func insertGates(_ gates: [GateAccount], _ run: Int64) throws(SQLFailure) {
        try insert(
            (
                "INSERT INTO gate(run, name, metric, verdict, value, bound, explanation, observed)",
                "ON CONFLICT DO NOTHING"
            ),
            gates.map { account in
                [
                    .integer(run), .text(account.gate.name), .text(account.gate.metric),
                    .text(account.result.verdict.rawValue), number(account.result.value),
                    number(account.result.limit), .text(account.result.explanation),
                    .integer(account.isObserved ? 1 : 0),
                ]
            })
    }

    private func insertTests(
        _ tasks: [TaskAccount], _ run: Int64, _ numbers: [String: Int64]
    ) throws(SQLFailure) {
        let tests = try nameNumbers("test", Set(tasks.flatMap { $0.evidence.tests.map(\.id) }))
        var rows: [[SQLValue]] = []
        for task in tasks {
            let key = text(task.key?.hex)
            for test in task.evidence.tests {
                rows.append([
                    .integer(run), .integer(tests[test.id] ?? 0), .integer(numbers[task.name] ?? 0), key,
                    .text(test.outcome.rawValue), .number(test.seconds.isFinite ? test.seconds : 0),
                    .integer(Int64(test.repetition)),
                ])
            }
        }
        try insert(("INSERT INTO test_result(run, test, task, key, outcome, seconds, repetition)", ""), rows)
    }

    /// The numbers of names in a table of names, which are added.
    private func nameNumbers(_ table: String, _ names: Set<String>) throws(SQLFailure) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        var rest = names.sorted()[...]
        while !rest.isEmpty {
            let piece = rest.prefix(100)
            rest = rest.dropFirst(piece.count)
            try insert(("INSERT INTO \(table)(name)", "ON CONFLICT(name) DO NOTHING"), piece.map { [.text($0)] })
            let places = piece.indices.map { "$\($0 - piece.startIndex + 1)" }.joined(separator: ", ")
            try run("SELECT id, name FROM \(table) WHERE name IN (\(places))", piece.map { .text($0) }) { row in
                numbers[row.text(1)] = row.integer(0)
            }
        }
        return numbers
    }
}

private func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
private func number(_ value: Double?) -> SQLValue { value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }

extension Measurement {
    fileprivate var columns: [SQLValue] {
        [
            .number(value), .text(unit.rawValue), .text(direction.rawValue),
            sample.map { .integer(Int64($0.events)) } ?? .null, sample.map { .integer(Int64($0.trials)) } ?? .null,
            text(sample?.unit.rawValue), .text(provenance.run), .text(provenance.host),
            .integer(Int64(clamping: provenance.time)), .integer(provenance.isRestored ? 1 : 0),
        ]
    }
}
