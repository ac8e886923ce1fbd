// A run in a few lines of Markdown, for comments on changes and step summaries. Everything that is a name is escaped.

public import Vocabulary

/// GitHub-flavoured Markdown: verdict, gates, failures, flaky tests, figures. Short by design: lists are cut.
public struct MarkdownReport: Sendable {
    private static let limit = 10
    private let run: RunEvidence
    private let earlier: [RunEvidence]

    /// - Parameter earlier: runs to compare with, in any order.
    public init(_ run: RunEvidence, earlier: [RunEvidence] = []) {
        self.run = run
        self.earlier = earlier
    }

    public var text: String {
        let facts = RunFacts(run, earlier: earlier)
        let sections = [header(facts), tables(), gates(facts), failures(facts), tests(), figures(facts)]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private func header(_ facts: RunFacts) -> String {
        let mark =
            switch facts.verdict {
            case .passed: "✅"
            case .failed: "❌"
            case .stopped: "⏹️"
            case .undecided: "❔"
            case .running: "▶"
            }
        let place = [run.branch, run.commit.map { String($0.prefix(9)) }].compactMap { $0 }.map(SafeText.markdown)
        let facts = [SafeText.markdown(facts.targets)] + place + [SafeText.markdown(Prose.text(run.summary))]
        return
            "## \(mark) \(SafeText.markdown(run.project)): \(SafeText.markdown(RunFacts(run, earlier: []).sentence))\n\n"
            + facts.joined(separator: " · ")
    }

    private func tables() -> String {
        run.tables.map { "### \(SafeText.markdown($0.title ?? $0.task))\n\n\($0.markdown)" }.joined(separator: "\n\n")
    }

    private func gates(_ facts: RunFacts) -> String {
        guard !run.gates.isEmpty else { return "" }
        let rows = run.gates.prefix(3 * MarkdownReport.limit).map { account in
            let verdict = account.result.verdict.mark + " " + account.result.verdict.rawValue
            return "| \(SafeText.markdown(account.gate.name)) | \(SafeText.markdown(account.result.explanation)) "
                + "| \(verdict)\(account.isObserved ? " (observed)" : "") |"
        }
        return "### Gates\n\n| Gate | What was found | Verdict |\n|---|---|---|\n" + rows.joined(separator: "\n")
            + more(run.gates.count, 3 * MarkdownReport.limit)
    }

    private func failures(_ facts: RunFacts) -> String {
        let tasks = facts.failedTasks
        guard !tasks.isEmpty else { return "" }
        let rows = tasks.prefix(MarkdownReport.limit).map { task in
            "- **\(SafeText.markdown(task.name))**"
                + (task.reasons.first.map { ": \(SafeText.markdown(cut($0)))" } ?? "")
        }
        return "### Failed tasks\n\n" + rows.joined(separator: "\n") + more(tasks.count, MarkdownReport.limit)
    }

    private func tests() -> String {
        let findings = run.testFindings
        let failed = findings.filter { !$0.isFlaky }
        let flaky = findings.filter(\.isFlaky)
        return [list("Failed tests", failed), list("Flaky tests", flaky)].filter { !$0.isEmpty }.joined(
            separator: "\n\n")
    }

    private func list(_ title: String, _ findings: [TestFinding]) -> String {
        guard !findings.isEmpty else { return "" }
        let rows = findings.prefix(MarkdownReport.limit).map { finding in
            let often = finding.isFlaky ? " (\(finding.bad + finding.retried) of \(finding.executions) runs)" : ""
            let place = finding.example.place.map { " at \(SafeText.markdown($0))" } ?? ""
            let message = finding.example.message.map { ": \(SafeText.markdown(cut($0)))" } ?? ""
            return "- \(SafeText.markdown(finding.id))\(often)\(place)\(message)"
        }
        return "### \(title)\n\n" + rows.joined(separator: "\n") + more(findings.count, MarkdownReport.limit)
    }

    private func figures(_ facts: RunFacts) -> String {
        let rows = facts.comparisons.map { row in
            let before = row.previous.map { ReportNumbers.text($0.value, $0.unit) } ?? "–"
            let now = ReportNumbers.text(row.now.value, row.now.unit)
            let target = row.gate.map { "\($0.gate.comparison.rawValue) \($0.limitText(row.now.unit))" } ?? "–"
            return "| \(SafeText.markdown(row.name)) | \(before) | \(now) | \(SafeText.markdown(target)) |"
        }
        guard !rows.isEmpty else { return "" }
        return "### Figures\n\n| Metric | Before | Now | Target |\n|---|---:|---:|---|\n"
            + rows.prefix(3 * MarkdownReport.limit).joined(separator: "\n") + more(rows.count, 3 * MarkdownReport.limit)
    }

    private func more(_ count: Int, _ limit: Int) -> String {
        count > limit ? "\n\n… and \(humanCount(count - limit)) more" : ""
    }

    /// The first line, at most 200 characters of it.
    private func cut(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count > 200 ? line.prefix(199) + "…" : line
    }
}

extension GateResult.Verdict {
    /// A sign that tells the verdict without a colour.
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .notEnoughData: "?"
        }
    }
}

extension GateAccount {
    /// What it was compared with.
    func limitText(_ unit: MetricUnit) -> String {
        if let limit = result.limit { return ReportNumbers.text(limit, self.unit(of: nil) == .share ? .share : unit) }
        return switch gate.limit {
        case .number(let number): ReportNumbers.text(gate.factor * number, unit)
        case .share(let share): ReportNumbers.text(gate.factor * share, .share)
        case .metric(let name): name
        case .baseline(let baseline): "baseline \(baseline.kind.rawValue) \(baseline.name)"
        }
    }
}

extension TestResult {
    /// `tests/test_a.py:12`, if the report said so.
    var place: String? { file.map { file in line.map { "\(file):\($0)" } ?? file } }
}
