// `shell` and `export`: the view that a target leaves, given to a person.

import Engine
import Graph
import Host
import Ports
import Report
import Vocabulary

enum ViewCommands {
    /// Brings a target up to date and gives the one workspace that it works on.
    static func finish(
        _ invocation: Invocation, target: String
    ) throws(CommandFailure) -> (session: Session, view: FinishedView, engine: Engine<LinuxReactor<EngineMessage>>) {
        let session = try Session(invocation, try Project.load(invocation))
        let targets = try session.targets([target])
        let (engine, summary) = try RunCommand.execute(session, targets)
        guard try RunCommand.exitCode(summary) == .done else {
            throw CommandFailure(.failed, "taskgraph: \(target) did not succeed, so there is nothing to show\n")
        }
        let views = engine.finishedViews()
        guard views.count == 1, let view = views.first else {
            let trees = views.map(\.tree).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                views.isEmpty
                    ? "taskgraph: \(target) works in no workspace\n  hint: tasks with `workspace:` leave views\n"
                    : "taskgraph: \(target) works in several workspaces: \(trees)\n  hint: name a target of one of them\n"
            )
        }
        return (session, view, engine)
    }

    static func shell(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard let target = invocation.operands.first, invocation.operands.count == 1 else {
            throw CommandFailure(.usage, "taskgraph: shell wants one target: taskgraph shell TARGET [-- COMMAND]\n")
        }
        let (session, finished, _) = try finish(invocation, target: target)
        let environment = session.options.environment
        let words = invocation.arguments.isEmpty ? [environment["SHELL"] ?? "/bin/sh"] : invocation.arguments
        do throws(ViewError) {
            let view = try session.ports.views.open(finished.request)
            defer { session.ports.views.discard(view) }
            Output.error("in a view of \(target); what you change here is thrown away when you leave\n")
            let request = view.process(
                words, environment: environment.map { "\($0.key)=\($0.value)" }.sorted(), directory: view.root,
                isInteractive: true
            )
            return try session.runInteractively(request)
        } catch {
            throw CommandFailure(.machine, "taskgraph: the view cannot be opened: \(error)\n")
        }
    }

    static func export(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.count == 2 else {
            throw CommandFailure(
                .usage, "taskgraph: export wants a target and a directory: taskgraph export TARGET DIR\n")
        }
        let (session, finished, _) = try finish(invocation, target: invocation.operands[0])
        let directory = absolute(invocation.operands[1], from: try Project.currentDirectory())
        do throws(ViewError) {
            try session.ports.views.export(finished.request, to: directory)
        } catch {
            throw CommandFailure(.machine, "taskgraph: cannot export: \(error)\n")
        }
        Output.print("wrote \(invocation.operands[0]) to \(directory)\n")
        return .done
    }
}

extension Session {
    /// Runs one program at the terminal and gives its exit code.
    func runInteractively(_ request: ProcessRequest) throws(ViewError) -> ExitCode {
        let token = ProcessToken(.max)
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
        } catch {
            throw ViewError(error.description)
        }
        while true {
            switch reactor.next(until: nil) {
            case .exited(token, let status, _): return status == .exited(0) ? .done : .failed
            case .output(_, let bytes): Output.write(bytes)
            case .interrupted: reactor.stop(token, grace: options.grace)
            default: continue
            }
        }
    }
}
