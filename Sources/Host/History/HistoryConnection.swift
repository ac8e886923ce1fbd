// A database that is opened when it is first asked, and given up when it is lost. Knows no table.

import Synchronization

/// What fails is said once. A statement that fails leaves later ones alone; a database that cannot be opened, is lost or
/// is held by another process is not asked again.
final class HistoryConnection: Sendable {
    fileprivate enum State {
        case notYet
        case open(any SQLDatabase)
        case lost
    }

    private struct Shared {
        var state = State.notYet
        var hasWarned = false
    }

    private let open: @Sendable () throws(SQLFailure) -> any SQLDatabase
    private let warn: @Sendable (SQLFailure) -> Void
    private let shared = Mutex(Shared())

    /// - Parameter warn: called at most once.
    init(
        open: @escaping @Sendable () throws(SQLFailure) -> any SQLDatabase,
        warn: @escaping @Sendable (SQLFailure) -> Void
    ) {
        self.open = open
        self.warn = warn
    }

    /// - Returns: whether the body was done without a failure.
    @discardableResult
    func use(_ body: (any SQLDatabase) throws(SQLFailure) -> Void) -> Bool {
        shared.withLock { shared in
            do throws(SQLFailure) {
                switch shared.state {
                case .lost: return false
                case .open(let database): try body(database)
                case .notYet:
                    let database = try open()
                    shared.state = .open(database)
                    try body(database)
                }
                return true
            } catch {
                if error.isBusy || !shared.state.isUsable { shared.state = .lost }
                if !shared.hasWarned { warn(error) }
                shared.hasWarned = true
                return false
            }
        }
    }

    /// Nothing more can be asked.
    var isLost: Bool {
        shared.withLock { if case .lost = $0.state { true } else { false } }
    }

    /// A connection that was opened before may have died since: the next use opens another.
    func forget() {
        shared.withLock { shared in
            if case .open = shared.state { shared.state = .notYet }
        }
    }
}

extension HistoryConnection.State {
    fileprivate var isUsable: Bool {
        if case .open(let database) = self { database.isUsable } else { false }
    }
}
