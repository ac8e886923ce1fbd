// What is recorded and what is not: missing outputs, inputs that change meanwhile, failures, retries.

import Testing

@Suite struct RecordingTests {
    @Test func missingOutputIsAnError() {
        let yaml = """
            half:
              inputs: []
              outputs: [made, never/made.txt]
              run: echo half >> $log; echo x > made
            """
        Project.with(yaml) { project in
            let run = project.run("half")
            #expect(run.status == 1)
            #expect(
                run.out.withoutTimes == """
                    half: running — first run
                    half: failed after TIME — declared output never/made.txt was not made

                    half failed: declared output never/made.txt was not made (TIME)
                      hint: outputs are relative to the task's dir and are removed before it runs (clean: false keeps them)

                    1 failed; 0 done in TIME

                    """)
            project.run("half")
            #expect(project.ran() == ["half", "half"])
        }
    }

    @Test func inputThatChangesMeanwhilePreventsCaching() {
        let yaml = """
            slow:
              inputs: [a]
              outputs: [b]
              run: |
                echo slow >> $log
                cat a > b
                echo running > ../ready
                read go < ../go
            """
        Project.with(yaml, files: ["a": "old"]) { project in
            let (ready, go) = (project.fifo("ready"), project.fifo("go"))
            let run = project.start("slow")
            #expect(ready.line() == "running")
            project.write("new", to: "a")
            go.release()
            let ending = run.wait()
            #expect(ending.status == 0)
            #expect(
                ending.out.contains(
                    "warning: slow: the result is not cached: \(project.at("a")) changed while the task ran\n"))
            go.release()
            #expect(project.run("slow", "--json").outcomes == ["slow": "succeeded"])
            #expect(project.text("b") == "new")
            #expect(project.run("slow", "--json").outcomes == ["slow": "up-to-date"])
            #expect(project.ran() == ["slow", "slow"])
        }
    }

    /// Written again with the same bytes is no change.
    @Test func inputThatIsRewrittenAlikeIsStillCached() {
        let yaml = "same: {inputs: [a], outputs: [b], run: cp a b; cp a c; mv c a; echo same >> $log}"
        Project.with(yaml, files: ["a": "x"]) { project in
            #expect(!project.run("same").out.contains("warning"))
            #expect(project.run("same", "--json").outcomes == ["same": "up-to-date"])
        }
    }

    @Test func acceptedExitCodesAreDone() {
        let yaml = "judge: {inputs: [], outputs: [o], accept-exit: [0, 4], run: echo judge >> $log; echo > o; exit 4}"
        Project.with(yaml) { project in
            #expect(project.run("judge").status == 0)
            #expect(project.run("judge", "--json").outcomes == ["judge": "up-to-date"])
            #expect(project.ran() == ["judge"])
            project.yaml(yaml.replacing("[0, 4]", with: "[0]"))
            #expect(project.run("judge").status == 1)
        }
    }

    @Test func passAfterARetryIsFlaky() {
        let yaml = """
            shaky:
              inputs: []
              outputs: [o]
              retries: 3
              run: |
                echo shaky >> $log
                test "$(grep -c shaky $log)" -ge 3
                echo > o
            """
        Project.with(yaml) { project in
            let run = project.run("shaky")
            #expect(run.status == 0)
            #expect(
                run.lines == [
                    "shaky: running — first run", "shaky: attempt 1 failed — exit code 1; trying again",
                    "shaky: attempt 2 failed — exit code 1; trying again",
                    "shaky: done in TIME — flaky: passed on attempt 3", "1 done: 1 ran (1 flaky) in TIME",
                ])
            #expect(project.ran() == ["shaky", "shaky", "shaky"])
        }
    }

    @Test func retriesEndAndChooseTheirExitCodes() {
        let yaml = """
            twice: {retries: 1, run: echo twice >> $log; exit 9}
            once: {retries: {limit: 5, on-exit: [75]}, run: echo once >> $log; exit 9}
            """
        Project.with(yaml) { project in
            let run = project.run("twice", "once", "-k", "--json")
            #expect(run.status == 1)
            #expect(project.ran() == ["once", "twice", "twice"])
            let finished = (run.events ?? []).filter { $0.name == "finished" }
            #expect(
                Dictionary(uniqueKeysWithValues: finished.map { ($0.task ?? "", $0.count("attempts")) }) == [
                    "twice": 2, "once": 1,
                ])
        }
    }

    @Test func maximumAgeAndCacheKeysForceARun() {
        let yaml = """
            old: {inputs: [], outputs: [o], cache: {max-age: 0s}, run: "echo old >> $log; echo > o"}
            keyed: {inputs: [], outputs: [k], cache: {key: ["${{ env.SALT }}"]}, run: "echo keyed >> $log; echo > k"}
            off: {inputs: [], outputs: [f], cache: false, run: "echo off >> $log; echo > f"}
            """
        Project.with(yaml) { project in
            project.run("run", environment: ["SALT": "1"])
            #expect(project.ran() == ["keyed", "off", "old"])
            let again = project.run("run", "--json", environment: ["SALT": "1"])
            #expect(
                again.reasons == [
                    "old": "the cached result is older than max-age", "off": "not cached: its cache is switched off",
                ])
            #expect(project.ran() == ["off", "old"])
            #expect(
                project.run("keyed", "--json", environment: ["SALT": "2"]).reasons["keyed"]?.hasPrefix("cache key")
                    == true)
        }
    }
}
