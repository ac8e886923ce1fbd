// When a probe is tried, and when that is enough: attempts, thresholds, back-off, deadline. Pure: times are numbers.

public import Vocabulary

/// One probe over its life. It says what to do, and is told what came of it.
public struct ProbeMachine: Sendable {
    public enum Event: Hashable, Sendable {
        /// Only that it is later now.
        case timePassed
        case succeeded
        case failed
        /// The service has said something by which an attempt is worth it now, before the next is due.
        case hinted
        /// The attempt cannot be made, now or later.
        case impossible
    }

    public enum Action: Hashable, Sendable {
        /// Begin an attempt; its result is an event.
        case attempt
        /// Give up the attempt that goes on; no event shall come of it.
        case abandon
        /// It counts as ready.
        case succeed
        /// It counts as failed.
        case fail(ProbeFailure.Reason)
    }

    private enum State: Hashable {
        case waiting(until: UInt64)
        case attempting(since: UInt64)
        case ended
    }

    /// A period of nothing would leave no time for anything else.
    private static let shortestPeriod: UInt64 = 1_000_000

    private let timing: ProbeTiming
    private let purpose: ProbePurpose
    private let deadline: UInt64?
    private var state: State
    private var pause = ProbeTiming.firstPause
    private var successes = 0
    private var failures = 0
    /// How many attempts were begun.
    public private(set) var attempts = 0

    public init(_ timing: ProbeTiming, for purpose: ProbePurpose, now: UInt64) {
        self.timing = timing
        self.purpose = purpose
        deadline = timing.deadline.map { now.saturatingAdd($0) }
        state = .waiting(until: now.saturatingAdd(timing.initialDelay))
    }

    /// When `timePassed` has to be told at the latest; nil when it has ended.
    public var wakeAt: UInt64? {
        switch state {
        case .waiting(let until): min(until, deadline ?? .max)
        case .attempting(let since): min(since.saturatingAdd(timing.timeout), deadline ?? .max)
        case .ended: nil
        }
    }

    /// Whether an attempt goes on: only then its result means anything.
    public var isAttempting: Bool {
        if case .attempting = state { true } else { false }
    }

    /// What follows from an event. A result without an attempt means nothing.
    public mutating func handle(_ event: Event, at now: UInt64) -> [Action] {
        switch (event, state) {
        case (_, .ended): []
        case (.timePassed, _): passTime(now)
        case (.hinted, _): takeHint(now)
        case (_, .waiting): []
        case (.succeeded, .attempting(let since)): countSuccess(since, now)
        case (.failed, .attempting(let since)): countFailure(since, now)
        case (.impossible, .attempting): end(.fail(.impossible))
        }
    }

    private mutating func passTime(_ now: UInt64) -> [Action] {
        if let deadline, deadline <= now {
            return (isAttempting ? [.abandon] : []) + end(.fail(.deadline(timing.deadline ?? 0)))
        }
        switch state {
        case .waiting(let until) where until <= now:
            attempts += 1
            state = .attempting(since: now)
            return [.attempt]
        case .attempting(let since) where since.saturatingAdd(timing.timeout) <= now:
            return [.abandon] + countFailure(since, now)
        default: return []
        }
    }

    /// A period and a delay that somebody chose stand. What is being tried may have begun too early: then soon again.
    private mutating func takeHint(_ now: UInt64) -> [Action] {
        guard timing.period == nil, attempts > 0 else { return [] }
        pause = ProbeTiming.firstPause
        guard case .waiting = state else { return [] }
        state = .waiting(until: now)
        return passTime(now)
    }

    private mutating func countSuccess(_ since: UInt64, _ now: UInt64) -> [Action] {
        successes += 1
        failures = 0
        pause = ProbeTiming.firstPause
        if purpose == .startup, successes >= timing.successThreshold { return end(.succeed) }
        wait(since, now)
        return []
    }

    private mutating func countFailure(_ since: UInt64, _ now: UInt64) -> [Action] {
        failures += 1
        successes = 0
        if let threshold = timing.failureThreshold, failures >= threshold { return end(.fail(.failures(failures))) }
        wait(since, now)
        return []
    }

    private mutating func end(_ action: Action) -> [Action] {
        state = .ended
        return [action]
    }

    private mutating func wait(_ since: UInt64, _ now: UInt64) {
        if let period = timing.period {
            let next = since.saturatingAdd(max(period, Self.shortestPeriod))
            // Always later than now: an attempt that takes no time must not be followed by one at the same time.
            state = .waiting(until: max(now.saturatingAdd(1), next))
        } else {
            state = .waiting(until: now.saturatingAdd(pause))
            pause = min(pause + pause / 2, ProbeTiming.longestPause)
        }
    }
}

extension UInt64 {
    fileprivate func saturatingAdd(_ other: UInt64) -> UInt64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
