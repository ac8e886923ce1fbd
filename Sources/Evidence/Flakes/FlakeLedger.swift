// Which tests are flaky: the same key and a different outcome prove it. Folds observations; keeps no files.

public import Vocabulary

/// What is known of one test that was proved flaky.
public struct FlakeRecord: Hashable, Sendable {
    public let test: String
    /// Keys at which it both passed and failed.
    public let provingKeys: Int
    /// Executions that failed although the same inputs also passed, out of all at keys at which it passed at least once. A key
    /// at which it only failed may be a real defect and counts for nothing.
    public let sample: Sample
    /// The rate of such failures; one-sided bounds, as if the number of executions had been settled before.
    public let bounds: BinomialBounds
    /// Nanoseconds since the epoch: the first and the last failure at a proving key.
    public let firstSeen: UInt64
    public let lastSeen: UInt64
    public let firstRun: String
    public let lastRun: String
    /// Seconds of all executions at proving keys but one each: they told nothing new about the code.
    public let cost: Double

    public var rate: Double { sample.share ?? 0 }
}

/// All flakes in a set of observations.
public struct FlakeLedger: Hashable, Sendable {
    /// The most expensive first, then by rate, then by name.
    public let records: [FlakeRecord]

    /// The order of the observations does not matter.
    public init(_ observations: some Sequence<TestObservation>, certainty: Certainty) {
        var tests: [String: [String: KeyTally]] = [:]
        for observation in observations where observation.outcome != .skipped {
            tests[observation.test, default: [:]][observation.key, default: KeyTally()].add(observation)
        }
        records = tests.compactMap { Self.record($0.key, Array($0.value.values), certainty) }.sorted {
            ($1.cost, $1.rate, $0.test) < ($0.cost, $0.rate, $1.test)
        }
    }

    private static func record(_ test: String, _ keys: [KeyTally], _ certainty: Certainty) -> FlakeRecord? {
        let proofs = keys.filter(\.isProof)
        let failures = proofs.flatMap(\.failures)
        guard let first = failures.min(by: { $0.isBefore($1) }), let last = failures.max(by: { $0.isBefore($1) }) else {
            return nil
        }
        let sample = Sample(
            events: failures.count, trials: keys.filter(\.hasPassed).reduce(0) { $0 + $1.executions }, unit: .testRun)
        return FlakeRecord(
            test: test, provingKeys: proofs.count, sample: sample,
            bounds: BinomialBounds(events: sample.events, trials: sample.trials, certainty: certainty),
            firstSeen: first.time, lastSeen: last.time, firstRun: first.run, lastRun: last.run,
            cost: proofs.reduce(0) { $0 + $1.seconds - $1.seconds / Double($1.executions) }
        )
    }
}

/// The executions of a test at one key.
private struct KeyTally {
    private(set) var executions = 0
    private(set) var hasPassed = false
    private(set) var failures: [TestObservation] = []
    private(set) var seconds = 0.0

    var isProof: Bool { hasPassed && !failures.isEmpty }

    mutating func add(_ observation: TestObservation) {
        // A test that was tried again within the run was executed at least twice.
        executions += observation.outcome == .flaky ? 2 : 1
        seconds += observation.seconds
        if observation.outcome.hasPassed { hasPassed = true }
        if observation.outcome.hasFailed { failures.append(observation) }
    }
}

extension TestObservation {
    /// Earlier; ties are broken so that the order of observations does not matter.
    fileprivate func isBefore(_ other: TestObservation) -> Bool {
        (time, run, repetition) < (other.time, other.run, other.repetition)
    }
}
