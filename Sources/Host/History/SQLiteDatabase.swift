// A thin layer over SQLite's C interface: open, execute, prepared statements. Knows no table.

import CLinux
import CSQLite

/// One connection; used by one thread at a time. Closed when the last user lets go.
final class SQLiteDatabase: SQLDatabase, @unchecked Sendable {
    private let handle: OpaquePointer
    /// Prepared before, by their text.
    private var statements: [String: SQLiteStatement.Handle] = [:]

    /// - Parameter busyTimeout: milliseconds to wait for another process's transaction.
    init(path: String, busyTimeout: Int32) throws(SQLFailure) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard let handle, code == SQLITE_OK else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLFailure(message: message)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, busyTimeout)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement.pointer) }
        sqlite3_close_v2(handle)
    }

    func execute(_ sql: String) throws(SQLFailure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
        tg_effect(tg_effect_database)
    }

    func prepare(_ sql: String) throws(SQLFailure) -> SQLiteStatement {
        SQLiteStatement(try compile(sql), of: self)
    }

    private func compile(_ sql: String) throws(SQLFailure) -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure }
        return statement
    }

    func run(_ sql: String, _ values: [SQLValue], row: (any SQLRow) -> Void) throws(SQLFailure) {
        let known = statements[sql]
        let statement = if let known { known } else { SQLiteStatement.Handle(try compile(sql.replacingDollars)) }
        if known == nil { statements[sql] = statement }
        let rows = SQLiteRow(statement: statement.pointer)
        try step(statement.pointer, values) { row(rows) }
    }

    var isUsable: Bool { true }

    func migrate() throws(SQLFailure) { try HistorySchema.migrate(self) }

    /// All or nothing, and alone among writers from the beginning.
    func transaction(_ body: () throws(SQLFailure) -> Void) throws(SQLFailure) {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLFailure) {
            try body()
            try execute("COMMIT")
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    var lastRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    private var failure: SQLFailure {
        SQLFailure(
            message: String(cString: sqlite3_errmsg(handle)), isBusy: sqlite3_errcode(handle) == SQLITE_BUSY)
    }

    /// Runs a statement from its start, calling the body once a row.
    fileprivate func step(_ statement: OpaquePointer, _ values: [SQLValue], row: () -> Void) throws(SQLFailure) {
        defer { sqlite3_reset(statement) }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index) + 1, of: statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: row()
            case SQLITE_DONE: return tg_effect(tg_effect_database)
            default: throw failure
            }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32, of statement: OpaquePointer) throws(SQLFailure) {
        // SQLITE_TRANSIENT: SQLite copies the text before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
            case .number(let number): sqlite3_bind_double(statement, index, number)
            case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
            case .bytes(let bytes):
                bytes.withUnsafeBytes {
                    sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), transient)
                }
            }
        guard code == SQLITE_OK else { throw failure }
    }
}

extension String {
    /// SQLite looks parameters with names up one after the other; numbers it finds at once.
    fileprivate var replacingDollars: String { String(decoding: utf8.map { $0 == 0x24 ? 0x3F : $0 }, as: UTF8.self) }
}

/// A prepared statement, for running many times.
final class SQLiteStatement {
    /// Owned by the database that prepared it.
    struct Handle {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
    }

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
    func run(_ values: [SQLValue] = [], row: (SQLiteStatement) -> Void = { _ in }) throws(SQLFailure) {
        try database.step(statement, values) { row(self) }
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String { SQLiteRow(statement: statement).text(Int(column)) }
}

/// The row that a statement stands at.
private struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }
    func number(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

    func text(_ column: Int) -> String {
        sqlite3_column_text(statement, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func bytes(_ column: Int) -> [UInt8] {
        let start = sqlite3_column_blob(statement, Int32(column))
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
}
