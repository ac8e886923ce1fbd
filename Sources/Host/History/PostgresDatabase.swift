// A connection to PostgreSQL through libpq that waits for each answer. Knows no table of the history but the version.

internal import CLibPQ
internal import Glibc

final class PostgresDatabase: SQLDatabase, @unchecked Sendable {
    private let connection: OpaquePointer
    /// Never to be shown.
    private let url: String

    /// - Parameter url: `postgresql://user:password@host:port/database?parameters`
    init(url: String) throws(SQLFailure) {
        if let reason = tg_pq_load() {
            throw SQLFailure(
                message: "PostgreSQL's client library cannot be loaded: \(String(cString: reason)); "
                    + "apt-get install libpq5 installs it")
        }
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw SQLFailure(message: "its URL does not begin with postgresql://")
        }
        // A server that does not answer may not hold up a run; what the URL says comes behind and counts.
        let settings = [
            ("connect_timeout", "2"), ("tcp_user_timeout", "5000"), ("application_name", "taskgraph"),
            ("gssencmode", "disable"), ("dbname", url),
        ]
        let opened =
            CStringArray.with(settings.map(\.0), settings.map(\.1)) { names, values, _ in
                func constant(_ list: CStrings) -> UnsafePointer<UnsafePointer<CChar>?> {
                    UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
                }
                return tg_pq_open(constant(names), constant(values))
            } ?? nil
        guard let opened else { throw SQLFailure(message: "no memory, or a zero byte in the URL") }
        connection = opened
        self.url = url
        guard isUsable else { throw failure }
        try execute(
            """
            SET client_min_messages TO error; SET search_path TO taskgraph; SET statement_timeout TO '20s';
            SET idle_in_transaction_session_timeout TO '60s'
            """)
    }

    deinit { tg_pq_finish(connection) }

    var isUsable: Bool { tg_pq_is_open(connection) != 0 }

    func execute(_ sql: String) throws(SQLFailure) {
        try check(tg_pq_execute(connection, sql)) { _ in }
    }

    func run(_ sql: String, _ values: [SQLValue], row: (any SQLRow) -> Void) throws(SQLFailure) {
        let texts = values.map { value in value.wireText.map { strdup($0) } }
        defer { for text in texts { free(text ?? nil) } }
        let pointers = texts.map { $0.flatMap { UnsafePointer<CChar>($0) } }
        let result = pointers.withUnsafeBufferPointer {
            tg_pq_run(connection, sql, Int32($0.count), $0.baseAddress)
        }
        try check(result) { result in
            for index in 0..<tg_pq_row_count(result) { row(PostgresRow(result: result, row: index)) }
        }
    }

    func transaction(_ body: () throws(SQLFailure) -> Void) throws(SQLFailure) {
        try execute("BEGIN")
        do throws(SQLFailure) {
            try body()
            try execute("COMMIT")
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    private func check(_ result: OpaquePointer?, _ body: (OpaquePointer) -> Void) throws(SQLFailure) {
        guard let result else { throw failure }
        defer { tg_pq_clear(result) }
        guard tg_pq_succeeded(result) != 0 else { throw failure }
        body(result)
    }

    /// What libpq says, on one line and without the URL, which may have a password.
    private var failure: SQLFailure {
        let said = String(cString: tg_pq_error(connection)).replacing(url, with: "URL")
        let first = said.split(separator: "\n").first.map(String.init) ?? "the server ended the connection"
        return SQLFailure(message: first)
    }

    /// Many jobs may find an empty database at once: one of them makes the tables, and the others wait for it.
    func migrate() throws(SQLFailure) {
        guard try version() != HistorySchema.steps.count else { return }
        try transaction { () throws(SQLFailure) in
            try run("SELECT pg_advisory_xact_lock($1)", [.integer(0x7461_736b)])
            let version = try version()
            guard version <= HistorySchema.steps.count else {
                throw SQLFailure(message: "its tables were made by a newer taskgraph (version \(version))")
            }
            guard version < HistorySchema.steps.count else { return }
            if version == 0 {
                try execute("CREATE SCHEMA IF NOT EXISTS taskgraph; CREATE TABLE schema_version (version BIGINT)")
            }
            for step in HistorySchema.steps[version...] { try execute(HistorySchema.postgres(step)) }
            try execute("DELETE FROM schema_version; INSERT INTO schema_version VALUES (\(HistorySchema.steps.count))")
        }
    }

    private func version() throws(SQLFailure) -> Int {
        var isThere = false
        try run("SELECT to_regclass('taskgraph.schema_version') IS NOT NULL") { isThere = $0.text(0) == "t" }
        guard isThere else { return 0 }
        var version = 0
        try run("SELECT max(version) FROM schema_version") { version = Int($0.integer(0)) }
        return version
    }

    private func run(_ sql: String, _ row: (any SQLRow) -> Void) throws(SQLFailure) { try run(sql, [], row: row) }
}

/// A row of an answer, which is all text.
private struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let row: Int32

    func integer(_ column: Int) -> Int64 { Int64(text(column)) ?? 0 }
    func number(_ column: Int) -> Double { Double(text(column)) ?? 0 }
    func text(_ column: Int) -> String { tg_pq_value(result, row, Int32(column)).map { String(cString: $0) } ?? "" }
    func isNull(_ column: Int) -> Bool { tg_pq_value(result, row, Int32(column)) == nil }

    /// `\x` and hexadecimal digits.
    func bytes(_ column: Int) -> [UInt8] {
        guard let start = tg_pq_value(result, row, Int32(column)) else { return [] }
        let text = UnsafeBufferPointer(start: start, count: strlen(start)).dropFirst(2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for character in text {
            let code = UInt8(bitPattern: character)
            let digit = code < 0x3A ? code &- 0x30 : code &- 0x57
            if let first = high { bytes.append(first << 4 | digit) }
            high = high == nil ? digit : nil
        }
        return bytes
    }
}

extension SQLValue {
    /// As PostgreSQL reads it; nil for NULL. Its texts cannot contain a zero byte.
    fileprivate var wireText: String? {
        switch self {
        case .null: nil
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .text(let text): text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        case .bytes(let bytes):
            String(unsafeUninitializedCapacity: 2 + bytes.count * 2) { buffer in
                buffer[0] = 0x5C
                buffer[1] = 0x78
                for (index, byte) in bytes.enumerated() {
                    buffer[2 + index * 2] = hexDigit(byte >> 4)
                    buffer[3 + index * 2] = hexDigit(byte & 15)
                }
                return 2 + bytes.count * 2
            }
        }
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
