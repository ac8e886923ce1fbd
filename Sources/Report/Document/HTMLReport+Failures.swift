// What somebody must look at: failed tasks with their logs, failed and flaky tests. Long texts are cut and say so.

import Vocabulary

extension HTMLReport {
    private static let limit = 200

    func failuresSection(_ facts: RunFacts) -> Section {
        let tasks = facts.failedTasks
        let items = tasks.prefix(HTMLReport.limit).map { task in
            let reasons = task.reasons.map { "<p>\(SafeText.html($0))</p>" }.joined()
            let attempts = task.attempts > 1 ? "<p class=\"note\">Tried \(task.attempts) times.</p>" : ""
            return
                "<article><h3>\(TaskLook(task.outcome).badge) \(SafeText.html(task.name))</h3>\n\(reasons)\(attempts)"
                + (task.log.map(log) ?? "<p class=\"note\">It printed nothing.</p>") + "</article>\n"
        }
        return Section(
            id: "failures", title: "Failed tasks", body: items.joined() + more(tasks.count, "failed task"))
    }

    private func log(_ text: String) -> String {
        let (shown, left) = SafeText.log(text)
        let cut = left > 0 ? "<p class=\"note\">The first \(humanBytes(UInt64(left))) of the log are left out.</p>" : ""
        return "<details open><summary>Log</summary>\(cut)<pre tabindex=\"0\">\(SafeText.html(shown))</pre></details>\n"
    }

    func testsSection() -> Section {
        let counts = run.testCounts
        guard !counts.isEmpty else { return Section(id: "tests", title: "Tests", body: "") }
        let parts = TestOutcome.allCases.compactMap { outcome in
            counts[outcome].map { "\(humanCount($0)) \(outcome.rawValue)" }
        }
        let total = counts.values.reduce(0, +)
        let findings = run.testFindings
        let failed = findings.filter { !$0.isFlaky }
        let flaky = findings.filter(\.isFlaky)
        return Section(
            id: "tests", title: "Tests",
            body: "<p>\(counted(total, "execution")) of tests: \(parts.joined(separator: ", ")).</p>\n"
                + list("Failed tests", failed) + flakyTable(flaky))
    }

    private func list(_ title: String, _ findings: [TestFinding]) -> String {
        guard !findings.isEmpty else { return "" }
        let items = findings.prefix(HTMLReport.limit).map { "<article>\(finding($0))</article>\n" }
        return "<h3>\(title)</h3>\n" + items.joined() + more(findings.count, "test")
    }

    private func finding(_ finding: TestFinding) -> String {
        let test = finding.example
        let place = test.place.map { "<code>\(SafeText.html($0))</code> · " } ?? ""
        let often = finding.executions > 1 ? " · \(finding.bad) of \(finding.executions) executions" : ""
        let trace = test.details.map { details in
            "<details><summary>Trace of \(SafeText.html(test.id))</summary><pre tabindex=\"0\">"
                + "\(SafeText.html(SafeText.log(details).text))</pre></details>\n"
        }
        return "<h4>\(HTMLReport.badge(test.outcome.rawValue, "✗", "bad")) \(SafeText.html(test.id))</h4>\n"
            + "<p class=\"note\">\(place)in \(SafeText.html(finding.task))\(often)</p>\n"
            + (test.message.map { "<p class=\"message\">\(SafeText.html($0))</p>\n" } ?? "") + (trace ?? "")
    }

    private func flakyTable(_ findings: [TestFinding]) -> String {
        guard !findings.isEmpty else { return "" }
        let rows = findings.prefix(HTMLReport.limit).map { finding in
            let place = finding.example.place.map { "<p class=\"note\"><code>\(SafeText.html($0))</code></p>" } ?? ""
            return "<th scope=\"row\">\(SafeText.html(finding.id))\(place)</th>" + HTMLReport.cell(finding.task)
                + HTMLReport.number("\(finding.bad + finding.retried) of \(finding.executions)")
                + HTMLReport.cell(finding.example.message ?? "–")
        }
        let columns = ["Test", "Task", "#Did not pass", "What it said"]
        return "<h3>Flaky tests</h3>\n"
            + HTMLReport.table("Tests that passed and failed with nothing changed in between", columns, rows)
            + more(findings.count, "test")
    }

    private func more(_ count: Int, _ noun: String) -> String {
        guard count > HTMLReport.limit else { return "" }
        return
            "<p>\(counted(count - HTMLReport.limit, "more " + noun)) \(count - HTMLReport.limit == 1 ? "is" : "are") not shown.</p>\n"
    }
}
