// Keeping what a run left: the recorder beside the screen, and the history behind it. Folds nothing itself.

import Engine
import Graph
import Host
import Ports
import Report
import Vocabulary

/// The recorder of one run.
final class RunKeeping {
    private let session: Session
    private var recorder: RunRecorder
    private let startedAt = Machine.wallTime
    private let sight: RunSight

    /// - Parameter targets: what is asked for, for those who look on.
    init(_ session: Session, _ targets: [TaskID]) {
        self.session = session
        sight = RunSight(session, targets)
        recorder = RunRecorder(tasks: session.taskTable, count: session.project.graph.count)
    }

    func note(_ event: Event) {
        recorder.note(event)
        sight.note(event, recorder) { skeleton }
    }

    /// The screen's, and what others see of the run.
    func ticker(beside other: Ticker?) -> Ticker {
        Ticker(interval: other?.interval ?? RunSight.interval) { [self] now in
            other?.action(now)
            sight.flush(now, recorder)
        }
    }

    /// Shows and keeps what the run came to, after its end. A run that did nothing leaves nothing.
    func end(_ engine: Engine<LinuxReactor<EngineMessage>>, _ screen: Screen) {
        lazy var run = evidence(engine)
        screen.end(run)
        if recorder.hasEvidence { session.history.record(run) }
        // After the history: whoever sees the end finds the run there.
        sight.end(run)
    }

    private func evidence(_ engine: Engine<LinuxReactor<EngineMessage>>) -> RunEvidence {
        let graph = session.project.graph
        var run = skeleton
        run.metrics = engine.metrics
        return recorder.evidence(run) { task in
            task.index < graph.count ? graph.needs(of: task).map(\.task) : []
        } key: {
            engine.key(of: $0)
        }
    }

    /// Who the run is, without what it did.
    private var skeleton: RunEvidence {
        let graph = session.project.graph
        let checkout = GitCheckout(around: graph.root)
        var run = RunEvidence(
            id: session.options.run, project: session.project.name, host: session.options.host, branch: checkout.branch,
            commit: checkout.commit, startedAt: startedAt, targets: session.options.targets, jobs: session.options.jobs,
            summary: RunSummary())
        run.number = session.journal?.number
        return run
    }
}

extension Project {
    /// What the history calls it: its title or, without one, the directory of its root file.
    var name: String { graph.title ?? String(root.split(separator: "/").last ?? "/") }
}

/// Both memories of runs have all of its sides.
typealias WholeHistory = History & RunReading & RunRecording

extension Session {
    /// The local history or, with TASKGRAPH_METRICS_URL, the server's too.
    static func history(
        _ state: StateDirectory, project: String, _ environment: [String: String]
    ) -> any WholeHistory {
        let warn: @Sendable (String) -> Void = { Output.error("warning: \($0)\n") }
        let local = SQLiteHistory(file: state.history, warn: warn)
        guard let url = environment["TASKGRAPH_METRICS_URL"], !url.isEmpty else { return local }
        return SharedHistory(
            local: local, url: url, spool: state.path + "/spool", project: project, warn: warn)
    }
}
