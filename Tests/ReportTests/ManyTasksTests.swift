// The live screen of a run with very many tasks: what is written and done does not grow with them.

import Glibc
import Report
import Testing
import Vocabulary

@Suite struct ManyTasksTests {
    private static let style = Style(colors: false)

    /// Events of tasks that all run, `jobs` at a time, one after the other within the given nanoseconds.
    private static func bytes(tasks count: Int, running: Int, within span: UInt64) -> (frames: Int, bytes: Int) {
        let table = TaskTable(count: count) { "group/task-\($0.rawValue)" }
        // Quiet about single tasks is not asked for: these are up to date, so that only the status is drawn.
        var renderer = LiveRenderer(tasks: table, columns: 100, rows: 40, style: style)
        var written = renderer.render(Event(time: 0, .runStarted(tasks: count, jobs: running)))
        var frames = 0
        for number in 0..<count {
            let time = span / UInt64(count) * UInt64(number)
            let task = TaskID(number)
            if number < running {
                written += renderer.render(Event(time: time, .decided(task, .run(.neverRan))))
                written += renderer.render(Event(time: time, .started(task, attempt: 1)))
                continue
            }
            let drawn = renderer.render(Event(time: time, .finished(task, .upToDate, ResourceUsage(), log: nil)))
            frames += drawn.isEmpty ? 0 : 1
            written += drawn
        }
        return (frames, written.count)
    }

    @Test func framesFollowTimeNotEvents() {
        let span: UInt64 = 8_000_000_000
        let few = Self.bytes(tasks: 1_000, running: 16, within: span)
        let many = Self.bytes(tasks: 100_000, running: 16, within: span)
        let limit = Int(span / LiveRenderer.interval) + 1
        #expect(few.frames <= limit && few.frames > limit / 2)
        #expect(many.frames <= limit && many.frames > limit / 2)
        // Only the digits of the counts differ.
        #expect(many.bytes < few.bytes * 5 / 4)
    }

    @Test func linesFollowTheScreenNotTheTasksThatRun() {
        let few = Self.bytes(tasks: 20_000, running: 100, within: 1_000_000_000)
        let many = Self.bytes(tasks: 20_000, running: 10_000, within: 1_000_000_000)
        #expect(many.bytes < few.bytes * 5 / 4)
    }

    /// Work per event, as a ratio of two measurements in one run: ten times the tasks is about ten times the work. Four
    /// times that is allowed; work that grows with the tasks would be a hundred times. The processor's time of this
    /// thread, which a busy machine does not change much.
    @Test func workPerEventDoesNotGrow() {
        func time(_ count: Int) -> Int {
            (0..<3).map { _ in
                let before = Self.processorTime
                _ = Self.bytes(tasks: count, running: count / 2, within: 1_000_000_000)
                return Self.processorTime - before
            }.min() ?? 0
        }
        let (few, many) = (time(5_000), time(50_000))
        #expect(many < few * 40, "\(few) ns for 5000 tasks, \(many) ns for 50000")
    }

    /// Of this thread, nanoseconds.
    private static var processorTime: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
