// What `resume` says before it goes on: which run, and how far it came. Knows nothing of how it goes on.

import Vocabulary

/// The state of the last run.
public struct Resumption: Sendable {
    public var run: UInt64
    /// Nanoseconds since the epoch.
    public var startedAt: UInt64
    /// That moment as it is shown.
    public var clock: String
    public var tasks: Int
    public var done: Int
    public var failed: Int
    public var isComplete: Bool

    public init(
        run: UInt64, startedAt: UInt64, clock: String, tasks: Int, done: Int, failed: Int, isComplete: Bool
    ) {
        self.run = run
        self.startedAt = startedAt
        self.clock = clock
        self.tasks = tasks
        self.done = done
        self.failed = failed
        self.isComplete = isComplete
    }

    /// `resuming run 12 of 10:31: 37 of 120 done, 2 failed`
    public var text: String {
        if isComplete { return "run \(run) of \(clock) is complete: nothing to resume\n" }
        let counts = "\(humanCount(done)) of \(humanCount(tasks)) done"
        return "resuming run \(run) of \(clock): \(counts)" + (failed > 0 ? ", \(humanCount(failed)) failed\n" : "\n")
    }

    /// A line like those of the run that follows.
    public var json: [UInt8] {
        JSON.object([
            ("version", .count(JSONRenderer.version)), ("event", .string("resumed")), ("time", .unsigned(0)),
            ("run", .unsigned(run)), ("startedAt", .unsigned(startedAt)), ("tasks", .count(tasks)),
            ("done", .count(done)), ("failed", .count(failed)), ("complete", .bool(isComplete)),
        ]).bytes + [UInt8(ascii: "\n")]
    }
}
