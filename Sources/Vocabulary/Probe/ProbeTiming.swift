// How often a probe is tried and when that ends: Kubernetes' parameters and a deadline. Knows no clock.

/// All spans are nanoseconds.
public struct ProbeTiming: Hashable, Sendable {
    /// Before the first attempt.
    public var initialDelay: UInt64
    /// From the start of one attempt to the start of the next. Nil: pauses begin at `firstPause` and grow by half up to
    /// `longestPause`.
    public var period: UInt64?
    /// Of one attempt.
    public var timeout: UInt64
    /// Successes in a row that count.
    public var successThreshold: Int
    /// Failures in a row that end it; nil: any number.
    public var failureThreshold: Int?
    /// Of everything together, from the beginning; nil is none.
    public var deadline: UInt64?

    public static let firstPause: UInt64 = 2_000_000
    public static let longestPause: UInt64 = 1_000_000_000

    /// A service gets a minute to become ready, however often it says no.
    public static let startup = ProbeTiming(deadline: 60_000_000_000)
    /// Once a second, and three failures in a row count.
    public static let liveness = ProbeTiming(period: 1_000_000_000, failureThreshold: 3)

    public init(
        initialDelay: UInt64 = 0, period: UInt64? = nil, timeout: UInt64 = 2_000_000_000, successThreshold: Int = 1,
        failureThreshold: Int? = nil, deadline: UInt64? = nil
    ) {
        self.initialDelay = initialDelay
        self.period = period
        self.timeout = timeout
        self.successThreshold = successThreshold
        self.failureThreshold = failureThreshold
        self.deadline = deadline
    }
}
