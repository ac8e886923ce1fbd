// The memory of runs in PostgreSQL, for many machines, with the file beside the store for what only this one needs. A
// server that is down fails and delays nothing: what it should have got waits in the spool.

public import Ports
public import Vocabulary

/// Durations of tasks come from the local file; what is asked about evidence comes from the server or, while there is
/// none, from the local file too.
public final class SharedHistory: History, RunRecording, RunReading {
    /// How many waiting runs a run delivers besides itself.
    private static let deliveredAtOnce = 50

    private let local: SQLiteHistory
    private let remote: HistoryConnection
    private let spool: RunSpool
    private let project: String
    private let warn: @Sendable (String) -> Void

    /// - Parameters:
    ///   - local: gets every run, too.
    ///   - url: of the server; never shown.
    ///   - spool: a directory, made when it is needed.
    public init(
        local: SQLiteHistory, url: String, spool: String, project: String, warn: @escaping @Sendable (String) -> Void
    ) {
        self.local = local
        self.spool = RunSpool(directory: spool)
        self.project = project
        self.warn = warn
        remote = HistoryConnection { () throws(SQLFailure) in
            let database = try PostgresDatabase(url: url)
            try database.migrate()
            return database
        } warn: { failure in
            warn("the metrics server cannot be used: \(failure.message)")
        }
    }

    public func durations(of tasks: [String]) -> [String: UInt64] { local.durations(of: tasks) }

    /// It is in the spool before it is sent: also who is killed meanwhile loses no run.
    public func record(_ run: RunEvidence) {
        local.record(run)
        do throws(FileError) {
            try spool.put(run)
        } catch {
            return warn("the run is not sent to the metrics server: \(error)")
        }
        // The connection of the run's beginning may have died meanwhile.
        remote.forget()
        _ = deliver(limit: SharedHistory.deliveredAtOnce)
    }

    /// Sends what waits in the spool.
    /// - Returns: how many were sent, and how many still wait.
    public func deliver(limit: Int = .max) -> (sent: Int, waiting: Int) {
        var sent = 0
        for id in spool.waiting.prefix(limit) {
            guard let run = spool.run(id, damaged: { warn("a run that was to be sent is damaged; it is now \($0)") })
            else { continue }
            if remote.use({ (database) throws(SQLFailure) in try database.record(run) }) {
                spool.remove(id)
                sent += 1
            } else if remote.isLost {
                break
            }
            // One that the server refuses waits on, and holds up no other.
        }
        return (sent, spool.waiting.count)
    }

    public func pastValues(of metric: String) -> [Measurement] {
        ask { (queries) throws(SQLFailure) in try queries.pastValues(of: metric) } ?? local.pastValues(of: metric)
    }

    public func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading {
        ask { (queries) throws(SQLFailure) in try queries.baseline(kind, name, of: metric) }
            ?? local.baseline(kind, name, of: metric)
    }

    public func runs(limit: Int) -> [PastRun] {
        ask { (queries) throws(SQLFailure) in try queries.runs(limit: limit) } ?? local.runs(limit: limit)
    }

    public func run(_ name: String) -> RunEvidence? {
        // Numbers are this machine's.
        if let own = local.run(name), own.number.map(String.init) == name { return own }
        return ask { (queries) throws(SQLFailure) in try queries.evidence(name) } ?? local.run(name)
    }

    public func measurements(of metric: String?, branch: String?, limit: Int) -> [PastMeasurement] {
        ask { (queries) throws(SQLFailure) in try queries.measurements(of: metric, branch: branch, limit: limit) }
            ?? local.measurements(of: metric, branch: branch, limit: limit)
    }

    public func gates(limit: Int) -> [PastGate] {
        ask { (queries) throws(SQLFailure) in try queries.gates(limit: limit) } ?? local.gates(limit: limit)
    }

    public func tests(since: UInt64) -> [PastTest] {
        ask { (queries) throws(SQLFailure) in try queries.tests(since: since) } ?? local.tests(since: since)
    }

    /// Nil without a server.
    private func ask<Answer>(_ body: (HistoryQueries) throws(SQLFailure) -> Answer) -> Answer? {
        var answer: Answer?
        remote.use { (database) throws(SQLFailure) in
            answer = try body(HistoryQueries(database: database, project: project))
        }
        return answer
    }
}
