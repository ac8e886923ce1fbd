// `repeat` as a sample: which executions of the suite were clean. Knows no gates.

public import Vocabulary

/// How one repetition of a suite ended.
public struct RepeatedRun: Hashable, Sendable {
    /// The task did not end as accepted: crashed, timed out, left no report.
    public let isBroken: Bool
    /// Of the tests that did not pass at the first try.
    public let failed: Set<String>

    public init(isBroken: Bool = false, failed: Set<String> = []) {
        self.isBroken = isBroken
        self.failed = failed
    }

    /// Nothing broke, and every test passed at the first try.
    public var isClean: Bool { !isBroken && failed.isEmpty }

    /// The same without what is excused.
    public func excusing(_ tests: Set<String>) -> RepeatedRun {
        RepeatedRun(isBroken: isBroken, failed: failed.subtracting(tests))
    }
}

extension Sequence<RepeatedRun> {
    /// The flake rate of the suite: a trial is one execution of all of it, an event is one that was not clean.
    public var suiteSample: Sample {
        let events = map { !$0.isClean }
        return Sample(events: events.count(where: \.self), trials: events.count, unit: .suiteRun)
    }
}
