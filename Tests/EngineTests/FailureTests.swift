// What goes wrong in a task: exit codes, timeouts, retries, missing outputs, and what the run makes of it.

import Engine
import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct FailureTests {
    static let second: UInt64 = 1_000_000_000

    /// A task's keys, and what happens in its run.
    @Test(arguments: [
        ("run: exit 3", ["exits with 3"]),
        ("run: exit 3\n  accept-exit: [0, 3]", ["done"]),
        ("run: exit 0\n  accept-exit: [3]", ["exits with 0"]),
        ("run: print x\n  outputs: [a.txt, 'b/*.txt', '!c']", ["lacks a.txt b/*.txt"]),
        ("run: write a.txt\n  outputs: [a.txt, b.txt]", ["lacks b.txt"]),
        ("run: write a/x.txt\n  outputs: [a]", ["done"]),
        ("run: [unknown, -x]", ["cannot start unknown: No such file or directory"]),
        ("run: [unknown, -x]\n  retries: 3", ["cannot start unknown: No such file or directory"]),
        (
            "run: fails 2\n  retries: 2",
            ["attempt 1 exits with 75, pause 0 ms", "attempt 2 exits with 75, pause 0 ms", "done after 3 attempts"]
        ),
        (
            "run: fails 4\n  retries: {limit: 3, backoff: 500ms}",
            [
                "attempt 1 exits with 75, pause 500 ms", "attempt 2 exits with 75, pause 1000 ms",
                "attempt 3 exits with 75, pause 2000 ms", "exits with 75",
            ]
        ),
        (
            "run: fails 1\n  retries: {limit: 3, on-exit: [75]}",
            ["attempt 1 exits with 75, pause 0 ms", "done after 2 attempts"]
        ),
        ("run: fails 1\n  retries: {limit: 3, on-exit: [1]}", ["exits with 75"]),
        ("run: hang\n  timeout: 5s", ["timed out"]),
        ("run: takes 4\n  timeout: 5s", ["done"]),
        ("run: takes 6\n  timeout: 5s\n  retries: 1", ["attempt 1 timed out, pause 0 ms", "timed out"]),
        ("run: hang\n  timeout: 5s\n  retries: {limit: 1, on-exit: [75]}", ["timed out"]),
        ("run: print x\n  outputs: [a.txt]\n  retries: 1", ["attempt 1 lacks a.txt, pause 0 ms", "lacks a.txt"]),
    ])
    func howATaskEnds(keys: String, expected: [String]) throws {
        let run = try Rig().run("a:\n  \(keys)")
        #expect(run.lines == ["a: runs: not cached, no-inputs"] + expected.map { "a: \($0)" })
    }

    @Test func theClockDecidesWhenItIsTriedAgain() throws {
        let run = try Rig().run("a: {run: fails 3; takes 10, retries: {limit: 3, backoff: 1s}, timeout: 20s}")
        #expect(run.summary.wall == (4 * 10 + 1 + 2 + 4) * Self.second)
        #expect(run.summary.flaky == 1 && run.summary.succeeded == 1)
    }

    @Test func aTimeoutAsksFirstAndKillsAfterTheGrace() throws {
        let rig = Rig()
        rig.options.grace = 3 * Self.second
        let polite = try rig.run("a: {run: hang, timeout: 5s}")
        #expect(polite.summary.wall == 5 * Self.second)
        let deaf = try rig.run("a: {run: hang; ignore TERM, timeout: 5s}")
        #expect(deaf.summary.wall == 8 * Self.second)
        #expect(deaf.reactor.traffic.contains(.stopped(ProcessToken(1), grace: 3 * Self.second)))
        #expect(deaf.lines.last == "a: timed out")
    }

    @Test func everyAttemptStartsWithoutTheOutputsOfTheLast() throws {
        let rig = Rig()
        let run = try rig.run("a: {run: needs a.txt; write a.txt x, outputs: [a.txt], retries: 2}")
        #expect(run.lines.suffix(1) == ["a: exits with 1"])
        #expect(run.spawned.count == 3)
    }

    @Test func oldOutputsAreRemovedBeforeATaskRuns() throws {
        let rig = Rig(["out/old.txt": "old", "out/keep/x.txt": "kept", "gen/a.c": "old", "gen/a.h": "kept"])
        try rig.run(
            "a: {run: write out/new.txt new, outputs: [out, '!out/keep/**', 'gen/*.c'], accept-exit: [0]}\nb: {run: print b, needs: [a]}",
            ["a"])
        #expect(rig["out/old.txt"] == nil && rig["gen/a.c"] == nil)
        #expect(rig["out/keep/x.txt"] == "kept" && rig["gen/a.h"] == "kept" && rig["out/new.txt"] == "new")
        let kept = Rig(["out/old.txt": "old"])
        try kept.run("a: {run: write out/new.txt new, outputs: [out], clean: false}")
        #expect(kept["out/old.txt"] == "old")
    }

    @Test func placesForOutputsAreMade() throws {
        let rig = Rig()
        try rig.run(
            "a: {run: write deep/er/a.txt; write 'x', outputs: [deep/er/a.txt, 'globs/sub/*.c'], reports: [r/x.xml], accept-exit: [0]}"
        )
        let made = try ["deep/er", "globs/sub", "r"].map { try rig.files.status("/project/\($0)")?.kind }
        #expect(made == [.directory, .directory, .directory])
    }

    @Test func missingInputsAreErrorsAndEmptyPatternsWarnings() throws {
        let rig = Rig(["src/a.c": ""])
        let warned = try rig.run("a: {run: print x, inputs: [src, src/a.c, '*.none', '!other']}")
        #expect(
            warned.lines == ["a: warning: input pattern \"*.none\" matches no file", "a: runs: neverRan", "a: done"])
        let run = try rig.run("a: {run: print x, inputs: [src/a.c, src/b.c, lib, '!other']}")
        #expect(
            run.lines == [
                "a: input \"src/b.c\" of \"a\" does not exist, and no task makes it; input \"lib\" of \"a\" does not exist, and no task makes it"
            ])
        #expect(run.reactor.requests == [])
        let excluded = try rig.run("a: {run: print x, inputs: [src/a.c, src/b.c, lib, '!src/b.c', '!lib']}")
        // The same file is left as in the first run.
        #expect(excluded.lines == ["a: is up to date", "a: upToDate"])
    }

    // MARK: The rest of the run

    static let family = """
        bad: {run: exit 1}
        slow: {run: takes 9}
        child: {run: print child, needs: [bad]}
        later: {run: print later, needs: [slow]}
        cleanup: {run: print cleanup, needs: [child, later], always: true}
        """

    @Test func aFailureEndsTheRunButWhatRunsAndWhatAlwaysRuns() throws {
        let run = try Rig().run(Self.family)
        #expect(run.spawned == ["exit 1", "takes 9", "print cleanup"])
        #expect(
            run.results == [
                "bad": .failed(.exit(.exited(1)), attempts: 1), "slow": .succeeded(attempts: 1),
                "child": .blocked(by: TaskID(0)), "later": .cancelled, "cleanup": .succeeded(attempts: 1),
            ])
        #expect(run.summary.failed == 1 && run.summary.blocked == 1 && run.summary.cancelled == 1)
    }

    @Test func keepGoingRunsWhatItCan() throws {
        let rig = Rig()
        rig.options.keepsGoing = true
        let run = try rig.run(Self.family)
        #expect(run.spawned == ["exit 1", "takes 9", "print later", "print cleanup"])
    }

    @Test func aSoftNeedOrdersOnlyWhatRunsAnyway() throws {
        let rig = Rig()
        let plan = "soft: {run: exit 1; takes 2}\na: {run: print a, needs: [{task: soft, soft: true}]}"
        #expect(try rig.run(plan, ["a"]).spawned == ["print a"])
        rig.options.keepsGoing = true
        let both = try rig.run(plan)
        #expect(both.spawned == ["exit 1; takes 2", "print a"])
        #expect(
            both.lines == [
                "soft: runs: not cached, no-inputs", "soft: exits with 1", "a: runs: not cached, no-inputs", "a: done",
            ])
    }

    @Test func whatDoesNotTakePartCountsAsDone() throws {
        let run = try Rig().run("a: {run: exit 1, when: false}\nb: {run: print b, needs: [a]}")
        #expect(
            run.lines == ["a: skipped(\"`when: false` does not hold\")", "b: runs: not cached, no-inputs", "b: done"])
    }

    @Test func noMoreJobsThanSlots() throws {
        let rig = Rig()
        rig.options.jobs = 3
        let run = try rig.run((1...9).map { "t\($0): {run: takes \($0)}" }.joined(separator: "\n"))
        #expect(run.reactor.mostRunning == 3)
        let terminal = try rig.run(
            "a: {run: takes 1, interactive: true}\nb: {run: takes 1, interactive: true}\nc: {run: takes 1}")
        #expect(terminal.reactor.mostRunning == 2)
    }

    // MARK: Interrupts

    /// Sends signals when nothing is due, one at each of these times (seconds since the run began).
    private func interrupting(_ rig: Rig, at times: [UInt64]) {
        var pending = times
        rig.whenIdle = { reactor in
            // The clock stands at the last thing that happened: the signal comes right after it.
            guard let time = pending.first, reactor.now >= (1 + time) * Self.second else { return }
            pending.removeFirst()
            reactor.interrupt(2)
        }
    }

    @Test func anInterruptStopsWhatRunsAndStartsNothing() throws {
        let rig = Rig()
        interrupting(rig, at: [0])
        rig.options.grace = 4 * Self.second
        let run = try rig.run(
            """
            a: {run: hang, inputs: [], outputs: [a.txt]}
            b: {run: print b, needs: [a]}
            c: {run: print c, needs: [a], always: true}
            """)
        #expect(run.lines == ["a: runs: neverRan", "signal 2", "b: cancelled", "c: cancelled", "a: cancelled"])
        #expect(run.summary.signal == 2 && run.summary.cancelled == 3)
        #expect(run.reactor.traffic.contains(.stopped(ProcessToken(1), grace: 4 * Self.second)))
        // Nothing is recorded, not even the failure.
        #expect(rig.store.traffic == [.flushed])
        #expect(rig.store.records(ofTask: "a", limit: 1).isEmpty)
    }

    @Test func theSecondInterruptWaitsNoLonger() throws {
        let rig = Rig()
        interrupting(rig, at: [0, 0])
        rig.options.grace = 60 * Self.second
        let run = try rig.run("a: {run: hang; ignore TERM}")
        #expect(run.summary.wall == 0)
        #expect(
            run.reactor.traffic.suffix(2) == [
                .stopped(ProcessToken(1), grace: 60 * Self.second), .stopped(ProcessToken(1), grace: 0),
            ])
        #expect(run.lines.last == "a: cancelled")
    }

    @Test func aTaskBetweenTwoAttemptsIsCancelledAtOnce() throws {
        let rig = Rig()
        interrupting(rig, at: [0])
        let run = try rig.run("a: {run: fails 9, retries: {limit: 9, backoff: 1h}}")
        #expect(run.lines.suffix(2) == ["signal 2", "a: cancelled"])
        #expect(run.summary.wall == 0)
    }

    @Test func anInterruptWhileToolsAreAskedEndsTheRun() throws {
        let rig = Rig()
        rig.files.add("/bin/hang", "binary", mode: 0o755)
        interrupting(rig, at: [0])
        let run = try rig.run("a: {run: print x, inputs: [], cache: {tools: [hang]}}")
        #expect(run.lines == ["signal 2", "a: cancelled"])
        #expect(run.spawned == ["/bin/hang --version"])
    }

    @Test func aToolThatDoesNotAnswerIsNotWaitedFor() throws {
        let rig = Rig()
        rig.files.add("/bin/hang", "binary", mode: 0o755)
        let run = try rig.run("a: {run: print x, inputs: [], cache: {tools: [hang]}}")
        #expect(run.lines == ["a: runs: neverRan", "a: done"])
        #expect(run.summary.wall == 10 * Self.second)
    }

    // MARK: Secrets

    @Test func secretsAreMaskedWhereverOutputGoes() throws {
        let rig = Rig()
        rig.options.environment["TOKEN"] = "hunter22"
        let plan = """
            a: {run: show TOKEN; print a hunter22 b, inputs: [], secrets: [TOKEN]}
            b: {run: show TOKEN; exit 1, secrets: [TOKEN]}
            c: {run: print c, secrets: [TOKEN], ensure: [{run: show TOKEN; exit 1}]}
            """
        rig.options.keepsGoing = true
        let run = try rig.run(plan)
        #expect(run.output.contains("TOKEN=***\na *** b\n"))
        #expect(!run.output.contains("hunter22"))
        #expect(run.logs["b"] == "TOKEN=***\n")
        #expect(run.lines.contains("c: `show TOKEN; exit 1` exited with 1 | TOKEN=***"))
        let log = try #require(rig.store.records(ofTask: "a", limit: 1).first?.log)
        #expect(rig.store.bytes(log) == Array("TOKEN=***\na *** b\n".utf8))
    }
}
