// What `metrics` shows: the latest values, a metric's trend, and two runs side by side. Judges nothing.

public import Vocabulary

public struct MetricTable: Sendable {
    /// A value, and what it is compared with.
    public struct Row: Sendable {
        public var measurement: Measurement
        /// Full name.
        public var task: String
        /// The run, or the word for it.
        public var run: String
        public var before: Double?
        /// Of the gates on this metric in that run.
        public var verdicts: [String]

        public init(
            _ measurement: Measurement, task: String, run: String, before: Double? = nil, verdicts: [String] = []
        ) {
            self.measurement = measurement
            self.task = task
            self.run = run
            self.before = before
            self.verdicts = verdicts
        }
    }

    public var rows: [Row]

    public init(_ rows: [Row]) {
        self.rows = rows
    }

    /// A line per row: the name, the value, the change, the verdicts.
    public var text: String {
        guard !rows.isEmpty else { return "no metric has been recorded here yet\n" }
        let cells = rows.map { row in
            [row.measurement.name, row.measurement.shownValue, row.change, row.remark]
        }
        return MetricTable.aligned(cells)
    }

    /// Values of one metric, the oldest first, with a line that shows their course.
    public var trend: String {
        guard let first = rows.first else { return "no value of this metric has been recorded here yet\n" }
        let line = sparkline(rows.map(\.measurement.value))
        let cells = rows.map { ["run " + $0.run, $0.measurement.shownValue, $0.change, $0.remark] }
        return "\(first.measurement.name)  \(line)\n" + MetricTable.aligned(cells)
    }

    public var json: [UInt8] {
        JSON.object([("version", .integer(1)), ("metrics", .array(rows.map(\.json)))]).indented
    }

    /// RFC 4180, with a line of names.
    public var csv: String {
        let names = "metric,task,run,value,unit,direction,before,restored,measuredAt,gates\r\n"
        return names
            + rows.map { row in
                let measured = row.measurement
                return [
                    measured.name, row.task, row.run, measured.value.description, measured.unit.rawValue,
                    measured.direction.rawValue, row.before?.description ?? "",
                    measured.provenance.isRestored ? "true" : "false", String(measured.provenance.time),
                    row.verdicts.joined(separator: "; "),
                ].map(MetricTable.quoted).joined(separator: ",") + "\r\n"
            }.joined()
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    private static func aligned(_ rows: [[String]]) -> String {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { displayWidth($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = row.enumerated().map { padded($1, to: widths[$0]) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

/// A bar for each value, from the lowest to the highest.
func sparkline(_ values: [Double]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    guard let low = values.min(), let high = values.max(), high > low else {
        return String(repeating: "▄", count: values.count)
    }
    return String(values.map { bars[Int((($0 - low) / (high - low) * 7).rounded())] })
}

extension MetricTable.Row {
    /// Against the value before: `+12.0% (worse)`.
    fileprivate var change: String {
        guard let before else { return "" }
        let difference = measurement.value - before
        guard difference != 0 else { return "unchanged" }
        let isBetter: Bool? =
            switch measurement.direction {
            case .higherIsBetter: difference > 0
            case .lowerIsBetter: difference < 0
            case .unknown: nil
            }
        let word = isBetter.map { $0 ? " (better)" : " (worse)" } ?? ""
        let sign = difference > 0 ? "+" : "-"
        guard before != 0 else { return sign + measurement.shown(abs(difference)) + word }
        return sign + tenths(abs(difference / before) * 100) + "%" + word
    }

    fileprivate var remark: String {
        ((measurement.provenance.isRestored ? ["cached"] : []) + verdicts).joined(separator: ", ")
    }

    fileprivate var json: JSON {
        .object(
            dropping: measurement.members + [
                ("task", .string(task)), ("recordedIn", .string(run)), ("before", before.map(JSON.number)),
                ("gates", verdicts.isEmpty ? nil : .strings(verdicts)),
            ])
    }
}

extension Measurement {
    fileprivate var shownValue: String { shown(value) }

    fileprivate func shown(_ value: Double) -> String {
        switch unit {
        case .share: tenths(value * 100) + "%"
        case .count: value == value.rounded() && abs(value) < 1e15 ? humanCount(Int(value)) : "\(value)"
        case .seconds where value >= 0 && value < 1e9: humanDuration(UInt64(value * 1e9))
        case .bytes where value >= 0 && value < 1e18: humanBytes(UInt64(value))
        case .number, .seconds, .bytes: value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        }
    }
}

/// With one decimal.
func tenths(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let all = Int((abs(value) * 10).rounded())
    return (value < 0 && all > 0 ? "-" : "") + "\(all / 10).\(all % 10)"
}
