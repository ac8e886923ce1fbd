// The table of a task for a terminal: columns aligned, verdicts in colour and in words.

import Vocabulary

extension TableAccount {
    /// Lines with their ends: the title, the heads, a line for each row.
    func text(_ style: Style) -> String {
        let heads = ["", "before", "after", "target"]
        let cells = rows.map { row in
            [row.title, row.beforeText, row.afterText, row.targetText.isEmpty ? "–" : row.targetText]
        }
        let widths = heads.indices.map { column in ([heads] + cells).map { displayWidth($0[column]) }.max() ?? 0 }
        func line(_ texts: [String]) -> String {
            texts.enumerated().map { column, text in
                let blanks = String(repeating: " ", count: max(0, widths[column] - displayWidth(text)))
                return column == 0 ? text + blanks : blanks + text
            }.joined(separator: "  ")
        }
        let body = zip(rows, cells).map { row, texts in
            let verdict = row.verdict.map { style.paint($0.tablePaint, row.verdictText) } ?? ""
            return "  " + line(texts) + (verdict.isEmpty ? "" : "  " + verdict)
        }
        let name = Prose.printable(title ?? task)
        return ([style.paint(.bold, name), style.paint(.dim, "  " + line(heads))] + body).map { $0 + "\n" }.joined()
    }
}

extension GateResult.Verdict {
    fileprivate var tablePaint: Style.Paint {
        switch self {
        case .pass: .green
        case .fail: .red
        case .notEnoughData: .yellow
        }
    }
}
