// The memory of runs in a SQLite file beside the store. Does not decide what is worth remembering.

import CSQLite
public import Ports
import Synchronization
public import Vocabulary

/// Opens its database when it is first asked: a run that needs no history pays nothing. What fails is said once,
/// through `warn`, and after that there is no history.
public final class SQLiteHistory: History {
    /// Runs that are kept; older ones are deleted.
    static let keptRuns = 1000
    /// What `HistoryEntry.outcome` says of a task that ran and is done.
    private static let successful = "succeeded"

    private enum Connection {
        case notYet
        case open(SQLiteDatabase)
        case failed
    }

    private let path: String
    private let busyTimeout: Int32
    private let warn: @Sendable (String) -> Void
    private let connection = Mutex(Connection.notYet)

    /// - Parameters:
    ///   - path: the database file; made when there is something to record.
    ///   - warn: takes one sentence about why there is no history; called at most once.
    public convenience init(file path: String, warn: @escaping @Sendable (String) -> Void) {
        self.init(file: path, busyTimeout: 2000, warn: warn)
    }

    /// - Parameter busyTimeout: milliseconds to wait for another process.
    init(file path: String, busyTimeout: Int32, warn: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.busyTimeout = busyTimeout
        self.warn = warn
    }

    public func durations(of tasks: [String]) -> [String: UInt64] {
        var found: [String: UInt64] = [:]
        withDatabase { (database) throws(SQLiteFailure) in
            let wanted = Set(tasks)
            // One pass over all tasks costs less than a look-up each as soon as there are many.
            try database.prepare("SELECT name, typical_wall FROM task WHERE typical_wall IS NOT NULL").run { row in
                let name = row.text(0)
                if wanted.contains(name) { found[name] = UInt64(clamping: row.integer(1)) }
            }
        }
        return found
    }

    public func record(targets: [String], startedAt: UInt64, summary: RunSummary, entries: [HistoryEntry]) {
        withDatabase { (database) throws(SQLiteFailure) in
            try database.transaction { () throws(SQLiteFailure) in
                let run = try SQLiteHistory.insertRun(targets, startedAt, summary, into: database)
                try SQLiteHistory.insert(entries, of: run, into: database)
                try database.prepare("DELETE FROM run WHERE id <= ?").run([
                    .integer(run - Int64(SQLiteHistory.keptRuns))
                ])
            }
        }
    }

    private static func insertRun(
        _ targets: [String], _ startedAt: UInt64, _ summary: RunSummary, into database: SQLiteDatabase
    ) throws(SQLiteFailure) -> Int64 {
        let counts = [
            summary.upToDate, summary.restored, summary.satisfied, summary.succeeded, summary.flaky, summary.failed,
            summary.skipped, summary.blocked, summary.cancelled,
        ]
        let insert = try database.prepare(
            """
            INSERT INTO run(targets, started_at, wall, up_to_date, restored, satisfied, succeeded, flaky, failed,
                skipped, blocked, cancelled, signal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        try insert.run(
            [
                .text(targets.joined(separator: "\n")), .integer(Int64(clamping: startedAt)),
                .integer(Int64(clamping: summary.wall)),
            ] + counts.map { .integer(Int64($0)) } + [summary.signal.map { .integer(Int64($0)) } ?? .null])
        return database.lastRowID
    }

    /// The average moves by three tenths of the way to each new value: one odd run does not upset it, and after a few
    /// runs a change of the task has arrived.
    private static func insert(_ entries: [HistoryEntry], of run: Int64, into database: SQLiteDatabase)
        throws(SQLiteFailure)
    {
        let upsert = try database.prepare(
            """
            INSERT INTO task(name, typical_wall) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET typical_wall =
                coalesce(typical_wall + (excluded.typical_wall - typical_wall) * 3 / 10, excluded.typical_wall, typical_wall)
            RETURNING id
            """)
        let insert = try database.prepare("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?)")
        for entry in entries {
            let wall = SQLiteValue.integer(Int64(clamping: entry.usage.wall))
            var task: Int64 = 0
            try upsert.run([.text(entry.task), entry.outcome == successful ? wall : .null]) { task = $0.integer(0) }
            try insert.run([
                .integer(run), .integer(task), .text(entry.outcome), wall, .integer(Int64(clamping: entry.usage.cpu)),
                .integer(Int64(clamping: entry.usage.peakMemory)), .integer(Int64(entry.attempts)),
            ])
        }
    }

    private func withDatabase(_ body: (SQLiteDatabase) throws(SQLiteFailure) -> Void) {
        connection.withLock { connection in
            do throws(SQLiteFailure) {
                switch connection {
                case .failed: return
                case .open(let database): try body(database)
                case .notYet:
                    let database = try SQLiteHistory.open(path, busyTimeout)
                    connection = .open(database)
                    try body(database)
                }
            } catch {
                connection = .failed
                let hint = error.isBusy ? "another program is using it" : "deleting the file starts a new history"
                warn("history is not kept: \(error.message) (\(path)); \(hint)")
            }
        }
    }

    /// WAL, so that readers and a writer do not wait for each other; NORMAL, because losing the last run in a power loss
    /// is no harm, while waiting for the disk at the end of each run is.
    private static func open(_ path: String, _ busyTimeout: Int32) throws(SQLiteFailure) -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, busyTimeout: busyTimeout)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
        try HistorySchema.migrate(database)
        return database
    }
}
