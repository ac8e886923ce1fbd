// Whole transcripts of runs as CI sees them.

import Testing
import Vocabulary

@testable import Report

@Suite struct PlainRendererTests {
    /// One task fails, two are blocked, one is restored, one had to be tried twice.
    static let mixed: [Event] = [
        .at(0, .runStarted(tasks: 5, jobs: 2)),
        .at(0, .decided(TaskID(4), .upToDate)), .at(0, .ended(4, .upToDate)),
        .at(0, .runs(0, .changed([input("backend/requirements.txt")]))), .at(0, .starts(0)),
        .at(0, .runs(2, .neverRan)), .at(0, .starts(2)),
        .at(1, .printed(0, "Resolving\nResolved 46 packages\n")),
        .at(1.5, .printed(2, "10%\r100%\r\n")),
        .at(2, .retrying(TaskID(2), attempt: 1, cause: .exit(.exited(1)), pause: 2 * second)),
        .at(4, .starts(2, attempt: 2)),
        .at(5, .ended(2, .succeeded(attempts: 2), 1)),
        .at(5, .printed(0, "error: no such package")),
        .at(
            5,
            .ended(
                0, .failed(.exit(.exited(2)), attempts: 1), 5,
                log: "Resolving\nResolved 46 packages\nerror: no such package")),
        .at(5, .ended(1, .blocked(by: TaskID(0 as UInt32)))), .at(5, .ended(3, .blocked(by: TaskID(1 as UInt32)))),
        .at(
            5,
            .runFinished(
                .over(
                    [
                        .upToDate, .succeeded(attempts: 2), .failed(.exit(.exited(2)), attempts: 1),
                        .blocked(by: TaskID(0 as UInt32)), .blocked(by: TaskID(0 as UInt32)),
                    ], seconds: 5))),
    ]

    @Test(
        arguments: [
            (
                Verbosity.normal,
                """
                phase1/uv-migration: running — backend/requirements.txt changed
                phase1/pytest-config: running — first run
                phase1/uv-migration | Resolving
                phase1/uv-migration | Resolved 46 packages
                phase1/pytest-config | 100%
                phase1/pytest-config: attempt 1 failed — exit code 1; trying again in 2.0 s
                phase1/pytest-config: done in 1.0 s — flaky: passed on attempt 2
                phase1/uv-migration | error: no such package
                phase1/uv-migration: failed after 5.0 s — exit code 2

                log of phase1/uv-migration:
                Resolving
                Resolved 46 packages
                error: no such package
                phase1/uv-migration failed: exit code 2 (5.0 s)
                  blocked: phase1/venv, phase1/hypothesis

                1 failed, 2 blocked; 2 done: 1 ran (1 flaky), 1 up to date in 5.0 s

                """
            ),
            (
                .quiet,
                """

                log of phase1/uv-migration:
                Resolving
                Resolved 46 packages
                error: no such package
                phase1/uv-migration failed: exit code 2 (5.0 s)
                  blocked: phase1/venv, phase1/hypothesis

                1 failed, 2 blocked; 2 done: 1 ran (1 flaky), 1 up to date in 5.0 s

                """
            ),
            (
                .verbose,
                """
                5 tasks, 2 jobs
                docs: up to date
                phase1/uv-migration: running — backend/requirements.txt changed
                phase1/pytest-config: running — first run
                phase1/uv-migration | Resolving
                phase1/uv-migration | Resolved 46 packages
                phase1/pytest-config | 100%
                phase1/pytest-config: attempt 1 failed — exit code 1; trying again in 2.0 s
                phase1/pytest-config: done in 1.0 s — flaky: passed on attempt 2
                phase1/uv-migration | error: no such package
                phase1/uv-migration: failed after 5.0 s — exit code 2
                phase1/venv: blocked — phase1/uv-migration did not succeed
                phase1/hypothesis: blocked — phase1/venv did not succeed

                log of phase1/uv-migration:
                Resolving
                Resolved 46 packages
                error: no such package
                phase1/uv-migration failed: exit code 2 (5.0 s)
                  blocked: phase1/venv, phase1/hypothesis

                1 failed, 2 blocked; 2 done: 1 ran (1 flaky), 1 up to date in 5.0 s

                """
            ),
        ] as [(Verbosity, String)])
    func mixedRun(verbosity: Verbosity, expected: String) {
        var renderer = PlainRenderer(tasks: TaskTable(sampleNames), verbosity: verbosity)
        #expect(renderer.text(PlainRendererTests.mixed) == expected)
    }

