// How a run stands that is looked at while it goes on, and what is said of it then. Looks at nothing itself.

import Vocabulary

/// What a page that follows runs shows.
public enum LiveSight: Sendable {
    /// There has been no run.
    case nothing
    case running
    /// It was killed: it is over and has not said so.
    case lost
    case ended
}

extension RunFacts {
    /// Nil when the run is over in an orderly way. Without times, so that it is read out only when it says something new.
    var liveSentence: String? {
        switch sight {
        case .nothing: return "Waiting: there has been no run here yet."
        case .running:
            let running = run.tasks.filter { $0.outcome == "running" }.count
            let waiting = run.tasks.filter { $0.outcome == "waiting" }.count
            let failed = failedTasks.isEmpty ? "" : ", \(humanCount(failedTasks.count)) failed"
            let over = run.tasks.count - running - waiting
            let all = counted(run.tasks.count, "task")
            return "Running: \(humanCount(over)) of \(all) over\(failed), \(running) running."
        case .lost: return "Stopped: the run was killed, or could not write how it went on."
        case .ended, nil: return nil
        }
    }
}
