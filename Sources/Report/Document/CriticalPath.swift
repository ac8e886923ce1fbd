// The chain of tasks that decided when a run ended. Knows moments and needs, and draws nothing.

import Vocabulary

/// Read back from the task that ended last: each step was released by the one before it.
struct CriticalPath {
    struct Step {
        var task: TaskAccount
        /// Nanoseconds from the end of the step before, or from the run's beginning, to this one's end.
        var span: UInt64
        /// Nanoseconds of the span in which its processes ran.
        var running: UInt64
        /// Nanoseconds of the span in which it waited for its services.
        var services: UInt64
        /// Nanoseconds of the span in which it was ready and waited for a job slot.
        var queue: UInt64
    }

    /// In the order of time. Empty when no task has moments.
    private(set) var steps: [Step] = []

    /// When the last step ended.
    var total: UInt64 { steps.reduce(0) { $0 + $1.span } }
    var running: UInt64 { steps.reduce(0) { $0 + $1.running } }
    var services: UInt64 { steps.reduce(0) { $0 + $1.services } }
    var queue: UInt64 { steps.reduce(0) { $0 + $1.queue } }

    init(_ run: RunEvidence) {
        let tasks = Dictionary(run.tasks.map { ($0.name, $0) }) { first, _ in first }
        // What only came back from the cache ends too, but decides nothing that a reader could shorten.
        var chain: [TaskAccount] = []
        var seen: Set<String> = []
        var current = CriticalPath.latest(run.tasks.filter { $0.startedAt != nil }) ?? CriticalPath.latest(run.tasks)
        while let task = current, seen.insert(task.name).inserted {
            chain.append(task)
            current = CriticalPath.latest(task.needs.compactMap { tasks[$0] })
        }
        var clock: UInt64 = 0
        for task in chain.reversed() {
            let step = CriticalPath.step(task, after: clock)
            clock += step.span
            steps.append(step)
        }
    }

    /// The task that ended last; of equals the first.
    private static func latest(_ tasks: [TaskAccount]) -> TaskAccount? {
        var found: (task: TaskAccount, end: UInt64)?
        for task in tasks {
            guard let end = task.endedAt, end > (found?.end ?? 0) || found == nil else { continue }
            found = (task, end)
        }
        return found?.task
    }

    private static func step(_ task: TaskAccount, after clock: UInt64) -> Step {
        let end = max(task.endedAt ?? clock, clock)
        let start = min(max(task.startedAt ?? end, clock), end)
        let ready = min(max(task.readyAt ?? clock, clock), start)
        // What came back from the cache waited for nothing.
        guard task.startedAt != nil else {
            return Step(task: task, span: end - clock, running: 0, services: 0, queue: 0)
        }
        let services = min(task.serviceWaits.values.max() ?? 0, start - ready)
        return Step(
            task: task, span: end - clock, running: end - start, services: services, queue: start - ready - services)
    }

    /// The names of the steps.
    var names: Set<String> { Set(steps.map(\.task.name)) }

    /// One sentence with its full stop.
    var sentence: String {
        guard !steps.isEmpty else { return "No task of this run has been timed." }
        let parts = [
            "\(humanDuration(running)) running", services > 0 ? "\(humanDuration(services)) waiting for services" : nil,
            queue > 0 ? "\(humanDuration(queue)) waiting for a job slot" : nil,
        ].compactMap { $0 }
        return "\(counted(steps.count, "task")) decided when the run ended, \(humanDuration(total)) after it began: "
            + parts.joined(separator: ", ") + "."
    }
}
