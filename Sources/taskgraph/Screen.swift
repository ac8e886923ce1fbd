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
    /// Takes the events besides.
    private let profile: ProfileFile?

    /// - Throws: when the profile that is asked for cannot be written.
    init(_ invocation: Invocation, _ environment: [String: String], _ tasks: TaskTable) throws(CommandFailure) {
        if let path = invocation.profile {
            profile = try ProfileFile(path, tasks: tasks)
        } else {
            profile = nil
        }
        let verbosity = Verbosity(clamping: invocation.verbosity)
        let style = invocation.style(environment)
        let isTerminal = Machine.isTerminal(1) && environment["TERM"] != "dumb" && (environment["CI"] ?? "").isEmpty
        isLive = isTerminal && !invocation.isJSON && verbosity > .quiet
        if invocation.isJSON {
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
        Output.write(renderer.render(event))
        profile?.note(event)
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

    func end() {
        Output.write(renderer.end())
        profile?.end()
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
