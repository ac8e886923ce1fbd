// Passwords of services on their way from the engine to the screen. Shows nothing.

import Synchronization

/// Filled before any process knows the password, taken before the next event is shown.
final class NewPasswords: Sendable {
    private let waiting = Mutex<[String]>([])

    func add(_ password: String) { waiting.withLock { $0.append(password) } }

    func take() -> [String] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
