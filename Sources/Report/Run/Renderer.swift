// What every renderer of a run is: a fold over events that gives bytes. Writes nothing itself.

public import Vocabulary

/// Turns events into bytes for one stream. The caller writes them, in order.
public protocol Renderer: Sendable {
    /// Bytes for an event; often none.
    mutating func render(_ event: Event) -> [UInt8]
    /// Bytes because time passed. The caller calls this about ten times a second while a run goes on.
    /// - Parameter now: nanoseconds since the run began, not less than the time of any event before.
    mutating func tick(now: UInt64) -> [UInt8]
    /// Bytes that leave the stream in order when no more events come, for whatever reason.
    mutating func end() -> [UInt8]
}

extension Renderer {
    public mutating func tick(now: UInt64) -> [UInt8] { [] }
    public mutating func end() -> [UInt8] { [] }
}

/// `--quiet`, the default, `--verbose`.
public enum Verbosity: Int, Sendable, Comparable {
    /// Only what failed.
    case quiet
    /// Tasks that ran or were restored, and their output.
    case normal
    /// Every task, however it ended, and every line of output as it comes.
    case verbose

    public static func < (lhs: Verbosity, rhs: Verbosity) -> Bool { lhs.rawValue < rhs.rawValue }
}