    @Test func aRunInWhichNothingHappens() {
        let events: [Event] = [
            .at(0, .runStarted(tasks: 2, jobs: 2)), .at(0, .decided(TaskID(0), .upToDate)),
            .at(0, .ended(0, .upToDate)),
            .at(0, .decided(TaskID(1), .satisfied)), .at(0, .ended(1, .satisfied)),
            .at(0.02, .runFinished(.over([.upToDate, .satisfied], seconds: 0.02))),
        ]
        var renderer = PlainRenderer(tasks: TaskTable(sampleNames))
        #expect(renderer.text(events) == "2 done: 1 satisfied, 1 up to date in 20 ms\n")
        var quiet = PlainRenderer(tasks: TaskTable(sampleNames), verbosity: .quiet)
        #expect(quiet.text(events) == "")
    }

    @Test func aSingleTaskNeedsNoNameBeforeItsOutputAndNoLogTwice() {
        var renderer = PlainRenderer(tasks: TaskTable(["hello"]))
        let text = renderer.text([
            .at(0, .runStarted(tasks: 1, jobs: 2)), .at(0, .runs(0, .notCached(.noInputs))), .at(0, .starts(0)),
            .at(0, .printed(0, "hello\nworld")),
            .at(1, .ended(0, .failed(.missingOutputs(["a", "b"]), attempts: 1), 1, log: "hello\nworld")),
            .at(1, .runFinished(.over([.failed(.missingOutputs(["a", "b"]), attempts: 1)], seconds: 1))),
        ])
        #expect(
            text == """
                hello: running — not cached: no inputs declared
                hello
                world
                hello: failed after 1.0 s — 2 declared outputs were not made

                hello failed: 2 declared outputs were not made (1.0 s)
                  a
                  b
                  hint: outputs are relative to the task's dir and are removed before it runs (clean: false keeps them)

                1 failed; 0 done in 1.0 s

                """)
    }

    @Test func manyRestoredTasksAreSummedUp() {
        let count = 1_000
        var renderer = PlainRenderer(tasks: TaskTable(count: count) { "t\($0.rawValue)" })
        var events: [Event] = [.at(0, .runStarted(tasks: count, jobs: 2))]
        for task in 0..<count {
            events.append(.at(0, .decided(TaskID(task), .restore)))
            events.append(.at(0, .replayed(TaskID(task), log: Array("log \(task)\n".utf8))))
            events.append(.at(0, .ended(task, .restored)))
        }
        events.append(.at(1, .runFinished(.over(Array(repeating: .restored, count: count), seconds: 1))))
        let shown = (0..<20).map { "t\($0) | log \($0)\nt\($0): restored\n" }.joined()
        #expect(renderer.text(events) == shown + "and 980 more restored\n1,000 done: 1,000 restored in 1.0 s\n")
    }

    @Test func twoFailuresAndManyBlocked() {
        let names = (0..<12).map { "t\($0)" }
        var renderer = PlainRenderer(tasks: TaskTable(names))
        let failed = TaskOutcome.failed(.undeclaredChanges(["x", "y"]), attempts: 1)
        let killed = TaskOutcome.failed(.exit(.signalled(9)), attempts: 3)
        var events: [Event] = [
            .at(0, .runStarted(tasks: 12, jobs: 2)), .at(0, .runs(0, .forced)), .at(0, .starts(0)),
            .at(0, .ended(0, failed, 1)), .at(0, .runs(1, .forced)), .at(0, .starts(1)), .at(1, .printed(1, "boom\n")),
            .at(2, .ended(1, killed, 1, log: "boom\n")),
        ]
        // A chain: each is blocked by the one before, and all by the first failure in the end.
        for task in 2..<12 { events.append(.at(2, .ended(task, .blocked(by: TaskID(task == 2 ? 0 : task - 1))))) }
        events.append(.at(2, .runFinished(.over([failed, killed], seconds: 2))))
        #expect(
            renderer.text(events) == """
                t0: running — forced
                t0: failed after 1.0 s — changed 2 paths that changes does not name
                t1: running — forced
                t1 | boom
                t1: failed after 1.0 s — ended by SIGKILL (attempt 3)

                t0 failed: changed 2 paths that changes does not name (1.0 s)
                  x
                  y
                  hint: name them in changes if they belong to the result, or in scratch if they are thrown away
                  blocked: t2, t3, t4, t5, t6 and 5 more

                log of t1:
                boom
                t1 failed: ended by SIGKILL (1.0 s, 3 attempts)

                2 failed; 0 done in 2.0 s

                """)
    }

    @Test func warningsExpansionsAndSignals() {
        var renderer = PlainRenderer(tasks: TaskTable(["compile"]), verbosity: .verbose)
        let text = renderer.text([
            .at(0, .runStarted(tasks: 1, jobs: 1)),
            .at(0, .warned(TaskID(0 as UInt32), "input \"*.c\" matches nothing")),
            .at(0, .warned(nil, "the clock went back")),
            .at(0, .expanded(TaskID(0 as UInt32), instances: ["compile[a.c]", "compile[b.c]"])),
            .at(0, .runs(2, .neverRan)), .at(0, .starts(2)), .at(0, .printed(2, "cc b.c\n")),
            .at(1, .interrupted(15)), .at(1, .ended(2, .cancelled)),
            .at(1, .ended(1, .skipped("platforms names macos only"))),
            .at(1, .runFinished(.over([.cancelled, .skipped("")], seconds: 1, signal: 15))),
        ])
        #expect(
            text == """
                1 task, 1 job
                warning: compile: input "*.c" matches nothing
                warning: the clock went back
                compile: expanded — 2 instances
                compile[b.c]: running — first run
                compile[b.c] | cc b.c
                stopping: SIGTERM received, ending what runs
                compile[b.c]: cancelled
                compile[a.c]: skipped — platforms names macos only
                stopped by SIGTERM; 1 cancelled; 1 done: 1 skipped in 1.0 s

                """)
    }

    @Test func tasksWithoutAStart() {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "tasks.yaml", bytes: Array("a: b\n".utf8)))
        let invalid = FailureCause.invalid([
            Diagnostic(.error, "input \"b\" does not exist", at: SourceRange(source: source, start: 3, end: 4))
        ])
        var renderer = PlainRenderer(tasks: TaskTable(["only-conditions", "each", "broken"], sources: sources))
        let text = renderer.text([
            .at(0, .runStarted(tasks: 3, jobs: 1)), .at(0, .runs(0, .neverRan)),
            .at(0, .ended(0, .succeeded(attempts: 1))),
            .at(0, .ended(1, .succeeded(attempts: 1))), .at(0, .ended(2, .failed(invalid, attempts: 0))),
            .at(0, .interrupted(2)), .at(0, .interrupted(2)),
            .at(0, .runFinished(.over([.succeeded(attempts: 1), .failed(invalid, attempts: 0)], seconds: 0))),
        ])
        #expect(
            text == """
                only-conditions: done — first run
                broken: failed — input "b" does not exist
                stopping: SIGINT received, ending what runs
                stopping: SIGINT received again, killing what runs

                broken failed: input "b" does not exist
                  tasks.yaml:1:4: error: input "b" does not exist
                    1 | a: b
                      |    ^

                1 failed; 1 done: 1 ran in <1 ms

                """)
    }

    @Test func coloursWhenAsked() {
        var renderer = PlainRenderer(tasks: TaskTable(["a", "b"]), style: Style(colors: true))
        let text = renderer.text([
            .at(0, .runStarted(tasks: 2, jobs: 1)), .at(0, .runs(0, .forced)), .at(0, .starts(0)),
            .at(0, .printed(0, "x\n")),
            .at(1, .ended(0, .succeeded(attempts: 1), 1)),
        ])
        #expect(
            text.replacing("\u{1B}", with: "^") == """
                a: ^[36mrunning^[0m — forced
                ^[36ma | ^[0mx
                a: ^[32mdone in 1.0 s^[0m

                """)
    }
}
