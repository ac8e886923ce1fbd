// A thin layer over SQLite's C interface: open, execute, prepared statements. Knows no table.

import CLinux
import CSQLite

/// What SQLite said.
struct SQLiteFailure: Error {
    let message: String
    /// Another process held the database for longer than the busy timeout.
    var isBusy = false
}

/// One connection; used by one thread at a time. Closed when the last user lets go.
final class SQLiteDatabase {
    private let handle: OpaquePointer

    /// - Parameter busyTimeout: milliseconds to wait for another process's transaction.
    init(path: String, busyTimeout: Int32) throws(SQLiteFailure) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard let handle, code == SQLITE_OK else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLiteFailure(message: message)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, busyTimeout)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    func execute(_ sql: String) throws(SQLiteFailure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
        tg_effect(tg_effect_database)
    }

    func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure }
        return SQLiteStatement(statement, of: self)
    }

    /// All or nothing, and alone among writers from the beginning.
    func transaction(_ body: () throws(SQLiteFailure) -> Void) throws(SQLiteFailure) {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            try body()
            try execute("COMMIT")
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    var lastRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    fileprivate var failure: SQLiteFailure {
        SQLiteFailure(
            message: String(cString: sqlite3_errmsg(handle)), isBusy: sqlite3_errcode(handle) == SQLITE_BUSY)
    }
}

/// A value to bind.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
}

/// A prepared statement, for running many times.
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let database: SQLiteDatabase

    fileprivate init(_ statement: OpaquePointer, of database: SQLiteDatabase) {
        self.statement = statement
        self.database = database
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Runs the statement from its start, calling the body once a row.
    func run(_ values: [SQLiteValue] = [], row: (SQLiteStatement) -> Void = { _ in }) throws(SQLiteFailure) {
        defer { sqlite3_reset(statement) }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index) + 1) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: row(self)
            case SQLITE_DONE: return tg_effect(tg_effect_database)
            default: throw database.failure
            }
        }
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
    }

    private func bind(_ value: SQLiteValue, at index: Int32) throws(SQLiteFailure) {
        // SQLITE_TRANSIENT: SQLite copies the text before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
            case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
            }
        guard code == SQLITE_OK else { throw database.failure }
    }
}
