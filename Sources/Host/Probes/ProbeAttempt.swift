// One attempt of a probe that takes time: what it must offer. Knows no kind of probe.

internal import Ports

/// What an attempt waits for.
enum Interest {
    case reading, writing
}

enum AttemptProgress {
    case waiting(Int32, Interest)
    case over(AttemptResult)
}

/// An attempt owns its descriptors; letting go of it ends it.
protocol ProbeAttempt: AnyObject {
    /// Goes on as far as it can without waiting. Called at the beginning and whenever what it waits for is there.
    func advance() -> AttemptProgress
    /// What it has been waiting for until now, as an error if nothing more comes.
    var stage: String { get }
    /// The descriptor of the last `waiting`, to be forgotten before the attempt is.
    var watched: Int32? { get }
}
