// How numbers of metrics are written. Judges nothing.

import Glibc
import Vocabulary

enum MetricProse {
    /// Significant digits, unless more are needed to tell two numbers apart.
    static let digits = 4

    /// A number without an exponent, rounded to so many significant digits; whole numbers are never cut.
    static func decimal(
        _ value: Double, digits: Int = MetricProse.digits, _ rule: FloatingPointRoundingRule = .toNearestOrEven
    ) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : value.description }
        let magnitude = Int(log10(abs(value)).rounded(.down))
        let places = max(0, digits - 1 - magnitude)
        let scaled = round(value * pow(10, Double(places)), rule)
        guard abs(scaled) < 9e15 else { return value.description }
        let text = String(Int64(abs(scaled)))
        let padded = String(repeating: "0", count: max(0, places + 1 - text.count)) + text
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return "\(scaled < 0 ? "-" : "")\(padded.dropLast(places))\(fraction.isEmpty ? "" : ".\(fraction)")"
    }

    /// What binary fractions add to a decimal number is not rounded up.
    private static func round(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        let nearest = value.rounded()
        return abs(value - nearest) <= 1e-9 * max(1, abs(value)) ? nearest : value.rounded(rule)
    }

    /// `98.5%`, `42.1 s`, `1024 bytes`, `12`.
    static func value(
        _ value: Double, _ unit: MetricUnit, digits: Int = MetricProse.digits,
        _ rule: FloatingPointRoundingRule = .toNearestOrEven
    ) -> String {
        switch unit {
        case .share: decimal(value * 100, digits: digits, rule) + "%"
        case .seconds: decimal(value, digits: digits, rule) + " s"
        case .bytes: decimal(value, digits: digits, rule) + " bytes"
        case .number, .count: decimal(value, digits: digits, rule)
        }
    }

    /// Two numbers with as many digits as it takes to see that they differ; a share that is not whole is never shown as 0%
    /// or 100%.
    static func pair(_ first: Double, _ second: Double, _ unit: MetricUnit) -> (String, String) {
        var digits = MetricProse.digits
        while digits < 15 {
            let (left, right) = (value(first, unit, digits: digits), value(second, unit, digits: digits))
            let isTold = left != right || isEqual(first, second)
            if isTold, !hidesRest(left, first, unit), !hidesRest(right, second, unit) { return (left, right) }
            digits += 1
        }
        return (value(first, unit, digits: 15), value(second, unit, digits: 15))
    }

    private static func hidesRest(_ text: String, _ value: Double, _ unit: MetricUnit) -> Bool {
        unit == .share && text == "100%" && !isEqual(value, 1)
    }

    /// Numbers count as equal when they differ by less than a part in 10¹²: rounding does not decide a gate.
    static func isEqual(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-12 * max(abs(left), abs(right))
    }

    /// A span in its largest whole unit: `90 s`, `36 h`, `7 d`.
    static func age(_ nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        return switch seconds {
        case ..<1: "\(nanoseconds / 1_000_000) ms"
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) m"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// `1 suite run`, `20 suite runs`.
    static func trials(_ count: Int, _ unit: Sample.Unit) -> String {
        let noun =
            switch unit {
            case .suiteRun: "suite run"
            case .testRun: "test run"
            }
        return count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    /// `95%`
    static func percent(_ certainty: Certainty) -> String { decimal(certainty.percent, digits: 6) + "%" }
}
