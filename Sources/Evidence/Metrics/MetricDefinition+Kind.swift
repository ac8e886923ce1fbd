// What follows from a metric's source: what it counts, which way it gets better, how instances become one.

public import Vocabulary

extension MetricDefinition {
    /// What the number counts. `number` where only the user knows.
    public var unit: MetricUnit {
        if let declaredUnit { return declaredUnit }
        return switch source {
        case .junit(_, .passRate), .junit(_, .cleanRate), .junit(_, .flakeRate): .share
        case .coverage(_, .lineRate), .coverage(_, .branchRate), .coverage(_, .totalRate): .share
        case .junit(_, .seconds), .duration, .services(.ready), .services(.slowest): .seconds
        case .junit, .coverage, .count, .services: .count
        case .document, .command: .number
        }
    }

    public var direction: MetricDirection {
        if let declaredDirection { return declaredDirection }
        return switch source {
        case .junit(_, let value):
            switch value {
            case .tests, .ran, .passed, .passRate, .cleanRate: .higherIsBetter
            case .failed, .errors, .skipped, .flaky, .flakeRate, .seconds: .lowerIsBetter
            }
        case .coverage(_, let value): value == .lines || value == .branches ? .unknown : .higherIsBetter
        case .duration, .services(.ready), .services(.slowest): .lowerIsBetter
        case .document, .count, .command, .services: .unknown
        }
    }

    /// What one trial is when the metric is the share of trials in which something happened; nil: it is no such share, and
    /// nothing can be claimed of it with a certainty.
    ///
    /// A flake rate is about executions of the whole suite, because that is what blocks people; a pass rate is about
    /// executions of tests. Trials count as independent: what all tests of one run have in common is not seen.
    public var trial: Sample.Unit? {
        switch source {
        case .junit(_, .flakeRate): .suiteRun
        case .junit(_, .passRate), .junit(_, .cleanRate): .testRun
        default: nil
        }
    }
}

extension MetricUnit {
    /// Whether the values of parts add up to that of the whole.
    var isAdditive: Bool {
        switch self {
        case .count, .seconds, .bytes: true
        case .number, .share: false
        }
    }
}
