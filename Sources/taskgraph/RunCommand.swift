// `taskgraph TARGET…`: carries out targets and shows how it goes.

import Engine
import Graph
import Host
import Report
import Vocabulary

enum RunCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let session = try Session(invocation, try Project.load(invocation))
        let targets = try session.targets(invocation.operands)
        try session.refuseUnsupported(targets)
        let (_, summary) = try execute(session, targets)
        return try exitCode(summary)
    }

    /// Runs targets with the progress that the invocation asks for.
    static func execute(
        _ session: Session, _ targets: [TaskID]
    ) throws(CommandFailure) -> (engine: Engine<LinuxReactor<EngineMessage>>, summary: RunSummary) {
        let screen = Screen(session)
        let path = session.invocation.profile
        let profile = try path.map { (path) throws(CommandFailure) in
            try ProfileFile(path, tasks: session.taskTable)
        }
        let engine = session.engine(targets, ticker: screen.ticker) { event in
            screen.show(event)
            profile?.note(event)
        }
        let summary = engine.run()
        screen.end()
        profile?.end()
        return (engine, summary)
    }

    static func exitCode(_ summary: RunSummary) throws(CommandFailure) -> ExitCode {
        if let signal = summary.signal { throw CommandFailure(signal: signal) }
        return summary.failed + summary.blocked + summary.cancelled > 0 ? .failed : .done
    }
}

/// The renderer that fits the place the output goes to.
private final class Screen {
    private var renderer: any Renderer
    let isLive: Bool
    private var shownSize = Screen.size

    init(_ session: Session) {
        let environment = session.options.environment
        let isTerminal = Machine.isTerminal(1) && environment["TERM"] != "dumb" && (environment["CI"] ?? "").isEmpty
        isLive = isTerminal && !session.invocation.isJSON && session.verbosity > .quiet
        if session.invocation.isJSON {
            renderer = JSONRenderer(tasks: session.taskTable)
        } else if isLive {
            renderer = LiveRenderer(
                tasks: session.taskTable, columns: shownSize.columns, rows: shownSize.rows,
                verbosity: session.verbosity, style: session.style
            )
        } else {
            renderer = PlainRenderer(tasks: session.taskTable, verbosity: session.verbosity, style: session.style)
        }
    }

    func show(_ event: Event) { Output.write(renderer.render(event)) }

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

    func end() { Output.write(renderer.end()) }

    var ticker: Ticker? {
        isLive ? Ticker(interval: 100_000_000) { [self] now in tick(now) } : nil
    }
}
