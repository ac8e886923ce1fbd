// `report`: a run of the history as a document. Runs nothing; what the documents look like is the room Report.

import Host
import Ports
import Report
import Vocabulary

enum ReportCommand {
    /// How many runs before it a document looks back at.
    private static let earlierRuns = 20
    private static let page = "report.html"

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.count < 2 else {
            throw CommandFailure(
                .usage,
                "taskgraph: report wants one run at most: taskgraph report [RUN]\n"
                    + "  hint: `taskgraph history` shows the numbers of the runs\n")
        }
        let format = try invocation.chosenFormat
        let history = try EvidenceHistory.open(invocation)
        let name = invocation.operands.first ?? "last"
        guard let run = history.run(name) else {
            throw CommandFailure(
                .usage,
                name == "last"
                    ? "taskgraph: no run has been kept yet\n  hint: `taskgraph run TARGET` does something to report\n"
                    : "taskgraph: no run \(name) is kept\n  hint: `taskgraph history` shows the numbers of the runs\n")
        }
        try write(text(of: run, history, as: format), invocation.output ?? (format == "html" ? page : "-"))
        return .done
    }

    private static func text(of run: RunEvidence, _ history: any WholeHistory, as format: String) -> String {
        switch format {
        case "markdown": MarkdownReport(run, earlier: earlier(than: run, history)).text
        case "junit": JUnitReport(run).text
        case "json": JSONReport(run).text
        default: HTMLReport(run, earlier: earlier(than: run, history)).text
        }
    }

    private static func earlier(than run: RunEvidence, _ history: any WholeHistory) -> [RunEvidence] {
        history.runs(limit: .max).lazy.filter { $0.startedAt < run.startedAt }
            .prefix(earlierRuns).compactMap { history.run($0.id) }
    }

    private static func write(_ text: String, _ path: String) throws(CommandFailure) {
        guard path != "-" else { return Output.print(text) }
        let absolute = absolute(path, from: try Project.currentDirectory())
        do throws(FileError) {
            try DiskFiles().write(Array(text.utf8), to: absolute, mode: 0o644)
        } catch {
            throw CommandFailure(.machine, "taskgraph: the report cannot be written: \(error)\n")
        }
        Output.error("written: \(path)\n")
    }
}

extension Invocation {
    /// What `--format` says, or the command's first.
    var chosenFormat: String {
        get throws(CommandFailure) {
            let known = Invocation.formats[command] ?? []
            let chosen = format ?? (isJSON ? "json" : known.first ?? "")
            guard known.contains(chosen) else {
                throw CommandFailure(
                    .usage,
                    "taskgraph: \(command) has no format \(chosen)\n  hint: it has \(known.joined(separator: ", "))\n")
            }
            return chosen
        }
    }
}
