// Gates, figures with their trends, and what the cache spared, as tables.

import Vocabulary

extension HTMLReport {
    func gatesSection(_ facts: RunFacts) -> Section {
        let values = Dictionary(facts.comparisons.map { ($0.name, $0.now) }) { first, _ in first }
        let rows = run.gates.map { account in
            let result = account.result
            let unit = account.unit(of: values[account.gate.metric])
            let shown = { (value: Double?) in value.map { ReportNumbers.text($0, unit) } ?? "–" }
            let bounds = result.bounds.map { "\(shown($0.lowerBound)) to \(shown($0.upperBound))" } ?? "–"
            let looks: (String, String) =
                switch result.verdict {
                case .pass: ("good", "pass")
                case .fail: (account.isObserved ? "warn" : "bad", "fail")
                case .notEnoughData: ("warn", "not enough data")
                }
            let word = looks.1 + (account.isObserved ? " (observed)" : "")
            return HTMLReport.rowHead(account.gate.name)
                + "<td><code>\(SafeText.html(account.claim(unit)))</code><p class=\"note\">\(SafeText.html(result.explanation))</p></td>"
                + HTMLReport.number(shown(result.value)) + HTMLReport.number(account.limitText(unit))
                + HTMLReport.number(bounds)
                + "<td>\(HTMLReport.badge(word, result.verdict.mark, looks.0))</td>"
        }
        guard !rows.isEmpty else { return Section(id: "gates", title: "Gates", body: "") }
        let columns = ["Gate", "Claim and what was found", "#Value", "#Limit", "#Bounds", "Verdict"]
        return Section(
            id: "gates", title: "Gates", body: HTMLReport.table("Every gate with its verdict", columns, rows))
    }

    func figuresSection(_ facts: RunFacts) -> Section {
        let rows = facts.comparisons.map { row in
            let shown = { (value: Measurement?) in value.map { ReportNumbers.text($0.value, $0.unit) } ?? "–" }
            let target = row.gate.map { "\($0.gate.comparison.rawValue) \($0.limitText(row.now.unit))" } ?? "–"
            let restored = row.now.provenance.isRestored ? "<p class=\"note\">from the cache</p>" : ""
            return HTMLReport.rowHead(row.name) + HTMLReport.number(shown(row.first))
                + HTMLReport.number(shown(row.previous))
                + "<td class=\"n\"><strong>\(SafeText.html(shown(row.now)))</strong>\(restored)</td>"
                + HTMLReport.number(target) + "<td>\(HTMLReport.change(row.trend))</td>"
                + "<td>\(Sparkline(row).svg)</td>"
        }
        let missing = run.tasks.flatMap(\.evidence.missing).map {
            "<li><strong>\(SafeText.html($0.name))</strong>: \(SafeText.html($0.reason)).</li>"
        }
        var body = ""
        if !rows.isEmpty {
            let columns = ["Metric", "#First", "#Before", "#Now", "#Target", "Change", "Trend"]
            body += HTMLReport.table("Figures of this run, of earlier runs, and what is wanted", columns, rows)
        }
        if !missing.isEmpty { body += "<h3>Not measured</h3>\n<ul>\(missing.joined())</ul>\n" }
        return Section(id: "figures", title: "Figures", body: body)
    }

    private static func change(_ trend: MetricComparison.Trend?) -> String {
        switch trend {
        case .better: badge("better", "▲", "good")
        case .worse: badge("worse", "▼", "bad")
        case .same: badge("same", "=", "idle")
        case .changed: badge("changed", "±", "idle")
        case nil: "<span class=\"quiet\">first</span>"
        }
    }

    func cacheSection(_ facts: RunFacts) -> Section {
        let cache = facts.cache
        let considered = cache.hits + cache.executed
        guard considered > 0 else { return Section(id: "cache", title: "Cache", body: "") }
        let rate = ReportNumbers.text(Double(cache.hits) / Double(considered), .share)
        let saved = cache.saved.map { humanDuration($0) + (cache.known < cache.hits ? " or more" : "") } ?? "not known"
        let pairs = [
            ("Hit rate", rate), ("Hits", "\(humanCount(cache.hits)) of \(humanCount(considered))"),
            ("Restored", humanCount(cache.restored)), ("Executed", humanCount(cache.executed)), ("Time spared", saved),
        ]
        let facts = pairs.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
        return Section(
            id: "cache", title: "Cache",
            body: "<dl class=\"facts\">\(facts)</dl>\n"
                + "<p class=\"note\">Time spared is what the hits took, together, when they last really ran.</p>\n")
    }
}
