// One value of a metric: the number, what it counts, and where it comes from. Does not know how it was measured.

/// What the number of a metric counts.
public enum MetricUnit: String, Hashable, Sendable, CaseIterable {
    /// Nothing is known of it.
    case number
    /// A part of a whole: 1 is 100%.
    case share
    /// Things: tests, lines, routes.
    case count
    case seconds
    case bytes
}

/// Which way a metric gets better.
public enum MetricDirection: String, Hashable, Sendable, CaseIterable {
    case higherIsBetter, lowerIsBetter, unknown
}

/// A share that was found by counting: how many trials there were, and in how many of them the event happened.
public struct Sample: Hashable, Sendable {
    /// What one trial is.
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        /// One execution of the whole task.
        case suiteRun
        /// One execution of one test.
        case testRun
    }

    public var events: Int
    public var trials: Int
    public var unit: Unit

    /// - Precondition: `0 <= events <= trials`
    public init(events: Int, trials: Int, unit: Unit) {
        precondition(events >= 0 && events <= trials, "more events than trials")
        self.events = events
        self.trials = trials
        self.unit = unit
    }

    /// Nil without trials.
    public var share: Double? { trials > 0 ? Double(events) / Double(trials) : nil }
}

/// When and where a value was measured.
public struct Provenance: Hashable, Sendable {
    /// The run that measured it, not the one that restored it.
    public var run: String
    public var host: String
    /// Nanoseconds since the epoch.
    public var time: UInt64
    /// It came with a result from the cache; nothing was measured in the run that shows it.
    public var isRestored: Bool

    public init(run: String, host: String, time: UInt64, isRestored: Bool = false) {
        self.run = run
        self.host = host
        self.time = time
        self.isRestored = isRestored
    }
}

/// A measured value of a metric.
public struct Measurement: Hashable, Sendable {
    /// The metric: unique in the graph.
    public var name: String
    public var value: Double
    public var unit: MetricUnit
    public var direction: MetricDirection
    /// What was counted, when the value is a share that was found by counting.
    public var sample: Sample?
    public var provenance: Provenance

    public init(
        name: String, value: Double, unit: MetricUnit, direction: MetricDirection, sample: Sample? = nil,
        provenance: Provenance
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.direction = direction
        self.sample = sample
        self.provenance = provenance
    }
}

/// A value that was looked for, or why there is none.
public enum Reading: Hashable, Sendable {
    case measured(Measurement)
    /// One sentence without its full stop: what is missing, and why.
    case missing(String)
}
