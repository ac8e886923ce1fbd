// Which parent tasks' processes get. Does not know what it does for them.

internal import Glibc

/// Who sees to it that no process of a task lives on.
public enum Guarding: Sendable {
    /// A warden. Where the system allows none it is this process, and what the system said is told once.
    case byWarden(_ refused: @Sendable (String) -> Void)
    /// This process: what it started may live on when it is killed.
    case byThisProcess

    func parent() -> any ProcessParent {
        guard case .byWarden(let refused) = self else { return DirectParent() }
        do throws(WardenRefusal) {
            return try WardenParent()
        } catch {
            refused(error.description)
            return DirectParent()
        }
    }
}
