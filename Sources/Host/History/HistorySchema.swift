// The tables of the history and how older databases become newer ones. Runs no query.

/// One step for each version, in order; `PRAGMA user_version` says how many a database has had. A step that was
/// released is never changed: a new one is added behind it.
enum HistorySchema {
    static let steps = [
        """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            targets TEXT NOT NULL,           -- as asked for, one a line
            started_at INTEGER NOT NULL,     -- nanoseconds since the epoch
            wall INTEGER NOT NULL,           -- nanoseconds, as all durations
            up_to_date INTEGER NOT NULL, restored INTEGER NOT NULL, satisfied INTEGER NOT NULL,
            succeeded INTEGER NOT NULL, flaky INTEGER NOT NULL, failed INTEGER NOT NULL,
            skipped INTEGER NOT NULL, blocked INTEGER NOT NULL, cancelled INTEGER NOT NULL,
            signal INTEGER                   -- what stopped the run, if anything did
        );
        CREATE TABLE task (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            typical_wall INTEGER             -- moving average over successful executions
        );
        CREATE TABLE result (
            run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
            task INTEGER NOT NULL REFERENCES task(id),
            outcome TEXT NOT NULL,
            wall INTEGER NOT NULL, cpu INTEGER NOT NULL,
            peak_memory INTEGER NOT NULL,    -- bytes
            attempts INTEGER NOT NULL,
            PRIMARY KEY (run, task)
        ) WITHOUT ROWID;
        CREATE INDEX result_by_task ON result(task, run);
        """
    ]

    /// Brings a database up to date.
    static func migrate(_ database: SQLiteDatabase) throws(SQLiteFailure) {
        guard try version(of: database) != steps.count else { return }
        try database.transaction { () throws(SQLiteFailure) in
            // Read again: another process may have done it while this one waited.
            let version = try version(of: database)
            guard version >= 0 else { throw SQLiteFailure(message: "it is damaged (version \(version))") }
            guard version <= steps.count else {
                throw SQLiteFailure(message: "it was made by a newer taskgraph (version \(version))")
            }
            for step in steps[version...] { try database.execute(step) }
            try database.execute("PRAGMA user_version = \(steps.count)")
        }
    }

    private static func version(of database: SQLiteDatabase) throws(SQLiteFailure) -> Int {
        var version = 0
        try database.prepare("PRAGMA user_version").run { version = Int($0.integer(0)) }
        return version
    }
}
