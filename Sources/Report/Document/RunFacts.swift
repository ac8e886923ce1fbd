// What a finished run comes to, for every kind of report: verdict, tests that failed, time that the cache saved. Renders
// nothing.

import Vocabulary

/// A run, the runs before it, and what follows from them.
struct RunFacts {
    let run: RunEvidence
    /// Oldest first; without the run itself.
    let earlier: [RunEvidence]
    /// Nil for a document of a run that is over.
    let sight: LiveSight?

    init(_ run: RunEvidence, earlier: [RunEvidence], sight: LiveSight? = nil) {
        self.run = run
        self.sight = sight
        self.earlier = earlier.filter { $0.id != run.id }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    }

    enum Verdict: String {
        case passed, failed, stopped
        /// Everything ran; a gate had not enough data.
        case undecided
        /// Not over yet, or not begun.
        case running
    }

    var failedGates: [GateAccount] { run.gates.filter { !$0.isObserved && $0.result.verdict == .fail } }
    var undecidedGates: [GateAccount] { run.gates.filter { !$0.isObserved && $0.result.verdict == .notEnoughData } }
    var failedTasks: [TaskAccount] { run.tasks.filter { $0.outcome == "failed" } }

    var verdict: Verdict {
        switch sight {
        case .running, .nothing: return .running
        case .lost: return .stopped
        case .ended, nil: break
        }
        if run.summary.failed > 0 || !failedTasks.isEmpty || !failedGates.isEmpty { return .failed }
        if run.summary.signal != nil || run.summary.cancelled > 0 || run.summary.blocked > 0 { return .stopped }
        return undecidedGates.isEmpty ? .passed : .undecided
    }

    /// The verdict in one sentence with its full stop.
    var sentence: String {
        if let sentence = liveSentence { return sentence }
        let gates = run.gates.filter { !$0.isObserved }
        let took = humanDuration(run.summary.wall)
        switch verdict {
        case .passed:
            let held =
                gates.isEmpty ? "" : gates.count == 1 ? " and the gate holds" : " and all \(gates.count) gates hold"
            return "Passed: \(counted(run.summary.total, "task")) done\(held), in \(took)."
        case .failed:
            let clauses = [
                failedTasks.isEmpty ? nil : counted(failedTasks.count, "task") + " failed",
                failedGates.isEmpty
                    ? nil
                    : counted(failedGates.count, "gate") + (failedGates.count == 1 ? " does not hold" : " do not hold"),
            ].compactMap { $0 }
            return "Failed: \(clauses.isEmpty ? "the run failed" : clauses.joined(separator: " and ")), after \(took)."
        case .stopped:
            let by = run.summary.signal.map { " by \(signalName($0))" } ?? ""
            return
                "Stopped\(by): \(counted(unfinished, "task")) of \(humanCount(run.summary.total)) not done, after \(took)."
        case .undecided:
            let count = counted(undecidedGates.count, "gate")
            return "Not proved: all tasks are done, but \(count) had not enough data, in \(took)."
        case .running: return ""
        }
    }

    private var unfinished: Int { run.summary.failed + run.summary.blocked + run.summary.cancelled }
    var targets: String { run.targets.isEmpty ? "everything" : run.targets.joined(separator: " ") }
}

extension RunFacts {
    /// What the cache spared.
    struct Cache {
        /// Up to date and restored.
        var hits = 0
        var restored = 0
        var executed = 0
        /// Nanoseconds that the hits took when they last ran; nil when it is not known of any.
        var saved: UInt64?
        /// Hits of which that is known.
        var known = 0
    }

    var cache: Cache {
        var cache = Cache()
        for task in run.tasks {
            switch task.outcome {
            case "up-to-date", "restored":
                cache.hits += 1
                if task.outcome == "restored" { cache.restored += 1 }
                guard let wall = lastWall(task) else { continue }
                cache.saved = (cache.saved ?? 0) + wall
                cache.known += 1
            case "succeeded", "failed": cache.executed += 1
            default: continue
            }
        }
        return cache
    }

    /// How long a task that hit took when it last really ran.
    private func lastWall(_ task: TaskAccount) -> UInt64? {
        for run in earlier.reversed() {
            if let before = run.tasks.first(where: { $0.name == task.name }), before.attempts > 0, before.usage.wall > 0
            {
                return before.usage.wall
            }
        }
        return task.attempts == 0 && task.usage.wall > 0 ? task.usage.wall : nil
    }
}
