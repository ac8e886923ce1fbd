// How numbers are written: rounded, never so that two different ones look alike.

import Testing
import Vocabulary

@testable import Evidence

@Suite struct MetricProseTests {
    @Test(
        arguments: [
            (0, .number, "0"), (1, .share, "100%"), (0.985, .share, "98.5%"), (0.05, .share, "5%"),
            (1.0 / 3, .share, "33.33%"),
            (0.139, .share, "13.9%"), (0.000_012_34, .share, "0.001234%"), (42.1, .seconds, "42.1 s"),
            (123_456_789, .count, "123456789"), (123_456_789.7, .number, "123456790"),
            (1_048_576, .bytes, "1048576 bytes"),
            (-3.25, .number, "-3.25"), (0.1 + 0.2, .number, "0.3"), (1e300, .number, "1e+300"),
            (1e-9, .number, "0.000000001"),
            (.nan, .number, "nan"), (1_000, .number, "1000"), (0.001, .number, "0.001"), (99_995, .number, "99995"),
        ] as [(Double, MetricUnit, String)])
    func values(value: Double, unit: MetricUnit, text: String) {
        #expect(MetricProse.value(value, unit) == text)
    }

    @Test(arguments: [
        (0.13912, FloatingPointRoundingRule.up, "0.14"), (0.13912, .down, "0.13"), (0.13, .up, "0.13"),
        (0.139, .up, "0.14"), (0.07 * 100, .up, "7"), (2.0 / 3, .toNearestOrEven, "0.67"),
    ])
    func rounding(value: Double, rule: FloatingPointRoundingRule, text: String) {
        #expect(MetricProse.decimal(value, digits: 2, rule) == text)
    }

    @Test(arguments: [
        (0.949_996, 0.95, MetricUnit.share, "94.9996%", "95%"), (0.999_999, 1, .share, "99.9999%", "100%"),
        (0.999_999, 0.5, .share, "99.9999%", "50%"), (0.1 + 0.2, 0.3, .number, "0.3", "0.3"),
        (10.000_04, 10, .seconds, "10.00004 s", "10 s"), (1, 1, .share, "100%", "100%"),
    ])
    func differentNumbersLookDifferent(left: Double, right: Double, unit: MetricUnit, first: String, second: String) {
        let pair = MetricProse.pair(left, right, unit)
        #expect(pair.0 == first)
        #expect(pair.1 == second)
    }

    @Test(
        arguments: [
            (500_000_000, "500 ms"), (90_000_000_000, "90 s"), (3_600_000_000_000, "60 m"),
            (86_400_000_000_000, "24 h"),
            (700_000_000_000_000, "8 d"),
        ] as [(UInt64, String)])
    func ages(nanoseconds: UInt64, text: String) {
        #expect(MetricProse.age(nanoseconds) == text)
    }
}
