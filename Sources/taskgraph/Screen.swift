// Where the progress of a run is shown: on a terminal, in a log, or as JSON. Knows nothing of how a run goes.

import Engine
import Host
import Report
import Vocabulary

/// The renderer that fits the place the output goes to.
final class Screen {
    private var renderer: any Renderer
    let isLive: Bool
    private var shownSize = Screen.size
    /// Take the events besides.
    private var files: [ProfileFile] = []
    private let runner: GitHubRunner?
    private let passwords: NewPasswords?

    /// What a run is called, and what nobody may read of it.
    struct Subject {
        var root: String?
        var title = "taskgraph"
        /// Values of secrets.
        var masked: [String] = []
        /// Those of services, as they become known.
        var passwords: NewPasswords?
    }

    /// - Throws: when a file that is asked for cannot be written.
    init(
        _ invocation: Invocation, _ environment: [String: String], _ tasks: TaskTable, _ subject: Subject = Subject()
    ) throws(CommandFailure) {
        if let path = invocation.profile {
            files.append(try ProfileFile(path, "profile", ProfileRenderer(tasks: tasks)))
        }
        if let path = invocation.otlp {
            let origin = OTLPRenderer.Origin(
                trace: (0..<16).map { _ in UInt8.random(in: 1...255) }, startedAt: Machine.wallTime,
                project: subject.title, version: Invocation.version)
            files.append(try ProfileFile(path, "trace", OTLPRenderer(tasks: tasks, origin: origin)))
        }
        passwords = subject.passwords
        runner = GitHubRunner(invocation, environment, root: subject.root)
        let verbosity = Verbosity(clamping: invocation.verbosity)
        let style = invocation.style(environment)
        let isTerminal = Machine.isTerminal(1) && environment["TERM"] != "dumb" && (environment["CI"] ?? "").isEmpty
        isLive = isTerminal && runner == nil && !invocation.isJSON && verbosity > .quiet
        if let runner {
            renderer = GitHubRenderer(
                tasks: tasks, verbosity: verbosity,
                annotations: Annotations(paths: runner.paths, sources: tasks.sources),
                token: GitHubRunner.token, masked: subject.masked)
        } else if invocation.isJSON {
            renderer = JSONRenderer(tasks: tasks)
        } else if isLive {
            renderer = LiveRenderer(
                tasks: tasks, columns: shownSize.columns, rows: shownSize.rows,
                verbosity: verbosity, style: style
            )
        } else {
            renderer = PlainRenderer(tasks: tasks, verbosity: verbosity, style: style)
        }
    }

    func show(_ event: Event) {
        hideNewPasswords()
        Output.write(renderer.render(event))
        for file in files { file.note(event) }
    }

    /// Passwords that became known: nobody may read them, wherever the output is copied to.
    private func hideNewPasswords() {
        guard let new = passwords?.take(), !new.isEmpty, var github = renderer as? GitHubRenderer else { return }
        Output.write(github.hide(new))
        renderer = github
    }

    private func tick(_ now: UInt64) {
        let size = Screen.size
        if size != shownSize, var live = renderer as? LiveRenderer {
            shownSize = size
            Output.write(live.resize(columns: size.columns, rows: size.rows))
            renderer = live
        }
        Output.write(renderer.tick(now: now))
    }

    private struct Size: Equatable {
        let columns: Int
        let rows: Int
    }

    private static var size: Size {
        Size(columns: Machine.terminalWidth(1) ?? 80, rows: Machine.terminalHeight(1) ?? 24)
    }

    /// - Parameter run: what it came to, for the page of GitHub's job.
    func end(_ run: @autoclosure () -> RunEvidence? = nil) {
        Output.write(renderer.end())
        for file in files { file.end() }
        if let runner, runner.summary != nil, let run = run() { runner.append(MarkdownReport(run).text) }
    }

    var ticker: Ticker? {
        isLive ? Ticker(interval: 100_000_000) { [self] now in tick(now) } : nil
    }
}

extension Invocation {
    /// Colours, if the output is for people.
    func style(_ environment: [String: String]) -> Style {
        let choice = ColorChoice(rawValue: color) ?? .auto
        return Style(
            colors: choice.resolved(
                isTerminal: Machine.isTerminal(1), noColor: environment["NO_COLOR"], term: environment["TERM"]
            )
        )
    }
}
