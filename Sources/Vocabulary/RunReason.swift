// Why a task runs, as a value. The words stand in the room Report.

/// Why a task was executed rather than taken from the cache.
public enum RunReason: Hashable, Sendable {
    /// No result of this task is known, whatever its inputs.
    case neverRan
    /// Caching is off for the task.
    case notCached(NotCachedReason)
    /// `--force`.
    case forced
    /// `--no-cache`.
    case cacheDisabled
    /// The last run with this very key failed or was interrupted.
    case failedBefore
    /// Results are known, but for other keys: what changed against the most similar one. The first is the most
    /// telling; never empty.
    case changed([KeyChange])
    /// There is a record, but something that it refers to is missing or damaged in the store.
    case recordIncomplete(String)
    /// The record is older than `max-age`.
    case tooOld
}

/// Why results of a task are not kept.
public enum NotCachedReason: String, Hashable, Sendable {
    /// It declares no `inputs` and runs in no workspace.
    case noInputs = "no-inputs"
    /// `cache: false`.
    case declared
    /// It uses the terminal.
    case interactive
    /// It uses a service that others use too and that keeps what they do to it.
    case sharedService = "shared-service"
}

/// What is done with a task that is ready.
public enum Decision: Hashable, Sendable {
    /// Everything is in place already.
    case upToDate
    /// Outputs or layer are brought back from the store.
    case restore
    /// Not cached, but all conditions of `ensure` hold.
    case satisfied
    case run(RunReason)
}
