// `resume`: the last run goes on where it stopped, however it stopped, and nothing that succeeded is repeated.

import Glibc
import Testing

@Suite struct ResumeTests {
    /// Two tasks with a cache, two without, one of them with an output; `gate` waits for a FIFO when there is one.
    static let yaml = """
        gen: {inputs: [a], outputs: [g], run: "echo gen >> $log; cp a g"}
        effect: {run: echo effect >> $log}
        made: {cache: false, inputs: [a], outputs: [m], run: "echo made >> $log; cp a m"}
        gate:
          needs: [gen, effect, made]
          inputs: [g]
          outputs: [h]
          run: |
            echo gate >> $log
            if test -p ../hold; then echo here > ../here; read line < ../hold; fi
            test ! -e broken
            cp g h
        last: {needs: [gate], run: echo last >> $log}

        """

    static func with(_ body: (Project) throws -> Void) rethrows {
        try Project.with(yaml, files: ["a": "1", "broken": ""], body)
    }

    /// Runs until `gate` waits, ends the program with the signal, and waits for it.
    static func stop(_ project: Project, by signal: Int32) {
        let (here, hold) = (project.fifo("here"), project.fifo("hold"))
        let run = project.start("last")
        _ = here.line()
        run.signal(signal)
        _ = run.wait()
        _ = hold
        project.shell("rm ../here ../hold broken")
    }

    private func line(_ ending: Ending) -> String {
        String(ending.out.prefix { $0 != "\n" }).withoutClocks
    }

    private func refusal(_ text: String) -> Ending { Ending(status: 2, out: "", err: text) }

    /// Gates that were only observed do not fail the rest of the run.
    @Test func gatesAreObservedAsInTheRunBefore() {
        let yaml = """
            first: {run: "test -e fixed", metrics: {m: {duration: true}}}
            last: {needs: [first], run: "true", metrics: {n: {duration: true}}, gates: {fast: n < 0}}
            """
        Project.with(yaml) { project in
            for (options, status) in [(["--observe"], Int32(0)), ([], 6)] {
                project.shell("rm -f fixed")
                #expect(project.run(["run", "last", "--force"] + options).status == 1)
                project.write("", to: "fixed")
                let resumed = project.run("resume")
                #expect(resumed.status == status, "\(resumed)")
                #expect(resumed.out.contains("observed  last#fast") == (status == 0), "\(resumed.out)")
            }
        }
    }

