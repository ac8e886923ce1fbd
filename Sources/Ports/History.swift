// The seam to the memory of runs: how long tasks took, and how runs ended.

public import Vocabulary

/// One task of a finished run.
public struct HistoryEntry: Hashable, Sendable {
    public let task: String
    public let outcome: String
    public let usage: ResourceUsage
    public let attempts: Int

    public init(task: String, outcome: String, usage: ResourceUsage, attempts: Int) {
        self.task = task
        self.outcome = outcome
        self.usage = usage
        self.attempts = attempts
    }
}

/// Losing history never fails a run: implementations swallow their errors after reporting them once.
public protocol History: Sendable {
    /// Typical wall time of tasks in nanoseconds, for those that were measured.
    func durations(of tasks: [String]) -> [String: UInt64]
    /// Records a run that has ended.
    /// - Parameter startedAt: nanoseconds since the epoch.
    func record(targets: [String], startedAt: UInt64, summary: RunSummary, entries: [HistoryEntry])

    /// The values of a metric in earlier runs, the latest first.
    func pastValues(of metric: String) -> [Measurement]
    /// The value of a metric in the last run of a branch, or in a run that is named by its id or the beginning of it.
    ///
    /// - Parameter kind: `branch` or `run`; a task's value is known to the run itself.
    func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading
}

/// Without a memory of metrics.
extension History {
    public func pastValues(of metric: String) -> [Measurement] { [] }

    public func baseline(_ kind: Gate.Baseline.Kind, _ name: String, of metric: String) -> Reading {
        .missing("no run of \(kind.rawValue) \(name) is known")
    }
}
