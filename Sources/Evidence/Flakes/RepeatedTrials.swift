// Executions of a repeated task as trials of the claim that ends them. Knows no task and no engine.

public import Vocabulary

/// Whether `repeat` goes on, and what its executions say about the gate named by `until`.
public struct RepeatedTrials: Sendable {
    /// Executions at most.
    public let most: Int
    public let executions: Int
    private let test: SequentialTest?
    /// A claim without a certainty is decided by the first execution.
    private let isDecidedAtOnce: Bool

    /// - Parameters:
    ///   - gate: the gate of `until`; nil: nothing ends the executions early.
    ///   - times: executions at most.
    public init(_ executions: [ExecutionEvidence], until gate: Gate?, times: Int) {
        most = times
        self.executions = executions.count
        guard let gate, let claim = gate.claim else {
            test = nil
            isDecidedAtOnce = gate != nil
            return
        }
        isDecidedAtOnce = false
        let outcomes = executions.compactMap { $0.measurement(of: gate.metric)?.sample }.filter { $0.trials == 1 }
        test = SequentialTest(
            claim.plan(mostTrials: times), after: outcomes.map { claim.isEvent($0.events == 1) })
    }

    /// Whether another execution can change nothing, or none is allowed.
    public var isOver: Bool { executions >= most || isDecided }

    private var isDecided: Bool { test.map { $0.verdict != .undecided } ?? (isDecidedAtOnce && executions > 0) }

    /// How the gate of `until` counts them; nil: as its metric does.
    public var evidence: TrialEvidence? { test.map { .watched($0, .suiteRun) } }

    /// `, decided after 66 of at most 100 executions`
    public var remark: String {
        executions < most
            ? ", decided after \(executions) of at most \(most) executions" : ", after all \(most) executions"
    }
}

extension Gate {
    /// What it claims with a certainty about a number; nil: nothing.
    fileprivate var claim: RateClaim? {
        switch limit {
        case .number(let limit), .share(let limit): RateClaim(self, limit: factor * limit)
        case .metric, .baseline: nil
        }
    }
}

extension TaskEvidence {
    /// What all executions come to: counted shares are those of all trials together, everything else is the mean, unless
    /// the metric's `aggregate` says otherwise.
    public init(of executions: [ExecutionEvidence], _ metrics: [MetricDefinition]) {
        self.init()
        self.executions = executions
        for (index, execution) in executions.enumerated() {
            tests += execution.tests.map { test in
                var test = test
                test.repetition = index + 1
                return test
            }
        }
        for metric in metrics {
            let readings = executions.enumerated().map { index, execution in
                (name: "execution \(index + 1)", reading: execution.reading(of: metric.name))
            }
            switch metric.aggregate(readings, areRepetitions: true) {
            case .measured(let value): measurements.append(value)
            case .missing(let reason): missing.append(MissingMetric(name: metric.name, reason: reason))
            }
        }
    }
}

extension ExecutionEvidence {
    fileprivate func measurement(of metric: String) -> Measurement? { measurements.first { $0.name == metric } }

    fileprivate func reading(of metric: String) -> Reading {
        if let found = measurement(of: metric) { return .measured(found) }
        return .missing(missing.first { $0.name == metric }?.reason ?? "it was not measured")
    }
}
