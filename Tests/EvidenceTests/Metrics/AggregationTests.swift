// Values of instances as one: every rule of `aggregate`, and what happens when a value is missing.

import Evidence
import Testing
import Vocabulary

@Suite struct AggregationTests {
    private func instances(_ values: [Double?], samples: [Sample?] = [], restored: Int? = nil) -> [(String, Reading)] {
        values.enumerated().map { position, value in
            guard let value else { return ("t[\(position)]", .missing("no report")) }
            let sample = position < samples.count ? samples[position] : nil
            return (
                "t[\(position)]",
                .measured(
                    .of(
                        "m", value, .number, sample: sample, run: "r\(position)", time: UInt64(100 - position),
                        isRestored: restored == position))
            )
        }
    }

    private func value(_ reading: Reading) -> Double? {
        guard case .measured(let measurement) = reading else { return nil }
        return measurement.value
    }

    @Test(
        arguments: [
            (MetricDefinition.Source.duration, nil, [1.5, 2, 4], 7.5),
            (.count(files: [], expression: nil), nil, [1, 2, 4], 7),
            (.junit(files: [], .seconds), nil, [1, 2], 3),
            (.command(.script("x")), nil, [1, 2, 6], 3),
            (.coverage(files: [], .lineRate), nil, [0.5, 1], 0.75),
            (.duration, .sum, [1, 2, 4], 7), (.duration, .min, [3, 2, 4], 2), (.duration, .max, [3, 2, 4], 4),
            (.duration, .mean, [1, 2, 6], 3), (.duration, .max, [-3, -2], -2),
            (.command(.script("x")), .sum, [1, 2], 3),
            (.duration, .sum, [5], 5), (.command(.script("x")), nil, [5], 5),
        ] as [(MetricDefinition.Source, MetricDefinition.Aggregate?, [Double], Double)])
    func values(source: MetricDefinition.Source, aggregate: MetricDefinition.Aggregate?, values: [Double], sum: Double)
    {
        var metric = MetricDefinition("m", source)
        metric.aggregate = aggregate
        #expect(value(metric.aggregate(instances(values))) == sum)
    }

    @Test(
        arguments: [
            // Pooled: 1 of 10 and 9 of 30 are 10 of 40, not the mean of the two shares.
            (nil, 0.25, Sample(events: 10, trials: 40, unit: .testRun)),
            (.mean, 0.2, nil), (.sum, 0.4, nil),
            (.max, 0.3, Sample(events: 9, trials: 30, unit: .testRun)),
            (.min, 0.1, Sample(events: 1, trials: 10, unit: .testRun)),
        ] as [(MetricDefinition.Aggregate?, Double, Sample?)])
    func sharesThatWereCounted(aggregate: MetricDefinition.Aggregate?, expected: Double, sample: Sample?) throws {
        var metric = MetricDefinition("m", .junit(files: [], .passRate))
        metric.aggregate = aggregate
        let samples = [Sample(events: 1, trials: 10, unit: .testRun), Sample(events: 9, trials: 30, unit: .testRun)]
        guard case .measured(let all) = metric.aggregate(instances([0.1, 0.3], samples: samples)) else {
            throw Unexpected()
        }
        #expect(abs(all.value - expected) < 1e-12)
        #expect(all.sample == sample)
    }

    @Test func onlyEqualTrialsArePooled() {
        let metric = MetricDefinition("m", .junit(files: [], .passRate))
        let samples: [[Sample?]] = [
            [Sample(events: 1, trials: 10, unit: .testRun), Sample(events: 1, trials: 1, unit: .suiteRun)],
            [Sample(events: 1, trials: 10, unit: .testRun), nil],
            [Sample(events: 0, trials: 0, unit: .testRun), Sample(events: 0, trials: 0, unit: .testRun)],
        ]
        for samples in samples {
            #expect(value(metric.aggregate(instances([0.25, 0.75], samples: samples))) == 0.5)
        }
    }

    @Test(
        arguments: [
            ([nil], "no report"), ([1, nil, 3], "1 of 3 instances have no value (t[1]: no report)"),
            ([nil, nil], "2 of 2 instances have no value (t[0]: no report; t[1]: no report)"),
            (
                [nil, nil, nil, nil, 1],
                "4 of 5 instances have no value (t[0]: no report; t[1]: no report; t[2]: no report; …)"
            ),
            ([.nan, 1], "1 of 2 instances have no value (t[0]: nan is not a number)"),
            ([.infinity], "t[0]: inf is not a number"), ([], "the task has no instances"),
        ] as [([Double?], String)])
    func aMissingPartIsMissingInTheWhole(values: [Double?], reason: String) {
        #expect(MetricDefinition("m", .duration).aggregate(instances(values)) == .missing(reason))
    }

