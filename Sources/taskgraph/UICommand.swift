// `ui`: the report of the last run, or of the one that goes on, for a browser on this machine. Runs nothing.

import Host
import Ports
import Report
import Vocabulary

enum UICommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.isEmpty else {
            throw CommandFailure(.usage, "taskgraph: ui wants nothing behind it\n")
        }
        let root = parentDirectory(of: try Project.rootFile(invocation))
        let state: StateDirectory
        do throws(FileError) {
            state = try StateDirectory(beside: root)
        } catch {
            throw CommandFailure(.machine, "taskgraph: the state directory cannot be used: \(error)\n")
        }
        let project = String(root.split(separator: "/").last ?? "/")
        let history = Session.history(state, project: project, Project.environment)
        let token = UICommand.token
        let server: WebServer
        do throws(WebServerError) {
            server = try WebServer(port: invocation.port, token: token, watching: LiveRun.file(in: state))
        } catch {
            throw CommandFailure(
                .machine,
                "taskgraph: ui cannot serve: \(error.text)\n"
                    + "  hint: without --port it takes one that is free\n")
        }
        Output.print("http://127.0.0.1:\(server.port)/?token=\(token)\n")
        throw CommandFailure(signal: server.serve(LivePage(state, history, project)))
    }

    /// 256 bits that nobody can guess.
    private static var token: String {
        (0..<4).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// The page of the run that is the last now.
private final class LivePage: WebContent {
    private static let earlierRuns = 20

    private let state: StateDirectory
    private let history: any WholeHistory
    private let project: String
    /// Outcomes as the readers of events know them.
    private var told: [String: String] = [:]
    private var toldRun = ""

    init(_ state: StateDirectory, _ history: any WholeHistory, _ project: String) {
        self.state = state
        self.history = history
        self.project = project
    }

    func page() -> String {
        let (run, sight) = current
        let earlier = history.runs(limit: LivePage.earlierRuns + 1).lazy.filter { $0.startedAt < run.startedAt }
            .prefix(LivePage.earlierRuns).compactMap { [history] in history.run($0.id) }
        return HTMLReport(run, earlier: Array(earlier), sight: sight).text
    }

    private(set) var isMoving = true

    func news(isFirst: Bool) -> String? {
        let (run, sight) = current
        isMoving = sight == .running
        let now = Dictionary(run.tasks.map { ($0.name, $0.outcome) }) { $1 }
        let before = isFirst || run.id != toldRun ? [:] : told
        // One who is new is told everything, and the others still what they do not know.
        if !isFirst {
            told = now
            toldRun = run.id
        }
        let changes = run.tasks.filter { before[$0.name] != $0.outcome }
        return String(
            decoding: JSON.object([
                ("run", .string(run.id)), ("state", .string("\(sight)")),
                ("tasks", .object(changes.map { ($0.name, .string($0.outcome)) })),
            ]).bytes, as: UTF8.self)
    }

    /// The run of the file that runs write, unless one that left no such file came after it.
    private var current: (RunEvidence, LiveSight) {
        let last = history.run("last")
        guard let live = LiveRun(in: state), live.run.startedAt >= last?.startedAt ?? 0 else {
            if let last { return (last, .ended) }
            let none = RunEvidence(
                id: "", project: project, host: "", startedAt: Machine.wallTime, targets: [], jobs: 0,
                summary: RunSummary())
            return (none, .nothing)
        }
        if live.hasEnded { return (live.run, .ended) }
        // The lock goes before the end can be read only when nobody is left to write it.
        if RunLock.isHeld(in: state) { return (timed(live.run), .running) }
        guard let again = LiveRun(in: state), again.hasEnded else { return (live.run, .lost) }
        return (again.run, .ended)
    }

    /// What runs, with the time it has taken until now.
    private func timed(_ run: RunEvidence) -> RunEvidence {
        var run = run
        let now = Machine.wallTime
        let elapsed = max(run.summary.wall, now > run.startedAt ? now - run.startedAt : 0)
        run.summary.wall = elapsed
        for index in run.tasks.indices where run.tasks[index].outcome == "running" {
            let start = run.tasks[index].startedAt ?? elapsed
            run.tasks[index].usage.wall = elapsed > start ? elapsed - start : 0
            run.tasks[index].endedAt = max(elapsed, start)
        }
        return run
    }
}
