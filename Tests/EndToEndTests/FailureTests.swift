// Failures: what still runs, what is told about them, and that nothing of a failed task's tree of processes is left.

import Testing

@Suite struct FailureTests {
    static let two = """
        bad: {run: "echo bad >> $log; echo out of paper; echo and ink >&2; exit 3"}
        after-bad: {needs: [bad], run: echo after-bad >> $log}
        after-that: {needs: [after-bad], run: echo after-that >> $log}
        good: {needs: [{task: bad, soft: true}], run: echo good >> $log}
        cleanup: {needs: [after-bad], always: true, run: echo cleanup >> $log}

        """

    /// The soft need makes certain that `bad` is first: of two ready tasks either may be.
    @Test func keepGoingRunsWhatDoesNotDependOnIt() {
        let yaml = """
            bad: {run: "echo bad >> $log; exit 3"}
            after-bad: {needs: [bad], run: echo after-bad >> $log}
            good: {needs: [{task: bad, soft: true}], run: echo good >> $log}
            after-good: {needs: [good], run: echo after-good >> $log}
            """
        Project.with(yaml) { project in
            let stopping = project.run("run", "-j1", "--json")
            #expect(stopping.status == 1)
            #expect(project.ran() == ["bad"])
            let going = project.run("run", "-j1", "-k", "--json")
            #expect(going.status == 1)
            #expect(project.ran() == ["after-good", "bad", "good"])
            #expect(
                going.outcomes == [
                    "bad": "failed", "after-bad": "blocked", "good": "succeeded", "after-good": "succeeded",
                ])
        }
    }

    @Test func failedLogIsToldWholeAndOnce() {
        Project.with(Self.two) { project in
            let run = project.run("after-that", "good", "cleanup", "-k", "-j1")
            #expect(run.status == 1)
            let end = run.out.withoutTimes
            #expect(
                end.hasSuffix(
                    """

                    log of bad:
                    out of paper
                    and ink
                    bad failed: exit code 3 (TIME)
                      blocked: after-bad, after-that

                    1 failed, 2 blocked; 2 done: 2 ran in TIME

                    """), "\(end)")
            #expect(run.out.count(of: "log of bad:") == 1)
            #expect(project.ran() == ["bad", "cleanup", "good"])
        }
    }

    /// Shown as the last thing already: saying it again would be saying it twice.
    @Test func logThatWasJustShownIsNotRepeated() {
        Project.with("bad: {run: 'echo why; exit 1'}") { project in
            let run = project.run("bad")
            #expect(run.out.count(of: "why") == 1)
            let quiet = project.run("bad", "-q")
            #expect(quiet.out.count(of: "why") == 1)
        }
    }

    @Test func longLogsAreTheWholeLog() {
        Project.with("bad: {run: 'seq 1 20000; exit 1'}\nnext: {needs: [bad], run: 'true'}") { project in
            let run = project.run("next", "-q")
            let numbers = run.out.split(separator: "\n").compactMap { Int($0) }
            #expect(numbers == Array(1...20_000))
        }
    }

    @Test func timeoutEndsTheWholeTree() {
        let yaml = """
            hang:
              timeout: 300ms
              run: |
                trap '' TERM
                (trap '' TERM; echo $$ > /dev/null; exec sleep 1000) & echo $! >> ../pids
                setsid sleep 1000 & echo $! >> ../pids
                (setsid sh -c 'trap "" TERM; sleep 1000 & echo $! >> ../pids; echo $$ >> ../pids; echo ready > ../ready; wait' &)
                echo $$ >> ../pids
                wait
            """
        Project.with(yaml) { project in
            let ready = project.fifo("ready")
            let run = project.run("hang")
            #expect(ready.line() == "ready")
            #expect(run.status == 1)
            #expect(run.lines.contains("hang failed: timed out after TIME (TIME)"))
            #expect(project.livingProcesses(in: "pids", atLeast: 5) == [])
        }
    }

    /// A task is over when its command is: what it left in the background ends with it.
    @Test func backgroundProcessesEndWithTheirTask() {
        let yaml = """
            spawn:
              run: |
                sleep 1000 & echo $! >> ../pids
                setsid sleep 1000 & echo $! >> ../pids
            """
        Project.with(yaml) { project in
            #expect(project.run("spawn").status == 0)
            #expect(project.livingProcesses(in: "pids", atLeast: 2) == [])
        }
    }

    @Test func commandThatIsNotThere() {
        Project.with("gone: {run: [no-such-program, --help]}\nscript: {run: no-such-program}") { project in
            let argv = project.run("gone")
            #expect(argv.status == 1)
            #expect(argv.out.contains("could not be started"))
            #expect(argv.out.contains("no-such-program"))
            let script = project.run("script")
            #expect(script.out.contains("hint: 127 from a shell means that a command was not found"))
        }
    }

    @Test func taskEndedByASignal() {
        Project.with("dies: {run: kill -SEGV $$}") { project in
            #expect(project.run("dies").out.withoutTimes.contains("dies failed: ended by SIGSEGV (TIME)"))
        }
    }

    @Test func inputThatIsNotThere() {
        Project.with("reads: {inputs: [no/such.txt], outputs: [o], run: cp no/such.txt o}") { project in
            let run = project.run("reads")
            #expect(run.status == 1)
            #expect(run.out.contains("input \"no/such.txt\" of \"reads\" does not exist, and no task makes it"))
            #expect(run.out.contains("tasks.yaml:2:18"))
            project.yaml("reads: {inputs: ['no/*.txt'], outputs: [o], run: touch o}")
            let empty = project.run("reads")
            #expect(empty.status == 0)
            #expect(empty.out.contains("warning: reads: "))
        }
    }
}