    @Test func theWholeIsAsOldAsItsOldestPart() throws {
        let metric = MetricDefinition("m", .duration)
        guard case .measured(let all) = metric.aggregate(instances([1, 2, 3], restored: 1)) else { throw Unexpected() }
        #expect(all.provenance == Provenance(run: "r2", host: "here", time: 98, isRestored: true))
        guard case .measured(let fresh) = metric.aggregate(instances([1, 2])) else { throw Unexpected() }
        #expect(!fresh.provenance.isRestored)
    }
}

@Suite struct MetricKindTests {
    @Test(
        arguments: [
            (
                MetricDefinition.Source.junit(files: [], .passRate), MetricUnit.share, MetricDirection.higherIsBetter,
                .testRun
            ),
            (.junit(files: [], .flakeRate), .share, .lowerIsBetter, .suiteRun),
            (.junit(files: [], .tests), .count, .higherIsBetter, nil),
            (.junit(files: [], .failed), .count, .lowerIsBetter, nil),
            (.junit(files: [], .seconds), .seconds, .lowerIsBetter, nil),
            (.coverage(files: [], .branchRate), .share, .higherIsBetter, nil),
            (.coverage(files: [], .covered), .count, .higherIsBetter, nil),
            (.coverage(files: [], .lines), .count, .unknown, nil),
            (.count(files: [], expression: "TODO"), .count, .unknown, nil),
            (.duration, .seconds, .lowerIsBetter, nil),
            (.document(.json, files: [], path: "a.b"), .number, .unknown, nil),
            (.command(.script("wc")), .number, .unknown, nil),
        ] as [(MetricDefinition.Source, MetricUnit, MetricDirection, Sample.Unit?)])
    func whatFollowsFromTheSource(
        source: MetricDefinition.Source, unit: MetricUnit, direction: MetricDirection, trial: Sample.Unit?
    ) {
        let metric = MetricDefinition("m", source)
        #expect(metric.unit == unit)
        #expect(metric.direction == direction)
        #expect(metric.trial == trial)
    }
}

@Suite struct FreshnessTests {
    static let second: UInt64 = 1_000_000_000

    @Test(
        arguments: [
            (nil, false, "r1", true, nil),
            (90, false, "r1", true, nil),
            (50, false, "r1", true, "m was measured 60 s ago, and `max-age` is 50 s"),
            (60, false, "r1", true, nil),
            (nil, true, "r2", false, nil),
            (nil, true, "r1", false, "m was measured in run r1, and `same-run` wants it measured in this one"),
            (nil, true, "r2", true, "m was measured in run r2, and `same-run` wants it measured in this one"),
        ] as [(UInt64?, Bool, String, Bool, String?)])
    func whetherAValueMayBeUsed(
        maximumAge: UInt64?, isSameRun: Bool, run: String, isRestored: Bool, objection: String?
    ) {
        var metric = MetricDefinition("m", .duration)
        metric.maximumAge = maximumAge.map { $0 * Self.second }
        metric.isSameRun = isSameRun
        let value = Measurement.of("m", 1, .seconds, run: run, time: 40 * Self.second, isRestored: isRestored)
        #expect(metric.objection(to: value, in: "r2", now: 100 * Self.second) == objection)
    }

    @Test func aClockThatWasSetBackMakesNothingOld() {
        var metric = MetricDefinition("m", .duration)
        metric.maximumAge = 1
        #expect(metric.objection(to: .of("m", 1, .seconds, time: 100), in: "r", now: 50) == nil)
    }
}

struct Unexpected: Error {}

extension MetricDefinition {
    init(_ name: String, _ source: Source) {
        self.init(name: name, source: source, at: SourceRange(source: SourceID(0), start: 0, end: 0))
    }
}

extension Measurement {
    static func of(
        _ name: String, _ value: Double, _ unit: MetricUnit, _ direction: MetricDirection = .unknown,
        sample: Sample? = nil, run: String = "r", time: UInt64 = 0, isRestored: Bool = false
    ) -> Measurement {
        Measurement(
            name: name, value: value, unit: unit, direction: direction, sample: sample,
            provenance: Provenance(run: run, host: "here", time: time, isRestored: isRestored))
    }
}
