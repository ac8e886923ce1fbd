// Services, their instances and their leases as small numbers. Knows nothing of what they stand for.

/// A declared service: its position among those of a run or a broker.
public struct ServiceID: Hashable, Comparable, Sendable {
    public let index: Int

    public init(_ index: Int) {
        self.index = index
    }

    public static func < (lhs: ServiceID, rhs: ServiceID) -> Bool { lhs.index < rhs.index }
}

/// One server of a service, from the wish for it until nothing of it is left.
public struct InstanceID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (lhs: InstanceID, rhs: InstanceID) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// The right to use an instance, from the wish until it is given back.
public struct LeaseID: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static func < (lhs: LeaseID, rhs: LeaseID) -> Bool { lhs.rawValue < rhs.rawValue }
}
