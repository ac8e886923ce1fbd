// A database that is opened when it is first asked, and given up when it fails. Knows no table.

import Synchronization

/// What fails is said once, and after that there is no history.
final class HistoryConnection: Sendable {
    private enum State {
        case notYet
        case open(any SQLDatabase)
        case failed
    }

    private let open: @Sendable () throws(SQLFailure) -> any SQLDatabase
    private let warn: @Sendable (SQLFailure) -> Void
    private let state = Mutex(State.notYet)

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
        state.withLock { state in
            do throws(SQLFailure) {
                switch state {
                case .failed: return false
                case .open(let database): try body(database)
                case .notYet:
                    let database = try open()
                    state = .open(database)
                    try body(database)
                }
                return true
            } catch {
                state = .failed
                warn(error)
                return false
            }
        }
    }

    /// A connection that was opened before may have died since: the next use opens another.
    func forget() {
        state.withLock { state in
            if case .open = state { state = .notYet }
        }
    }
}
