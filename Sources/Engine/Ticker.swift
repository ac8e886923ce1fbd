// Something that is done now and then while a run goes on. Knows no clock.

/// Something to be done about every interval while a run goes on, such as redrawing.
public struct Ticker {
    /// Nanoseconds.
    public let interval: UInt64
    /// Called with the nanoseconds since the run began.
    public let action: (UInt64) -> Void

    public init(interval: UInt64, action: @escaping (UInt64) -> Void) {
        self.interval = interval
        self.action = action
    }
}
