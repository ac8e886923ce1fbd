// When what ran, in lanes by job slot, with the critical path. The same follows as a table, for those who cannot see it.

import Vocabulary

extension HTMLReport {
    /// More bars than this make the page slow; the longest are kept.
    private static let barLimit = 1_000

    func timelineSection() -> Section {
        let path = CriticalPath(run)
        let timeline = Timeline(run, limit: HTMLReport.barLimit)
        guard !timeline.bars.isEmpty else { return Section(id: "timeline", title: "Timeline", body: "") }
        let cut = timeline.left > 0 ? "<p class=\"note\">\(counted(timeline.left, "short task")) not drawn.</p>\n" : ""
        let rows = path.steps.map { step in
            HTMLReport.rowHead(step.task.name) + HTMLReport.number(humanDuration(step.running))
                + HTMLReport.number(step.services > 0 ? humanDuration(step.services) : "–")
                + HTMLReport.number(step.queue > 0 ? humanDuration(step.queue) : "–")
                + HTMLReport.number(humanDuration(step.span))
        }
        let columns = ["Task", "#Running", "#Waiting for services", "#Waiting for a slot", "#Together"]
        return Section(
            id: "timeline", title: "Timeline and critical path",
            body: "<p>\(SafeText.html(path.sentence))</p>\n\(cut)"
                + "<div class=\"scroll drawing\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the timeline\">"
                + timeline.svg(path.names, sentence: path.sentence) + "</div>\n"
                + "<p class=\"key\"><span class=\"swatch critical\"></span> on the critical path "
                + "<span class=\"swatch plain\"></span> other tasks <span class=\"swatch wait\"></span> ready and waiting</p>\n"
                + HTMLReport.table("The critical path, from the beginning to the end", columns, rows))
    }
}

/// Bars in lanes.
struct Timeline {
    struct Bar {
        var task: TaskAccount
        var start: UInt64
        var end: UInt64
        /// When it was ready; the start if it did not wait.
        var ready: UInt64
        var lane: Int
    }

    private(set) var bars: [Bar] = []
    private(set) var lanes = 0
    /// Tasks that were timed and are not among the bars.
    private(set) var left = 0
    private let end: UInt64

    private static let width = 1_040.0
    private static let margin = 8.0
    private static let row = 26.0

    init(_ run: RunEvidence, limit: Int) {
        let timed = run.tasks.compactMap { task in
            task.startedAt.map { (task: task, start: $0, end: max(task.endedAt ?? $0, $0)) }
        }
        let longest = timed.sorted {
            ($1.end - $1.start, $0.start, $0.task.name) < ($0.end - $0.start, $1.start, $1.task.name)
        }
        left = max(0, timed.count - limit)
        var free: [UInt64] = []
        for item in longest.prefix(limit).sorted(by: {
            ($0.start, $0.end, $0.task.name) < ($1.start, $1.end, $1.task.name)
        }) {
            let lane = free.firstIndex { $0 <= item.start } ?? free.count
            if lane == free.count { free.append(item.end) } else { free[lane] = item.end }
            let ready = min(item.task.readyAt ?? item.start, item.start)
            bars.append(Bar(task: item.task, start: item.start, end: item.end, ready: ready, lane: lane))
        }
        lanes = free.count
        end = max(run.summary.wall, timed.map(\.end).max() ?? 0, 1)
    }

    func svg(_ critical: Set<String>, sentence: String) -> String {
        let height = 28 + Timeline.row * Double(lanes) + 6
        let size = "width=\"\(pixels(Timeline.width))\" height=\"\(pixels(height))\""
        let description = "\(counted(bars.count, "task")) in \(counted(lanes, "lane")). \(sentence) A table follows."
        return "<svg class=\"timeline\" role=\"img\" aria-labelledby=\"timeline-name timeline-text\" \(size) "
            + "viewBox=\"0 0 \(pixels(Timeline.width)) \(pixels(height))\"><title id=\"timeline-name\">Timeline of the run</title>"
            + "<desc id=\"timeline-text\">\(SafeText.html(description))</desc>\n"
            + ticks(height) + bars.map(wait).joined() + bars.map { bar($0, critical.contains($0.task.name)) }.joined()
            + "</svg>"
    }

    private func x(_ moment: UInt64) -> Double {
        Timeline.margin + (Timeline.width - 2 * Timeline.margin) * Double(moment) / Double(end)
    }

    private func ticks(_ height: Double) -> String {
        let step = Timeline.step(end)
        return stride(from: 0, through: end, by: Int(step)).map { moment in
            let place = pixels(x(moment))
            let anchor = x(moment) > Timeline.width - 60 ? " text-anchor=\"end\"" : ""
            let text = moment == 0 ? "0" : humanDuration(moment)
            return "<line class=\"tick\" x1=\"\(place)\" x2=\"\(place)\" y1=\"20\" y2=\"\(pixels(height))\"/>"
                + "<text class=\"tick-text\" x=\"\(place)\" y=\"13\"\(anchor)>\(text)</text>"
        }.joined() + "\n"
    }

    /// A round span of which at most ten fit.
    private static func step(_ end: UInt64) -> UInt64 {
        var unit: UInt64 = 1_000_000
        let factors: [UInt64] = [1, 2, 5, 10, 20, 50, 100, 200, 500]
        let seconds: [UInt64] = [
            1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
        ]
        let steps = factors.map { $0 * unit } + seconds.map { $0 * 1_000_000_000 }
        if let step = steps.first(where: { end / $0 <= 10 }) { return step }
        unit = 86_400 * 1_000_000_000
        return (end / unit / 10 + 1) * unit
    }

    /// Below all bars: others ran in the lane while this one waited.
    private func wait(_ bar: Bar) -> String {
        let (from, to) = (x(bar.ready), x(bar.start))
        guard to - from > 1 else { return "" }
        let middle = pixels(34 + Timeline.row * Double(bar.lane))
        return "<line class=\"wait\" x1=\"\(pixels(from))\" x2=\"\(pixels(to))\" y1=\"\(middle)\" y2=\"\(middle)\"/>\n"
    }

    private func bar(_ bar: Bar, _ isCritical: Bool) -> String {
        let left = x(bar.start)
        let width = max(2, x(bar.end) - left)
        let top = 24 + Timeline.row * Double(bar.lane)
        let look = TaskLook(bar.task.outcome)
        let waited = bar.start - bar.ready
        let tip =
            "\(bar.task.name): \(look.word), \(humanDuration(bar.end - bar.start))"
            + (waited > 0 ? ", waited \(humanDuration(waited))" : "") + (isCritical ? ", on the critical path" : "")
        var text = "<g><title>\(SafeText.html(tip))</title>"
        text +=
            "<rect class=\"bar \(look.style)\(isCritical ? " critical" : "")\" x=\"\(pixels(left))\" y=\"\(pixels(top))\" "
            + "width=\"\(pixels(width))\" height=\"20\" rx=\"3\"/>"
        let room = Int((width - 12) / 6.6)
        let name = look.mark + " " + bar.task.name
        if room >= 5 {
            let shown = name.count <= room ? name : "\(name.prefix(room - 1))…"
            text +=
                "<text class=\"bar-text\(isCritical ? " critical" : "")\" x=\"\(pixels(left + 6))\" y=\"\(pixels(top + 14))\">\(SafeText.html(shown))</text>"
        }
        return text + "</g>\n"
    }
}
