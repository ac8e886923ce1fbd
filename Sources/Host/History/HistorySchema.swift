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
        """,
        """
        ALTER TABLE run ADD COLUMN uuid TEXT;          -- of the run, wherever it was recorded; NULL before version 2
        ALTER TABLE run ADD COLUMN project TEXT;
        ALTER TABLE run ADD COLUMN host TEXT;
        ALTER TABLE run ADD COLUMN branch TEXT;
        ALTER TABLE run ADD COLUMN revision TEXT;      -- the commit
        ALTER TABLE run ADD COLUMN gates_passed INTEGER;
        ALTER TABLE run ADD COLUMN gates_failed INTEGER;
        ALTER TABLE run ADD COLUMN gates_undecided INTEGER;
        ALTER TABLE run ADD COLUMN evidence BLOB;      -- the whole run, see RunEvidence+Coding.swift
        CREATE UNIQUE INDEX run_by_uuid ON run(uuid);
        CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE measurement (
            run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
            metric INTEGER NOT NULL REFERENCES metric(id),
            task INTEGER NOT NULL REFERENCES task(id),
            value REAL NOT NULL, unit TEXT NOT NULL, direction TEXT NOT NULL,
            events INTEGER, trials INTEGER, trial TEXT,    -- of a share that was found by counting
            measured_in TEXT NOT NULL, measured_on TEXT NOT NULL, measured_at INTEGER NOT NULL,
            restored INTEGER NOT NULL,       -- 1: it came from the cache
            PRIMARY KEY (metric, run, task)
        ) WITHOUT ROWID;
        CREATE INDEX measurement_by_run ON measurement(run);
        CREATE TABLE gate (
            run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
            name TEXT NOT NULL, metric TEXT NOT NULL, verdict TEXT NOT NULL,
            value REAL, bound REAL,          -- what was measured, what it was compared with
            explanation TEXT NOT NULL,
            observed INTEGER NOT NULL,       -- 1: without consequence
            PRIMARY KEY (run, name)
        ) WITHOUT ROWID;
        CREATE TABLE test (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE test_result (
            run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
            test INTEGER NOT NULL REFERENCES test(id),
            task INTEGER NOT NULL REFERENCES task(id),
            key TEXT,                        -- of the task that ran it
            outcome TEXT NOT NULL, seconds REAL NOT NULL,
            repetition INTEGER NOT NULL
        );
        CREATE INDEX test_result_by_run ON test_result(run);
        """,
        "ALTER TABLE run ADD COLUMN number INTEGER",  // of the journal; NULL where there is none
    ]

    /// A step as PostgreSQL says it.
    static func postgres(_ step: String) -> String {
        let words = [
            ("id INTEGER PRIMARY KEY", "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"), ("INTEGER", "BIGINT"),
            (" WITHOUT ROWID", ""), ("REAL", "DOUBLE PRECISION"), ("BLOB", "BYTEA"),
        ]
        return words.reduce(step) { text, word in text.replacing(word.0, with: word.1) }
    }

    /// Brings a database up to date.
    static func migrate(_ database: SQLiteDatabase) throws(SQLFailure) {
        guard try version(of: database) != steps.count else { return }
        try database.transaction { () throws(SQLFailure) in
            // Read again: another process may have done it while this one waited.
            let version = try version(of: database)
            guard version >= 0 else { throw SQLFailure(message: "it is damaged (version \(version))") }
            guard version <= steps.count else {
                throw SQLFailure(message: "it was made by a newer taskgraph (version \(version))")
            }
            for step in steps[version...] { try database.execute(step) }
            try database.execute("PRAGMA user_version = \(steps.count)")
        }
    }

    private static func version(of database: SQLiteDatabase) throws(SQLFailure) -> Int {
        var version = 0
        try database.prepare("PRAGMA user_version").run { version = Int($0.integer(0)) }
        return version
    }
}
