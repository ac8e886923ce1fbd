// The seam to probes: many are tried side by side without a thread each, and what they find is asked for.

public import Vocabulary

/// A probe that was added; never given twice.
public struct ProbeID: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// What one attempt found.
public enum AttemptResult: Hashable, Sendable {
    case succeeded
    /// Not yet, or no longer: one line.
    case failed(String)
    /// It cannot be tried here; trying again would not help.
    case impossible(String, hint: String? = nil)
}

/// What a probe has to say.
public enum ProbeOutcome: Hashable, Sendable {
    /// An attempt is over; for logs.
    case attempted(ProbeID, AttemptResult)
    /// The service is ready, so many nanoseconds after the probe was added. The probe is gone.
    case ready(ProbeID, after: UInt64)
    /// It did not become ready, or is no longer alive. The probe is gone.
    case failed(ProbeID, ProbeFailure)
    /// The command of an `exec` probe is to be started now; `commandEnded` or `commandRefused` has to follow.
    case start(ProbeID, Command)
    /// That command is to be killed, with all it started; `commandEnded` has to follow here too.
    case stop(ProbeID)
}

/// What a probe has to be told.
public enum ProbeNews: Hashable, Sendable {
    /// The service wrote this.
    case output([UInt8])
    /// The command that `start` asked for has ended and had written this.
    case commandEnded(ExitStatus, output: [UInt8])
    case commandRefused(SpawnError)
}

/// Many probes behind one descriptor and one deadline. Used by one thread only.
public protocol Probing: AnyObject {
    /// Readable when `turn` has something to do.
    var descriptor: Int32 { get }
    /// When `turn` has something to do at the latest, on the scale of `now`; nil: only when the descriptor is readable.
    var nextDeadline: UInt64? { get }
    /// Adds a probe. Its first attempt is made by the next `turn`.
    /// - Parameters:
    ///   - address: where the service is; the probe's own address comes first.
    ///   - now: nanoseconds on the monotonic clock.
    func add(_ spec: ProbeSpec, at address: ProbeAddress, for purpose: ProbePurpose, now: UInt64) -> ProbeID
    /// Drops a probe. When a command of it runs, its end need not be told.
    func remove(_ id: ProbeID)
    /// Tells a probe what happened; the consequences are said by the next `turn`.
    func tell(_ id: ProbeID, _ news: ProbeNews)
    /// Does what is due without waiting, and says what came of it.
    func turn(now: UInt64) -> [ProbeOutcome]
}
