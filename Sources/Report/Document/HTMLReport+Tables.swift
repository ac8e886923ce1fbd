// Tables that tasks declare: before, after and what was wanted, first on the page.

import Vocabulary

extension HTMLReport {
    func tablesSection() -> Section {
        let body = run.tables.map { table in
            let rows = table.rows.map { row in
                let note = row.note.isEmpty ? "" : "<p class=\"note\">\(SafeText.html(row.note))</p>"
                return "<th scope=\"row\">\(SafeText.html(row.title))</th>"
                    + HTMLReport.number(row.beforeText)
                    + "<td class=\"n\"><strong>\(SafeText.html(row.afterText))</strong></td>"
                    + HTMLReport.number(row.targetText.isEmpty ? "–" : row.targetText)
                    + "<td>\(HTMLReport.verdict(of: row))\(row.verdict == .pass ? "" : note)</td>"
            }
            let columns = ["Figure", "#Before", "#After", "#Target", "Verdict"]
            return HTMLReport.table(table.title ?? table.task, columns, rows)
        }.joined()
        return Section(id: "summary", title: "Before and after", body: body)
    }

    private static func verdict(of row: TableAccount.Row) -> String {
        guard let verdict = row.verdict else { return "" }
        let look =
            switch verdict {
            case .pass: "good"
            case .fail: "bad"
            case .notEnoughData: "warn"
            }
        return badge(row.verdictText, verdict.mark, look)
    }
}
