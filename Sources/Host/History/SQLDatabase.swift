// What both databases of the history can do, and how their SQL differs. Knows no table.

/// What a database said.
struct SQLFailure: Error {
    let message: String
    /// Another process held the database for longer than the busy timeout.
    var isBusy = false
}

/// A value to bind or to read.
enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case number(Double)
    case text(String)
    case bytes([UInt8])
}

/// A row of an answer.
protocol SQLRow {
    /// 0 for NULL.
    func integer(_ column: Int) -> Int64
    func number(_ column: Int) -> Double
    /// Empty for NULL.
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
    func isNull(_ column: Int) -> Bool
}

extension SQLRow {
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func optionalNumber(_ column: Int) -> Double? { isNull(column) ? nil : number(column) }
    func unsigned(_ column: Int) -> UInt64 { UInt64(clamping: integer(column)) }
}

/// One connection, used by one thread at a time: whoever shares it puts it behind a mutex.
protocol SQLDatabase: AnyObject, Sendable {
    /// Any number of statements without parameters.
    func execute(_ sql: String) throws(SQLFailure)
    /// Runs a statement whose parameters are `$1`, `$2`, …, calling the body once a row.
    func run(_ sql: String, _ values: [SQLValue], row: (any SQLRow) -> Void) throws(SQLFailure)
    /// All or nothing.
    func transaction(_ body: () throws(SQLFailure) -> Void) throws(SQLFailure)
    /// Whether the connection still stands, after a failure.
    var isUsable: Bool { get }
    /// The history's tables as they are now.
    func migrate() throws(SQLFailure)
}

extension SQLDatabase {
    func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLFailure) {
        try run(sql, values) { _ in }
    }

    /// Inserts rows with as few statements as there may be: a server answers each.
    /// - Parameters:
    ///   - sql: up to the word VALUES, and what follows the rows.
    ///   - rows: all of one length.
    func insert(
        _ sql: (head: String, tail: String), _ rows: [[SQLValue]], row: (any SQLRow) -> Void = { _ in }
    ) throws(SQLFailure) {
        var rest = rows[...]
        while let width = rest.first?.count {
            let piece = rest.prefix(sqlRowsAtOnce)
            rest = rest.dropFirst(piece.count)
            let text = sql.head + " VALUES " + sqlPlaces(rows: piece.count, columns: width) + " " + sql.tail
            try run(text, Array(piece.joined()), row: row)
        }
    }
}

private let sqlRowsAtOnce = 100

/// `($1, $2), ($3, $4)`
private func sqlPlaces(rows: Int, columns: Int) -> String {
    (0..<rows).map { row in
        "(" + (1...columns).map { "$\(row * columns + $0)" }.joined(separator: ", ") + ")"
    }.joined(separator: ", ")
}