    @Test func afterAFailure() {
        Self.with { project in
            #expect(project.run("last", "-j1").status == 1)
            #expect(project.ran() == ["effect", "gate", "gen", "made"])
            let again = project.run("resume")
            #expect(again.status == 1)
            #expect(line(again) == "resuming run 1 of CLOCK: 3 of 5 done, 1 failed")
            #expect(project.ran() == ["gate"])
            project.shell("rm broken")
            let rest = project.run("resume")
            #expect(rest.status == 0)
            #expect(line(rest) == "resuming run 2 of CLOCK: 3 of 5 done, 1 failed")
            #expect(project.ranInOrder() == ["gate", "last"])
            let complete = project.run("resume")
            #expect(
                complete.out.withoutClocks
                    == "run 3 of CLOCK is complete: nothing to resume\n")
            #expect(complete.status == 0)
            #expect(project.ran() == [])
            // A run that changes nothing is not the last one; one that does is.
            #expect(project.run("gen").status == 0)
            #expect(line(project.run("resume")) == "run 3 of CLOCK is complete: nothing to resume")
        }
    }

    @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
    func afterASignal(signal: Int32) {
        Self.with { project in
            Self.stop(project, by: signal)
            #expect(project.ran() == ["effect", "gate", "gen", "made"])
            let rest = project.run("resume")
            #expect(rest.status == 0, "\(rest)")
            #expect(line(rest) == "resuming run 1 of CLOCK: 3 of 5 done")
            #expect(project.ranInOrder() == ["gate", "last"])
            #expect(line(project.run("resume")) == "run 2 of CLOCK is complete: nothing to resume")
        }
    }

    /// What a run has done stays done when the run that continues it is killed before it comes that far.
    @Test func killedBeforeItComesThatFar() {
        let yaml = """
            slow: {run: "echo slow >> $log; if test -p ../hold; then echo here > ../here; read line < ../hold; fi"}
            effect: {needs: [{task: slow, order-only: true}], run: echo effect >> $log}
            bad: {needs: [effect], run: "echo bad >> $log; test -e ok"}

            """
        Project.with(yaml) { project in
            #expect(project.run("bad").status == 1)
            #expect(project.ranInOrder() == ["slow", "effect", "bad"])
            project.yaml(yaml.replacing("echo slow", with: "echo again"))
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let run = project.start("resume")
            _ = here.line()
            run.signal(SIGKILL)
            _ = run.wait()
            _ = hold
            project.shell("rm ../here ../hold; touch ok")
            project.yaml(yaml)
            _ = project.ran()
            let rest = project.run("resume")
            #expect(line(rest) == "resuming run 2 of CLOCK: 1 of 3 done")
            // The start of `slow` with another command undid its success.
            #expect(project.ranInOrder() == ["slow", "bad"])
        }
    }

    @Test func killedAgainAndAgain() {
        Self.with { project in
            Self.stop(project, by: SIGKILL)
            _ = project.ran()
            for _ in 0..<3 {
                let (here, hold) = (project.fifo("here"), project.fifo("hold"))
                let run = project.start("resume")
                _ = here.line()
                run.signal(SIGKILL)
                _ = run.wait()
                _ = hold
                project.shell("rm ../here ../hold")
                #expect(project.ran() == ["gate"])
            }
            #expect(line(project.run("resume")) == "resuming run 4 of CLOCK: 3 of 5 done")
            #expect(project.ranInOrder() == ["gate", "last"])
        }
    }

    /// A crash may tear the end of the journal; a power loss may take all that was not synchronised.
    @Test func aTornJournal() {
        Self.with { project in
            Self.stop(project, by: SIGKILL)
            project.shell("printf 'half a frame' >> .taskgraph/runs/1.journal")
            #expect(line(project.run("resume")) == "resuming run 1 of CLOCK: 3 of 5 done")
            #expect(project.ran() == ["effect", "gate", "gate", "gen", "last", "made"])
        }
        Self.with { project in
            Self.stop(project, by: SIGKILL)
            _ = project.ran()
            // The header is left: the targets are known, and what has no cache is done again.
            let size = 16 + 8 + (1 + 8 + 8 + 4 + 10 + 4 + 8 + 4 + 4 + 4 + project.path.utf8.count + 4 + 1 + 8 + 8 + 8)
            project.shell("truncate -s \(size) .taskgraph/runs/1.journal")
            let rest = project.run("resume")
            #expect(line(rest) == "resuming run 1 of CLOCK: 0 of 5 done", "\(rest)")
            #expect(project.ran() == ["effect", "gate", "last", "made"])
        }
    }

    @Test func noJournalOrADamagedOne() {
        Self.with { project in
            #expect(
                project.run("resume")
                    == refusal(
                        "taskgraph: there is no run to look back on: nothing has been run here yet\n"
                            + "  hint: taskgraph TARGET… runs something\n"))
            #expect(!project.exists(".taskgraph"))
            project.run("gen")
            let path = project.at(".taskgraph/runs/1.journal")
            let hint =
                "  hint: run the targets again: what is in the cache is not repeated, and the new run has a journal of "
                + "its own\n"
            Disk.write("rubbish", to: path)
            #expect(
                project.run("resume")
                    == refusal("taskgraph: the journal of the last run is damaged (\(path))\n" + hint))
            Disk.write("taskgraph run 9\n", to: path)
            #expect(
                project.run("resume")
                    == refusal("taskgraph: the last run was made by another version of taskgraph (\(path))\n" + hint))
            project.run("last")
            #expect(line(project.run("resume")) == "resuming run 2 of CLOCK: 3 of 5 done, 1 failed")
        }
    }

    /// Keys decide: what was changed is done again, and what lies behind it.
    @Test func whatChangedMeanwhileIsDoneAgain() {
        Self.with { project in
            project.run("last")
            _ = project.ran()
            project.shell("rm broken")
            project.write("2", to: "a")
            #expect(project.run("resume").status == 0)
            #expect(project.ran() == ["gate", "gen", "last", "made"])
        }
        Self.with { project in
            project.run("last")
            _ = project.ran()
            project.shell("rm broken")
            project.yaml(Self.yaml.replacing("{run: echo effect", with: "{run: echo; echo effect"))
            #expect(project.run("resume").status == 0)
            #expect(project.ran() == ["effect", "gate", "last"])
        }
        Self.with { project in
            project.run("last")
            _ = project.ran()
            project.shell("rm broken; echo edited > m")
            #expect(project.run("resume").status == 0)
            #expect(project.ran() == ["gate", "last", "made"])
            #expect(project.text("m") == "1")
        }
    }

    /// Targets, arguments, variables, the place they were given at, and options come from the last run.
    @Test func asItWasAskedFor() {
        let yaml = """
            vars: {word: none, place: {path: a}}
            say: {run: "echo say ${{ word }} ${{ args }} $(cat ${{ place }}) >> $log"}
            fails: {run: "test -e ok && echo fails ${{ word }} ${{ args }} $(cat ${{ place }}) >> $log"}
            apart: {run: echo apart >> $log}
            """
        Project.with(yaml, files: ["a": "A", "sub/b": "B"]) { project in
            let first = project.run(
                "fails", "say", "apart", "-k", "-j1", "--var", "word=hi", "--var", "place=b", "--", "x y", in: "sub")
            #expect(first.status == 1)
            #expect(project.ran() == ["apart", "say hi x y B"])
            let again = project.run("resume", "--jobs", "2", "--json")
            #expect(again.status == 1)
            #expect(again.events?.map(\.name).prefix(2) == ["resumed", "run-started"])
            #expect(again.events?.first?.count("done") == 2)
            #expect(again.events?.dropFirst().first?.count("jobs") == 2)
            project.write("", to: "ok")
            #expect(project.run("resume", "-q") == Ending(status: 0, out: "", err: ""))
            #expect(project.ran() == ["fails hi x y B"])
            let complete = project.run("resume", "--json")
            #expect(complete.events?.map(\.name) == ["resumed"])
            #expect(complete.events?.first?.members["complete"] as? Bool == true)
        }
    }

    @Test(arguments: [["gen"], ["--force"], ["--no-cache"], ["--var", "x=1"], ["--", "x"]])
    func takesNothingNew(words: [String]) {
        Self.with { project in
            #expect(
                project.run(["resume"] + words)
                    == refusal(
                        "taskgraph: resume takes targets, arguments, variables, --force and --no-cache from the "
                            + "last run\n  hint: taskgraph TARGET… runs something else; what is up to date is not "
                            + "repeated there either\n"))
        }
    }

    @Test(arguments: ["--force", "--no-cache"])
    func withoutLookingAtTheCache(option: String) {
        Self.with { project in
            project.shell("rm broken")
            project.run("last")
            project.write("", to: "broken")
            _ = project.ran()
            #expect(project.run("last", option).status == 1)
            #expect(project.ran() == ["effect", "gate", "gen", "made"])
            project.shell("rm broken")
            #expect(project.run("resume").status == 0)
            #expect(project.ran() == ["gate", "last"])
        }
    }

    /// A run that goes on is waited for, not run a second time beside it.
    @Test func waitsForTheRunThatGoesOn() {
        Self.with { project in
            project.shell("rm broken")
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let run = project.start("last")
            _ = here.line()
            let resume = project.start("resume")
            eventually("the second waits") { resume.errorsSoFar.contains("waiting for process \(run.pid)") }
            hold.release()
            #expect(run.wait().status == 0)
            let ending = resume.wait()
            #expect(ending.status == 0)
            #expect(line(ending) == "run 1 of CLOCK is complete: nothing to resume")
            #expect(project.ran() == ["effect", "gate", "gen", "last", "made"])
        }
    }

    @Test func workspacesAndInstances() {
        let yaml = """
            split: {inputs: [a], outputs: ["parts/*"], run: "mkdir -p parts; for i in 1 2 3; do echo $i > parts/$i; done"}
            part:
              each: {files: "parts/*"}
              cache: false
              run: "echo ${{ item }} >> $log; if test ${{ item.name }} = 2; then test -e ok; fi"
            edit: {workspace: tree, cache: false, changes: [f], run: "echo edit >> $log; echo new > f"}
            see: {needs: [edit, part], workspace: tree, changes: [g], run: "echo see >> $log; cp f g; test -e g"}

            """
        Project.with(yaml, files: ["a": "", "tree/f": "old"]) { project in
            #expect(project.run("see", "-k", "-j1").status == 1)
            #expect(project.ran() == ["edit", "parts/1", "parts/2", "parts/3"])
            project.write("", to: "ok")
            let rest = project.run("resume")
            #expect(rest.status == 0, "\(rest)")
            #expect(line(rest) == "resuming run 1 of CLOCK: 4 of 6 done, 1 failed")
            #expect(project.ran() == ["parts/2", "see"])
            project.run("export", "see", "out")
            #expect(project.text("out/g") == "new\n")
        }
    }
}
