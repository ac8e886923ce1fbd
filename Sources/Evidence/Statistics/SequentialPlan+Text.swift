// What a sequential test promises, in one line: its largest number of runs, its error, its indifference region.

import Vocabulary

extension SequentialPlan {
    /// `at most 300 runs; each verdict is wrong in at most 5% of cases; one is at least 90% probable at rates below 1.23% and
    /// above 10.7%`. Rates between these are the indifference region: near the limit the runs may end undecided.
    public var promise: String {
        let region = indifference(power: 0.9)
        var decided: [String] = []
        if region.lowerBound > 0 {
            decided.append("below \(MetricProse.value(region.lowerBound, .share, digits: 3, .down))")
        }
        if region.upperBound < 1 {
            decided.append("above \(MetricProse.value(region.upperBound, .share, digits: 3, .up))")
        }
        let runs = mostTrials == 1 ? "1 run" : "\(mostTrials) runs"
        let error = MetricProse.value(certainty.error, .share)
        return "at most \(runs); each verdict is wrong in at most \(error) of cases; "
            + (decided.isEmpty
                ? "none is 90% probable at any rate"
                : "one is at least 90% probable at rates \(decided.joined(separator: " and "))")
    }
}
