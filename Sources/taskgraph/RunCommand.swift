// `taskgraph TARGET…`: carries out targets and shows how it goes.

import Engine
import Graph
import Host
import Imprint
import Vocabulary

enum RunCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        if let summary = try WarmStart(invocation)?.run() { return try exitCode(summary) }
        let session = try Session(invocation, try Project.load(invocation))
        let targets = try session.targets(invocation.operands)
        let (_, summary) = try execute(session, targets)
        return try exitCode(summary)
    }

    /// Runs targets with the progress that the invocation asks for.
    static func execute(
        _ session: Session, _ targets: [TaskID]
    ) throws(CommandFailure) -> (engine: Engine<LinuxReactor<EngineMessage>>, summary: RunSummary) {
        let memory = RunMemory(of: session)
        let screen = try Screen(session.invocation, session.options.environment, session.taskTable, session.subject)
        let keeping = RunKeeping(session, targets)
        let engine = session.engine(targets, imprint: memory?.builder, ticker: keeping.ticker(beside: screen.ticker)) {
            screen.show($0)
            keeping.note($0)
        }
        let summary = engine.run()
        keeping.end(engine, screen)
        if let imprint = engine.imprint { memory?.keep(imprint) }
        return (engine, summary)
    }

    static func exitCode(_ summary: RunSummary) throws(CommandFailure) -> ExitCode {
        if let signal = summary.signal { throw CommandFailure(signal: signal) }
        if summary.failed > 0 { return .failed }
        // What a gate holds up is blocked or cancelled, too.
        if summary.gatesFailed + summary.gatesUndecided > 0 { return .gate }
        return summary.blocked + summary.cancelled > 0 ? .failed : .done
    }
}
