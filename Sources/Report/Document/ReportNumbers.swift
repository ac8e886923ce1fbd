// Numbers of metrics and moments as reports write them. Knows no clock and no time zone: moments are UTC.

import Vocabulary

enum ReportNumbers {
    /// `98.5%`, `42.1 s`, `1.5 MB`, `12`.
    static func text(_ value: Double, _ unit: MetricUnit) -> String {
        switch unit {
        case .share: share(value)
        case .seconds: decimal(value) + " s"
        case .bytes where value >= 0 && value < 1e18: humanBytes(UInt64(value))
        case .bytes: decimal(value) + " B"
        case .number, .count: decimal(value)
        }
    }

    /// A share that is not whole is never written as 0% or 100%.
    private static func share(_ value: Double) -> String {
        var places = 1
        while places < 9 {
            let text = decimal(value * 100, places: places)
            if text != (value < 1 ? "100" : ""), text != (value > 0 ? "0" : "") || value == 0 { return text + "%" }
            places += 2
        }
        return "\(value * 100)%"
    }

    /// Rounded half away from zero; without trailing zeros. Numbers below one keep three digits that tell something.
    static func decimal(_ value: Double, places wanted: Int = 2) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.description }
        var places = wanted
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        while value != 0, abs(value) * scale < 100, places < 6, abs(value) < 0.1 {
            places += 1
            scale *= 10
        }
        let units = Int64(min(abs(value) * scale + 0.5, 9e18))
        let digits = String(units)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = humanCount(Int(padded.dropLast(places)) ?? 0)
        return (value < 0 && units > 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// `2026-11-23 22:52:07 UTC` (days to a civil date after Howard Hinnant's `civil_from_days`).
    static func moment(_ nanoseconds: UInt64) -> String {
        let seconds = Int(nanoseconds / 1_000_000_000)
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = [two(month), two(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)].joined(separator: "-")
        let time = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
        return "\(year)-\(date) \(time) UTC"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension GateAccount {
    /// The unit in which its numbers are written.
    func unit(of measurement: Measurement?) -> MetricUnit {
        if case .share = gate.limit { return .share }
        return measurement?.unit ?? .number
    }

    /// `integration.flake_rate < 5% at 95%`
    func claim(_ unit: MetricUnit) -> String {
        let limit =
            switch gate.limit {
            case .number(let number): ReportNumbers.text(number, unit)
            case .share(let share): ReportNumbers.text(share, .share)
            case .metric(let name): name
            case .baseline(let baseline): "baseline \(baseline.kind.rawValue) \(baseline.name)"
            }
        let factor = gate.factor == 1 ? "" : "\(ReportNumbers.decimal(gate.factor)) × "
        let certainty = gate.certainty.map { " at \(ReportNumbers.decimal($0.percent))%" } ?? ""
        return "\(gate.metric) \(gate.comparison.rawValue) \(factor)\(limit)\(certainty)"
    }
}
