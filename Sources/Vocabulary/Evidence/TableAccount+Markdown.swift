// A table as Markdown: for files and reports alike, so it stands where both find it.

extension TableAccount {
    /// A table of GitHub-flavoured Markdown, its last line without an end. Equal figures give equal bytes.
    public var markdown: String {
        let head = "| | Before | After | Target | |\n|---|---:|---:|---:|---|\n"
        return head
            + rows.map { row in
                let target = row.targetText.isEmpty ? "–" : row.targetText
                let cells = [row.title, row.beforeText, row.afterText, target, row.verdictText].map(Self.escaped)
                return "| \(cells.joined(separator: " | ")) |"
            }.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("<", with: "&lt;")
            .replacing("\n", with: " ")
    }
}

extension TableAccount.Row {
    /// `met`, `not met`, `not enough data`, or nothing.
    public var verdictText: String {
        switch verdict {
        case .pass: "met"
        case .fail: "not met"
        case .notEnoughData: after == nil ? "not measured" : "not enough data"
        case nil: ""
        }
    }
}
