// A metric's last values as a small line. The numbers stand in the table beside it; the drawing has a text of its own.

import Vocabulary

struct Sparkline {
    private let row: MetricComparison
    private static let width = 120.0
    private static let height = 28.0

    init(_ row: MetricComparison) {
        self.row = row
    }

    /// One value is no trend.
    var svg: String {
        let points = (row.history.suffix(19) + [row.now]).filter(\.value.isFinite)
        guard points.count > 1 else { return "<span class=\"quiet\">–</span>" }
        let values = points.map(\.value)
        let low = values.min() ?? 0
        let high = values.max() ?? 0
        let places = values.enumerated().map { at, value in
            let x = 4 + (Sparkline.width - 8) * Double(at) / Double(values.count - 1)
            let share = high > low ? (value - low) / (high - low) : 0.5
            return (x: x, y: Sparkline.height - 5 - (Sparkline.height - 10) * share)
        }
        let line = places.map { "\(pixels($0.x)),\(pixels($0.y))" }.joined(separator: " ")
        let last = places[places.count - 1]
        let texts = values.map { ReportNumbers.text($0, row.now.unit) }
        let name = SafeText.html("\(row.name) over \(values.count) runs: \(texts.joined(separator: ", "))")
        return
            "<svg class=\"spark\" role=\"img\" aria-label=\"\(name)\" width=\"120\" height=\"28\" viewBox=\"0 0 120 28\">"
            + "<title>\(name)</title><polyline points=\"\(line)\"/>"
            + "<circle cx=\"\(pixels(last.x))\" cy=\"\(pixels(last.y))\" r=\"2.5\"/></svg>"
    }
}

/// A coordinate with at most one decimal; negative ones become 0.
func pixels(_ value: Double) -> String {
    let tenths = Int(max(0, min(value, 1e9)) * 10 + 0.5)
    return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)")
}
