// The seam to processes and threads: the engine asks, and awaits what happens, one occurrence at a time.

public import Vocabulary

/// A process the engine started; the engine chooses the number.
public struct ProcessToken: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

public struct ProcessRequest: Hashable, Sendable {
    /// Program and arguments. A program without a slash is looked up in the request's own PATH.
    public var arguments: [String]
    /// The whole environment, as `NAME=value`.
    public var environment: [String]
    /// Absolute path.
    public var directory: String
    /// Standard input, output and error are the terminal's; else input is empty, output and error share one pipe.
    public var isInteractive: Bool
    /// Full name of the task it belongs to. The process and all it starts see it as `TASKGRAPH_TASK`; descendants that
    /// left their session are recognised by it.
    public var task: String?
    /// A descriptor through which it gets job tokens (`TokenPipe.shared`): the process has it as 3 and as 4.
    public var tokens: Int32?

    public init(
        arguments: [String], environment: [String], directory: String, isInteractive: Bool = false, task: String? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.isInteractive = isInteractive
        self.task = task
    }
}

/// A descriptor that is waited for; who watches it chooses the number.
public struct SourceToken: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// The program could not be started.
public struct SpawnError: Error, Hashable, Sendable, CustomStringConvertible {
    public let program: String
    public let reason: String

    public init(program: String, reason: String) {
        self.program = program
        self.reason = reason
    }

    public var description: String { "cannot start \(program): \(reason)" }
}

/// Something the engine waited for.
public enum Occurrence<Message: Sendable>: Sendable {
    /// Bytes a process wrote.
    case output(ProcessToken, [UInt8])
    /// The process is reaped, every descendant of it is gone, and all of its output was delivered.
    case exited(ProcessToken, ExitStatus, ResourceUsage)
    /// Work that was given to `perform` is done.
    case message(Message)
    /// A watched descriptor can be read. Told again and again until it cannot.
    case readable(SourceToken)
    /// SIGINT, SIGTERM or SIGHUP reached taskgraph.
    case interrupted(Int32)
    /// The deadline given to `next` has passed.
    case deadline
}

/// Processes, worker threads, signals and time behind one call to wait on. Used by one thread only.
public protocol Reactor<Message>: AnyObject {
    associatedtype Message: Sendable

    /// Nanoseconds on the monotonic clock.
    var now: UInt64 { get }
    /// Nanoseconds since the epoch; only for records, never for measuring.
    var wallTime: UInt64 { get }
    /// Starts a process in a process group (an interactive one) or a session (any other) of its own. The token must not
    /// be one that is running.
    func spawn(_ request: ProcessRequest, as token: ProcessToken) throws(SpawnError)
    /// Ends a process and all its descendants: TERM, after the grace (nanoseconds) KILL. `exited` follows. A token that
    /// is not running is ignored; of several calls the earliest KILL counts.
    func stop(_ token: ProcessToken, grace: UInt64)
    /// Asks a process to end with a signal of its own, and kills what is left of it after the grace. What it started is
    /// left to it until then.
    func stop(_ token: ProcessToken, signal: Int32, grace: UInt64)
    /// Tells from now on when a descriptor can be read. It stays the caller's.
    func watch(_ descriptor: Int32, as source: SourceToken)
    /// Tells that no longer. To be called before the descriptor is closed.
    func unwatch(_ descriptor: Int32)
    /// Does blocking work on another thread.
    func perform(_ work: @escaping @Sendable () -> Message)
    /// The next occurrence; waits until the deadline (`now` scale), without one for ever. What was ready when the
    /// deadline passed comes before `deadline`, once; a deadline in the past only asks what is ready.
    func next(until deadline: UInt64?) -> Occurrence<Message>
}
