// Looks at paths that were taken together. Knows nothing of what they mean.

public import Vocabulary

/// Some looks, and when they began.
public struct Looks: Sendable {
    public var observations: [Observation]
    /// Nanoseconds since the epoch, before the first of them.
    public var takenAt: UInt64

    public init(_ observations: [Observation] = [], takenAt: UInt64 = 0) {
        self.observations = observations
        self.takenAt = takenAt
    }
}
