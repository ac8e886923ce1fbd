// `list`, `plan`, `why`, `check`, `graph`, `schema`: commands that look and change nothing.

import Engine
import Fingerprint
import Graph
import Host
import Manifest
import Ports
import Report
import Vocabulary

enum LookCommands {
    static func list(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let graph = try Project.load(invocation).graph
        let listing = graph.listing
        if invocation.isJSON {
            Output.write(listing.json)
        } else {
            Output.print(listing.text(style: style(invocation)))
        }
        return .done
    }

    static func graph(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let project = try Project.load(invocation)
        let graph = project.graph
        let wanted: IDMap<Bool>
        do throws(UnknownTarget) {
            wanted = graph.closure(
                of: invocation.operands.isEmpty ? Array(graph.ids) : try graph.select(invocation.operands))
        } catch {
            throw CommandFailure(.usage, "taskgraph: there is no task or group \"\(error.name)\"\n")
        }
        let format = Picture.Format(rawValue: try invocation.chosenFormat) ?? .dot
        let picture = graph.picture(of: wanted)
        // People look at svg and mermaid: arrows that others imply are left out there.
        let isForPeople = format == .svg || format == .mermaid
        Output.write((isForPeople ? picture.reduced() : picture).rendered(as: format))
        return .done
    }

    static func plan(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let session = try Session(invocation, try Project.load(invocation), isLooking: true)
        let planned = try session.plan(invocation.operands)
        let graph = session.project.graph
        let durations = session.ports.history.durations(of: planned.map(\.name))
        let wanted = graph.closure(of: try session.targets(invocation.operands))
        let plan = Plan(
            planned.map { Plan.Item($0.name, forecast($0.forecast, graph), expected: durations[$0.name]) },
            gates: graph.ids.filter { wanted[$0] }.compactMap { graph[$0].gate?.name }
        )
        if invocation.isJSON {
            Output.write(plan.json(in: session.project.sources))
        } else {
            Output.print(plan.text(verbosity: session.verbosity, style: session.style))
            explainFailures(planned, session)
        }
        return planned.contains(where: \.wouldFail) ? .failed : .done
    }

    /// What is wrong with tasks that would fail at once, at its place in the YAML.
    private static func explainFailures(_ planned: [PlannedTask], _ session: Session) {
        for task in planned {
            guard case .failed(.invalid(let findings)) = task.forecast else { continue }
            Output.error(findings.text(in: session.project.sources))
        }
    }

    static func why(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.count == 1 else {
            throw CommandFailure(
                .usage, "taskgraph: why wants one task or two runs: taskgraph why TASK, taskgraph why 3..5\n")
        }
        if let runs = RunCommands.range(invocation.operands[0]) {
            return try RunCommands.compare(runs.before, runs.after, invocation)
        }
        let session = try Session(invocation, try Project.load(invocation), isLooking: true)
        let targets = try session.targets(invocation.operands)
        let planned = try session.plan(invocation.operands)
        let graph = session.project.graph
        for task in planned where targets.contains(task.task) {
            var why = Why(
                task: task.name, forecast: forecast(task.forecast, graph), key: task.key, listing: task.listing,
                earlier: session.earlier(than: task)
            )
            why.texts = task.texts
            if invocation.isJSON {
                Output.write(why.json(in: session.project.sources))
            } else {
                Output.print(why.text(verbosity: session.verbosity, style: session.style))
            }
        }
        explainFailures(planned, session)
        return .done
    }

    private static func forecast(_ forecast: PlannedTask.Forecast, _ graph: Graph) -> Forecast {
        switch forecast {
        case .decided(let decision): .decided(decision)
        case .mayRun(let tasks): .mayRun(after: tasks.map { graph[$0].name })
        case .mayBeSatisfied: .mayBeSatisfied
        case .blocked(let task): .blocked(by: graph[task].name)
        case .skipped(let reason): .skipped(reason)
        case .failed(let cause): .failed(cause)
        }
    }

    static func check(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let session = try Session(invocation, try Project.load(invocation))
        let targets = try session.targets(invocation.operands)
        // What is asked for, not what it needs.
        let findings = session.engine(targets).check().filter { targets.contains($0.task) }
        let drift = Drift(findings.map { .init(session.project.graph[$0.task].name, $0.failures) })
        let sources = session.project.sources
        if invocation.isJSON {
            Output.write(drift.json(in: sources))
        } else {
            Output.print(drift.text(in: sources, verbosity: session.verbosity, style: session.style))
        }
        return findings.allSatisfy(\.failures.isEmpty) ? .done : .failed
    }

    static func schema() -> ExitCode {
        Output.print(jsonSchema())
        return .done
    }

    private static func style(_ invocation: Invocation) -> Style {
        let choice = ColorChoice(rawValue: invocation.color) ?? .auto
        let environment = Dictionary(Machine.environment.map { ($0.name, $0.value) }) { first, _ in first }
        return Style(
            colors: choice.resolved(
                isTerminal: Machine.isTerminal(1), noColor: environment["NO_COLOR"], term: environment["TERM"]
            )
        )
    }
}

extension PlannedTask {
    fileprivate var wouldFail: Bool {
        switch forecast {
        case .failed, .blocked: true
        default: false
        }
    }
}
