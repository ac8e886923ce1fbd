// What stands on a terminal while a run goes on and after it; seen through a small terminal.

import Testing
import Vocabulary

@testable import Report

@Suite struct LiveRendererTests {
    private func renderer(
        _ names: [String] = sampleNames, columns: Int = 72, rows: Int = 20, verbosity: Verbosity = .normal,
        interactive: Set<TaskID> = []
    ) -> LiveRenderer {
        LiveRenderer(
            tasks: TaskTable(names, interactive: interactive), columns: columns, rows: rows, verbosity: verbosity,
            style: .plain)
    }

    @Test func aRunFromStartToEnd() {
        var live = renderer()
        var screen = Screen(columns: 72, rows: 20)
        func show(_ event: Event) { screen.write(live.render(event)) }

        show(.at(0, .runStarted(tasks: 4, jobs: 2)))
        show(.at(0, .decided(TaskID(4), .restore)))
        show(.at(0, .ended(4, .restored)))
        show(.at(0, .runs(0, .changed([input("backend/requirements.txt"), input("b")]))))
        show(.at(0, .starts(0)))
        show(.at(0, .runs(2, .neverRan)))
        show(.at(0.01, .starts(2)))
        #expect(screen.text == "", "nothing is drawn in the first moments")

        screen.write(live.tick(now: second / 2))
        #expect(
            screen.text == """
                docs: restored
                1 of 4 tasks, 2 running, 0.5 s
                  phase1/uv-migration   0.5 s  backend/requirements.txt changed and 1 …
                  phase1/pytest-config  0.5 s  first run

                """)

