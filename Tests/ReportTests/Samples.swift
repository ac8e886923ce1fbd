// Names and events that the tests of the renderers share.

import Report
import Vocabulary

let second: UInt64 = 1_000_000_000

/// Tasks 0 to 4 of most tests.
let sampleNames = ["phase1/uv-migration", "phase1/venv", "phase1/pytest-config", "phase1/hypothesis", "docs"]

extension Event {
    /// An event at a time in seconds.
    static func at(_ seconds: Double, _ kind: Kind) -> Event {
        Event(time: UInt64(seconds * 1_000_000_000), kind)
    }
}

extension Event.Kind {
    /// A finish with a wall time in seconds.
    static func ended(_ task: Int, _ outcome: TaskOutcome, _ seconds: Double = 0, log: String? = nil) -> Event.Kind {
        .finished(
            TaskID(task), outcome, ResourceUsage(wall: UInt64(seconds * 1_000_000_000)), log: log.map { Array($0.utf8) }
        )
    }

    static func printed(_ task: Int, _ text: String) -> Event.Kind { .output(TaskID(task), Array(text.utf8)) }
    static func runs(_ task: Int, _ reason: RunReason) -> Event.Kind { .decided(TaskID(task), .run(reason)) }
    static func starts(_ task: Int, attempt: Int = 1) -> Event.Kind { .started(TaskID(task), attempt: attempt) }
}

extension RunSummary {
    /// What a run that ended so comes to.
    static func over(_ outcomes: [TaskOutcome], seconds: Double, signal: Int32? = nil) -> RunSummary {
        var summary = RunSummary()
        for outcome in outcomes { summary.count(outcome) }
        summary.wall = UInt64(seconds * 1_000_000_000)
        summary.signal = signal
        return summary
    }
}

extension Renderer {
    /// Everything the renderer says about the events, as text.
    mutating func text(_ events: [Event]) -> String {
        String(decoding: events.flatMap { render($0) } + end(), as: UTF8.self)
    }
}

func input(_ name: String, _ direction: KeyChange.Direction = .changed) -> KeyChange {
    KeyChange(kind: .input, name: name, direction: direction)
}
