// How many instances of a service there are, and what they do. Changes nothing.

/// The instances of one service, counted.
public struct ServiceTally: Hashable, Sendable {
    /// In use.
    public var leased: Int
    /// Ready and in nobody's use: the next lease is granted at once.
    public var spare: Int
    /// On their way to be ready.
    public var starting: Int
    /// Given back or given up, and not yet ended.
    public var stopping: Int

    public init(leased: Int = 0, spare: Int = 0, starting: Int = 0, stopping: Int = 0) {
        self.leased = leased
        self.spare = spare
        self.starting = starting
        self.stopping = stopping
    }
}

extension ServicePool {
    public func tally(of service: ServiceID) -> ServiceTally {
        var tally = ServiceTally()
        for instance in instances.values where instance.service == service {
            switch instance.state {
            case .stopping: tally.stopping += 1
            case .ready where instance.users.isEmpty: tally.spare += 1
            case .ready: tally.leased += 1
            case .waiting, .preparing, .starting: tally.starting += 1
            }
        }
        return tally
    }
}