        show(.at(1, .printed(0, "Resolving\nResolved 46 packages in a time that is not worth mentioning\n")))
        show(.at(1.01, .printed(2, "50%\r100%\t✓")))
        screen.write(live.tick(now: 12 * second))
        #expect(
            screen.text == """
                docs: restored
                1 of 4 tasks, 2 running, 12.0 s
                  phase1/uv-migration   12.0 s  Resolved 46 packages in a time that is…
                  phase1/pytest-config  12.0 s  100% ✓

                """)

        show(.at(13, .ended(0, .succeeded(attempts: 1), 13)))
        #expect(
            screen.text == """
                docs: restored
                phase1/uv-migration: done in 13.0 s — backend/requirements.txt changed a
                nd 1 more
                    Resolving
                    Resolved 46 packages in a time that is not worth mentioning
                2 of 4 tasks, 1 running, 13.0 s
                  phase1/pytest-config  13.0 s  100% ✓

                """)

        let failure = TaskOutcome.failed(.exit(.exited(1)), attempts: 1)
        show(.at(14, .ended(2, failure, 14, log: "50%\r100%\t✓\nlost\n")))
        show(.at(14.1, .ended(3, .blocked(by: TaskID(2)))))
        show(
            .at(
                14.1,
                .runFinished(
                    .over([.restored, .succeeded(attempts: 1), failure, .blocked(by: TaskID(2))], seconds: 14.1))))
        #expect(
            screen.text == """
                docs: restored
                phase1/uv-migration: done in 13.0 s — backend/requirements.txt changed a
                nd 1 more
                    Resolving
                    Resolved 46 packages in a time that is not worth mentioning
                phase1/pytest-config: failed after 14.0 s — exit code 1

                log of phase1/pytest-config:
                100%\t✓
                lost
                phase1/pytest-config failed: exit code 1 (14.0 s)
                  blocked: phase1/hypothesis

                1 failed, 1 blocked; 2 done: 1 ran, 1 restored in 14.1 s

                """)
    }

    @Test func aShortRunDrawsNoStatus() {
        var live = renderer()
        let text = live.text([
            .at(0, .runStarted(tasks: 1, jobs: 2)), .at(0.01, .decided(TaskID(0), .upToDate)),
            .at(0.01, .ended(0, .upToDate)),
            .at(0.02, .runFinished(.over([.upToDate], seconds: 0.02))),
        ])
        #expect(text == "1 done: 1 up to date in 20 ms\n")
    }

    @Test func onlyWhatChangedIsDrawnAgain() {
        var live = renderer()
        for event: Event in [
            .at(0, .runStarted(tasks: 4, jobs: 2)), .at(0, .runs(0, .forced)), .at(0, .starts(0)),
            .at(0, .runs(1, .forced)),
            .at(0, .starts(1)),
        ] { _ = live.render(event) }
        _ = live.tick(now: 70 * second)
        #expect(live.tick(now: 70 * second + 10_000_000).isEmpty, "too early for a frame")
        #expect(live.tick(now: 70 * second + 90_000_000).isEmpty, "nothing has changed")
        #expect(
            String(decoding: live.render(.at(70.4, .printed(1, "hey\n"))), as: UTF8.self)
                == "\r\u{1B}[1A  phase1/venv          1 min 10 s  hey\u{1B}[K\n")
    }

    @Test func moreTasksThanRows() {
        var live = renderer((0..<100).map { "task\($0)" }, columns: 40, rows: 6)
        var screen = Screen(columns: 40, rows: 6)
        screen.write(live.render(.at(0, .runStarted(tasks: 100, jobs: 64))))
        for task in 0..<64 {
            screen.write(live.render(.at(0, .runs(task, .neverRan))))
            screen.write(live.render(.at(0, .starts(task))))
        }
        screen.write(live.tick(now: second))
        #expect(
            screen.visible == """
                0 of 100 tasks, 64 running, 1.0 s
                  task0  1.0 s  first run
                  task1  1.0 s  first run
                  task2  1.0 s  first run
                  and 61 more

                """)
        for task in 0..<62 { screen.write(live.render(.at(2, .ended(task, .succeeded(attempts: 1), 1)))) }
        screen.write(live.tick(now: 3 * second))
        #expect(
            screen.visible == """
                task60: done in 1.0 s — first run
                task61: done in 1.0 s — first run
                62 of 100 tasks, 2 running, 3.0 s
                  task62  3.0 s  first run
                  task63  3.0 s  first run

                """)
    }

    @Test func wideCharactersDoNotWrap() {
        for columns in 11...40 {
            var live = renderer(["建設/日本語の仕事", "b"], columns: columns)
            var screen = Screen(columns: columns, rows: 20)
            screen.write(live.render(.at(0, .runStarted(tasks: 2, jobs: 2))))
            screen.write(live.render(.at(0, .runs(0, .neverRan))))
            screen.write(live.render(.at(0, .starts(0))))
            screen.write(live.render(.at(1, .printed(0, "コンパイル中 src/主要.c 👩‍💻 …\n"))))
            screen.write(live.tick(now: 2 * second))
            let lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 3, "two rows and the cursor's at \(columns) columns")
            #expect(lines.allSatisfy { displayWidth(String($0)) < columns })
        }
    }

    @Test func aNarrowerTerminalIsCleared() {
        var live = renderer(["a", "b"], columns: 60)
        for event: Event in [
            .at(0, .runStarted(tasks: 2, jobs: 2)), .at(0, .runs(0, .neverRan)), .at(0, .starts(0)),
            .at(0.1, .printed(0, String(repeating: "x", count: 100) + "\n")),
        ] { _ = live.render(event) }
        _ = live.tick(now: second)
        // The line of 59 columns takes 3 rows of 25 now, that of counts (29 columns) 2.
        #expect(String(decoding: live.resize(columns: 25, rows: 10), as: UTF8.self) == "\r\u{1B}[5A\u{1B}[J")
        var screen = Screen(columns: 25, rows: 10)
        screen.write(live.tick(now: 2 * second))
        #expect(
            screen.text == """
                0 of 2 tasks, 1 running…
                  a  2.0 s  xxxxxxxxxxx…

                """)
    }

    @Test func anInteractiveTaskHasTheTerminalToItself() {
        var live = renderer(["shell", "other"], interactive: [TaskID(0)])
        var screen = Screen(columns: 72, rows: 20)
        func show(_ event: Event) { screen.write(live.render(event)) }
        show(.at(0, .runStarted(tasks: 2, jobs: 2)))
        show(.at(0, .runs(1, .forced)))
        show(.at(0, .starts(1)))
        screen.write(live.tick(now: second))
        #expect(screen.text == "0 of 2 tasks, 1 running, 1.0 s\n  other  1.0 s  forced\n")
        show(.at(1, .runs(0, .notCached(.noInputs))))
        show(.at(1, .starts(0)))
        #expect(screen.text == "", "the status makes way")
        show(.at(2, .ended(1, .succeeded(attempts: 1), 2)))
        screen.write(live.tick(now: 3 * second))
        #expect(screen.text == "")
        show(.at(4, .ended(0, .succeeded(attempts: 1), 3)))
        #expect(
            screen.text == "other: done in 2.0 s — forced\nshell: done in 3.0 s — not cached: no inputs declared\n")
    }

    @Test func longOutputOfATaskIsCutWhenItEnds() {
        var live = renderer(["a", "b"])
        var events: [Event] = [.at(0, .runStarted(tasks: 2, jobs: 2)), .at(0, .runs(0, .neverRan)), .at(0, .starts(0))]
        for line in 1...50 { events.append(.at(0, .printed(0, "line \(line)\n"))) }
        events.append(.at(0.05, .ended(0, .succeeded(attempts: 1), 0.05)))
        let shown = (31...50).map { "    line \($0)\n" }.joined()
        #expect(live.text(events) == "a: done in 50 ms — first run\n    … 30 lines before\n" + shown)
    }

    @Test(arguments: [
        ("plain", "plain", "plain"), ("\u{1B}[31mred\u{1B}[0m", "\u{1B}[31mred\u{1B}[0m\u{1B}[0m", "red"),
        ("a\u{1B}[2Jb\u{1B}[1;1Hc", "abc", "abc"), ("\u{1B}]0;title\u{07}x", "x", "x"),
        ("\u{1B}]8;;http://h\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link", "link"),
        ("bell\u{07}\u{08}\tend", "bell\tend", "bell\tend"),
        ("cut\u{1B}[3", "cut", "cut"), ("cut\u{1B}", "cut", "cut"), ("\u{1B}(Bx", "x", "x"),
        ("\u{1B}7x\u{1B}8", "x", "x"),
    ])
    func controlsAreTakenOut(line: String, coloured: String, plain: String) {
        #expect(String(decoding: withoutControls(Array(line.utf8)[...], colors: true), as: UTF8.self) == coloured)
        #expect(String(decoding: withoutControls(Array(line.utf8)[...], colors: false), as: UTF8.self) == plain)
    }

    @Test func outputThatMovesTheCursorStaysInItsLine() {
        let wild = "\u{1B}[2J\u{1B}[31mred\u{1B}[5A\n"
        let events: [Event] = [
            .at(0, .runStarted(tasks: 2, jobs: 2)), .at(0, .runs(0, .neverRan)), .at(0, .starts(0)),
            .at(0, .printed(0, wild)),
            .at(0.05, .ended(0, .failed(.exit(.exited(1)), attempts: 1), 0.05, log: wild)),
            .at(0.05, .ended(1, .cancelled)),
        ]
        var live = renderer(["a", "b"], verbosity: .verbose)
        #expect(
            live.text(events)
                == "2 tasks, 2 jobs\na: running — first run\na | red\na: failed after 50 ms — exit code 1\nb: cancelled\n"
        )
        var plain = PlainRenderer(tasks: TaskTable(["a", "b"]))
        let text = plain.text(events + [.at(1, .starts(1)), .at(1, .runFinished(.over([], seconds: 1)))])
        #expect(text.hasPrefix("a: running — first run\na | \(wild)a: failed"), "a file is given what was printed")
        #expect(text.contains("log of a:\n\(wild)a failed"))
    }

    @Test func manyTasksCostFewBytes() {
        let count = 20_000
        var live = LiveRenderer(
            tasks: TaskTable(count: count) { "t\($0.rawValue)" }, columns: 80, rows: 24, style: .plain)
        var bytes = live.render(.at(0, .runStarted(tasks: count, jobs: 2))).count
        for task in 0..<count {
            let time = Double(task) / 20_000
            bytes += live.render(.at(time, .decided(TaskID(task), .upToDate))).count
            bytes += live.render(.at(time, .ended(task, .upToDate))).count
        }
        // One second: a dozen frames of one line each.
        #expect(bytes < 12 * 60)
    }
}
