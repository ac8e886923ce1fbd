// What a task had of its services: how many instances, and how long it waited for them. Does not know who counted.

/// The instances of one service that a task was given, or that its processes leased.
public struct ServiceUse: Hashable, Sendable {
    public let service: String
    public var instances = 0
    /// Nanoseconds from a request to its instance being ready, of all requests together.
    public var waited: UInt64 = 0
    /// Of the slowest.
    public var longest: UInt64 = 0

    public init(_ service: String) {
        self.service = service
    }

    /// Both together.
    public func adding(_ other: ServiceUse) -> ServiceUse {
        var sum = self
        sum.instances += other.instances
        sum.waited += other.waited
        sum.longest = max(longest, other.longest)
        return sum
    }

    public mutating func add(wait: UInt64) {
        instances += 1
        waited += wait
        longest = max(longest, wait)
    }
}
