// The memory of runs in a SQLite file beside the store. Does not decide what is worth remembering.

public import Ports
public import Vocabulary

/// Opens its database when it is first asked: a run that needs no history pays nothing. What fails is said once,
/// through `warn`, and after that there is no history.
public final class SQLiteHistory: History, RunRecording, RunReading {
    /// Runs that are kept; older ones are deleted.
    static let keptRuns = 1000
    /// Runs of which everything is kept: the account of each task, and each test.
    static let wholeRuns = 100

    private let connection: HistoryConnection

    /// - Parameters:
    ///   - path: the database file; made when there is something to record.
    ///   - warn: takes one sentence about why there is no history; called at most once.
    public convenience init(file path: String, warn: @escaping @Sendable (String) -> Void) {
        self.init(file: path, busyTimeout: 2000, warn: warn)
    }

    /// - Parameter busyTimeout: milliseconds to wait for another process.
    init(file path: String, busyTimeout: Int32, warn: @escaping @Sendable (String) -> Void) {
        connection = HistoryConnection {
            () throws(SQLFailure) in
            try SQLiteHistory.open(path, busyTimeout)
        } warn: { failure in
            let hint = failure.isBusy ? "another program is using it" : "deleting the file starts a new history"
            warn("history is not kept: \(failure.message) (\(path)); \(hint)")
        }
    }

    public func durations(of tasks: [String]) -> [String: UInt64] {
        var found: [String: UInt64] = [:]
        connection.use { (database) throws(SQLFailure) in
            let wanted = Set(tasks)
            // One pass over all tasks costs less than a look-up each as soon as there are many.
            try database.run("SELECT name, typical_wall FROM task WHERE typical_wall IS NOT NULL", []) { row in
                let name = row.text(0)
                if wanted.contains(name) { found[name] = row.unsigned(1) }
            }
        }
        return found
    }

    public func record(_ run: RunEvidence) {
        connection.use { (database) throws(SQLFailure) in
            try database.record(run) { (number) throws(SQLFailure) in
                try SQLiteHistory.prune(database, before: number)
            }
        }
    }

    /// Details go in small steps, so that no run has to look through all of the past.
    private static func prune(_ database: any SQLDatabase, before number: Int64) throws(SQLFailure) {
        try database.run("DELETE FROM run WHERE id <= $1", [.integer(number - Int64(keptRuns))])
        let last = number - Int64(wholeRuns)
        guard last > 0 else { return }
        let piece: [SQLValue] = [.integer(last - 8), .integer(last)]
        try database.run("UPDATE run SET evidence = NULL WHERE id BETWEEN $1 AND $2", piece)
        try database.run("DELETE FROM test_result WHERE run BETWEEN $1 AND $2", piece)
    }

    public func pastValues(of metric: String) -> [Measurement] {
        ask([]) { (queries) throws(SQLFailure) in try queries.pastValues(of: metric) }
    }

    public func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading {
        ask(.missing("there is no history")) { (queries) throws(SQLFailure) in
            try queries.baseline(kind, name, of: metric)
        }
    }

    public func runs(limit: Int) -> [PastRun] {
        ask([]) { (queries) throws(SQLFailure) in try queries.runs(limit: limit) }
    }

    public func run(_ name: String) -> RunEvidence? {
        ask(nil) { (queries) throws(SQLFailure) in try queries.evidence(name) }
    }

    public func measurements(of metric: String?, branch: String?, limit: Int) -> [PastMeasurement] {
        ask([]) { (queries) throws(SQLFailure) in try queries.measurements(of: metric, branch: branch, limit: limit) }
    }

    public func gates(limit: Int) -> [PastGate] {
        ask([]) { (queries) throws(SQLFailure) in try queries.gates(limit: limit) }
    }

    public func tests(since: UInt64) -> [PastTest] {
        ask([]) { (queries) throws(SQLFailure) in try queries.tests(since: since) }
    }

    private func ask<Answer>(_ nothing: Answer, _ body: (HistoryQueries) throws(SQLFailure) -> Answer) -> Answer {
        var answer = nothing
        connection.use { (database) throws(SQLFailure) in
            answer = try body(HistoryQueries(database: database, project: ""))
        }
        return answer
    }

    /// WAL, so that readers and a writer do not wait for each other; NORMAL, because losing the last run in a power loss
    /// is no harm, while waiting for the disk at the end of each run is.
    private static func open(_ path: String, _ busyTimeout: Int32) throws(SQLFailure) -> any SQLDatabase {
        let database = try SQLiteDatabase(path: path, busyTimeout: busyTimeout)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
        try database.migrate()
        return database
    }
}

extension HistoryQueries {
    func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) throws(SQLFailure) -> Reading {
        let found =
            switch kind {
            case .branch: try value(of: metric, branch: name)
            case .run: try value(of: metric, run: name)
            case .task: nil as Measurement?
            }
        guard let found else { return .missing("no run of \(kind.rawValue) \(name) measured \(metric)") }
        return .measured(found)
    }
}
