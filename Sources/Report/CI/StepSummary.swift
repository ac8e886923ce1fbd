// A run as the Markdown of a job's summary page: a fold over events. Does not know where the page is.

public import Vocabulary

/// Counts, failures, gates and bad tests. `end` gives all of it; a run that is cut off says so.
public struct StepSummary: Renderer {
    /// GitHub takes 1 MiB for a step and drops what is larger.
    public static let sizeLimit = 1 << 20
    private static let rowLimit = 100

    private var tasks: TaskTable
    private let title: String
    private var gates: [[String]] = []
    private var failures: [[String]] = []
    private var tests: [[String]] = []
    private var summary: RunSummary?

    /// - Parameter title: the heading, for instance the project's name and the targets.
    public init(tasks: TaskTable, title: String) {
        self.tasks = tasks
        self.title = title
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        switch event.kind {
        case .expanded(_, let instances): tasks.add(instances: instances)
        case .measured(let task, let evidence):
            for test in evidence.tests where test.outcome.isBad || test.outcome == .flaky {
                tests.append([test.id, test.outcome.rawValue, tasks.name(of: task), test.message ?? ""])
            }
        case .judged(_, let account):
            let word = account.result.verdict.rawValue + (account.isObserved ? " (observed)" : "")
            gates.append([account.gate.name, word, account.result.explanation])
        case .finished(let task, .failed(let cause, _), let usage, _):
            failures.append([tasks.name(of: task), Prose.text(cause), humanDuration(usage.wall)])
        case .runFinished(let summary): self.summary = summary
        default: break
        }
        return []
    }

    public mutating func end() -> [UInt8] {
        let isGood = summary.map { $0.failed + $0.blocked + $0.cancelled + $0.gatesFailed == 0 && $0.signal == nil }
        var text = "### \(isGood == true ? "✅" : "❌") \(cell(title))\n\n"
        text += (summary.map(Prose.text) ?? "the run did not end") + "\n"
        text += table("Failed tasks", ["task", "cause", "after"], failures)
        text += table("Gates", ["gate", "verdict", "finding"], gates)
        text += table("Tests that did not pass at once", ["test", "outcome", "task", "message"], tests)
        return Array(text.utf8)
    }

    private func table(_ heading: String, _ columns: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |\n" }
        let shown = rows.prefix(StepSummary.rowLimit).map { line($0.map(cell)) }.joined()
        let rest = rows.count - StepSummary.rowLimit
        return "\n#### \(heading)\n\n" + line(columns) + line(columns.map { _ in "---" }) + shown
            + (rest > 0 ? "\nand \(humanCount(rest)) more\n" : "")
    }

    /// One line without meaning to Markdown or HTML, cut after 300 characters.
    private func cell(_ text: String) -> String {
        let flat = text.split { $0.isNewline }.joined(separator: " ")
        let short = flat.count > 300 ? flat.prefix(300) + "…" : flat[...]
        return short.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "<": result += "&lt;"
            case "&": result += "&amp;"
            case "|", "\\", "`", "*", "_", "[", "]", "~", "#":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
