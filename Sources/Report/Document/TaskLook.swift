// How an outcome looks in a report: a sign, a word and a colour class. Knows no colours.

struct TaskLook {
    var mark: String
    var word: String
    /// A class of ReportStyle: `good`, `bad`, `warn`, `calm` or `idle`.
    var style: String

    init(_ outcome: String) {
        word = outcome
        switch outcome {
        case "succeeded": (mark, style) = ("✓", "good")
        case "up-to-date", "restored", "satisfied":
            (mark, style) = (outcome == "restored" ? "↺" : "=", "calm")
            if outcome == "up-to-date" { word = "up to date" }
        case "failed": (mark, style) = ("✗", "bad")
        case "running": (mark, style) = ("▶", "calm")
        case "waiting": (mark, style) = ("·", "idle")
        case "blocked", "cancelled": (mark, style) = (outcome == "blocked" ? "⊘" : "■", "warn")
        default: (mark, style) = ("–", "idle")
        }
    }

    var badge: String { HTMLReport.badge(word, mark, style) }

    /// The one of several that matters most.
    static func worst(_ outcomes: [String]) -> String {
        let order = [
            "failed", "cancelled", "blocked", "running", "waiting", "succeeded", "restored", "satisfied", "up-to-date",
            "skipped",
        ]
        return order.first(where: outcomes.contains) ?? outcomes.first ?? "skipped"
    }
}
