// `why TASK`, `why A..B` and `history`: what differs from earlier runs, with values, and how the runs are called.

import Testing

@Suite struct WhyTests {
    static let yaml = """
        vars: {word: one}
        gen:
          inputs: [a]
          outputs: [g]
          env: {WORD: "${{ word }}"}
          pass-env: [MODE]
          secrets: [TOKEN]
          cache: {tools: [../tool], key: ["k-${{ word }}"]}
          run: |
            echo gen >> $log
            cp a g
        use: {needs: [gen], inputs: [b], run: "true"}
        effect: {env: {WORD: "${{ word }}"}, run: "true"}

        """

    static func with(_ body: (Project) throws -> Void) rethrows {
        let files = ["a": "1", "b": "1", "../tool": "#!/bin/sh\necho tool 1.0\necho more\n"]
        try Project.with(yaml, files: files) { project in
            project.shell("chmod +x ../tool")
            project.environment["MODE"] = "slow"
            project.environment["TOKEN"] = "hush"
            try body(project)
        }
    }

    /// Without times, clocks and digests.
    private func plain(_ ending: Ending) -> String {
        ending.out.withoutClocks.withoutTimes.replacing(/\b[0-9a-f]{12}\b/) { _ in "DIGEST" }
    }

    @Test func valuesBeforeAndAfter() {
        Self.with { project in
            #expect(project.run().status == 0 && project.run("run").status == 0)
            project.write("2", to: "a")
            project.write("#!/bin/sh\necho tool 2.0\n", to: "../tool", mode: 0o755)
            project.yaml(
                Self.yaml.replacing("cp a g", with: "cat a > g").replacing("outputs: [g]", with: "outputs: [g, \"x*\"]")
            )
            let why = project.run("why", "gen", "--var", "word=two", environment: ["MODE": ""])
            #expect(
                plain(why) == """
                    gen: would run — a changed and 6 more

                    most similar result: run 1 of CLOCK, TIME old, key DIGEST

                    definition
                      the task's definition  changed  outputs: g → outputs: g, x*

                    command
                      the command  changed  cp a g → cat a > g

                    environment variables
                      MODE  changed  slow → ""
                      WORD  changed  one → two

                    cache keys
                      1  changed  k-one → k-two

                    tools
                      ../tool  changed  tool 1.0 → tool 2.0

                    inputs
                      a  changed  DIGEST → DIGEST

                    key DIGEST: 10 parts: cache format, platform, definition, command, 2 environment variables, 1 secret, 1 cache key, 1 tool, 1 input

                    """, "\(why.out)")
            let json = jsonObject(project.run("why", "gen", "--var", "word=two", "--json").out)
            let changes = json?["changes"] as? [[String: Any]] ?? []
            let command = changes.first { $0["kind"] as? String == "command" }
            #expect(command?["before"] as? String == "cp a g")
            #expect(command?["after"] as? String == "cat a > g")
            #expect((json?["earlier"] as? [String: Any])?["run"] as? Int == 1)
        }
    }

    /// The most similar run is named, not the last one.
    @Test func theMostSimilarRun() {
        Self.with { project in
            project.run("gen")
            project.run("gen", "--var", "word=two")
            project.write("2", to: "a")
            #expect(
                plain(project.run("why", "gen")).contains(
                    "most similar result: run 1 of CLOCK, TIME old, key DIGEST\n\ninputs\n  a  changed"))
            #expect(
                plain(project.run("why", "gen", "--var", "word=two")).contains(
                    "most similar result: run 2 of CLOCK, TIME old, key DIGEST\n\ninputs\n  a  changed"))
        }
    }

    /// Of tasks without cache only the journals know.
    @Test func tasksWithoutCache() {
        Self.with { project in
            project.run("effect")
            #expect(
                plain(project.run("why", "effect", "--var", "word=two")) == """
                    effect: would run — not cached: no inputs declared

                    most similar result: run 1 of CLOCK, TIME old, key DIGEST

                    environment variables
                      WORD  changed  one → two

                    key DIGEST: 5 parts: cache format, platform, definition, command, 1 environment variable

                    """)
        }
    }

    @Test func secretsAreNotKept() {
        let yaml = "t: {secrets: [TOKEN], env: {WORD: a}, inputs: [], run: \"echo ${{ env.TOKEN }} > /dev/null\"}"
        Project.with(yaml) { project in
            project.run("t", environment: ["TOKEN": "hush-hush"])
            let why = project.run("why", "t", environment: ["TOKEN": "other-one"])
            #expect(why.out.contains("the command  changed  "), "\(why.out)")
            #expect(!why.out.contains("hush-hush") && !why.out.contains("other-one"))
            #expect(project.shell("grep -c hush-hush .taskgraph/runs/1.journal || true") == "0\n")
            #expect(Disk.mode(project.at(".taskgraph/runs/1.journal")) == 0o600)
        }
    }

    @Test func twoRuns() {
        Self.with { project in
            project.run("run")
            project.write("2", to: "a")
            project.run("run", "--var", "word=two")
            #expect(
                plain(project.run("why", "1..2")) == """
                    run 1 of CLOCK → run 2 of CLOCK
                    gen: ran in both
                      environment variable WORD changed: one → two
                      cache key 1 changed: k-one → k-two
                      a changed: DIGEST → DIGEST
                    use: ran in both
                      needs gen, whose output changed: DIGEST → DIGEST
                    effect: ran in both
                      environment variable WORD changed: one → two
                    3 tasks differ, 0 the same

                    """)
            project.run("run", "--var", "word=two")
            #expect(
                plain(project.run("why", "2..3")) == """
                    run 2 of CLOCK → run 3 of CLOCK
                    effect: ran in both
                      the same key
                    1 task differs, 2 the same

                    """)
            #expect(plain(project.run("why", "2..2", "-q")).hasSuffix("the same\n"))
            let json = jsonObject(project.run("why", "1..2", "--json").out)
            #expect(
                (json?["tasks"] as? [[String: Any]])?.compactMap { $0["task"] as? String } == ["gen", "use", "effect"])
            #expect(
                project.run("why", "1..9")
                    == Ending(
                        status: 2, out: "",
                        err: "taskgraph: nothing is kept of a run 9\n  hint: taskgraph history lists the runs\n"))
            #expect(project.run("why").status == 2)
        }
    }

    @Test func tasksThatOnlyOneRunHad() {
        Self.with { project in
            project.run("gen")
            project.run("effect")
            #expect(
                plain(project.run("why", "1..2")) == """
                    run 1 of CLOCK → run 2 of CLOCK
                    gen: ran → not there
                    effect: not there → ran
                    2 tasks differ, 0 the same

                    """)
        }
    }

    @Test func historyOfRuns() {
        let yaml = """
            good: {inputs: [a], run: "true"}
            bad: {inputs: [a], run: "false"}
            slow: {run: "echo here > ../here; read line < ../hold"}

            """
        Project.with(yaml, files: ["a": ""]) { project in
            #expect(
                project.run("history") == Ending(status: 0, out: "no run has changed anything here yet\n", err: ""))
            project.run("good")
            project.run("good")
            project.run("bad", "good")
            project.run("resume")
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let run = project.start("run", "good", "slow")
            _ = here.line()
            run.signal(9)
            _ = run.wait()
            _ = hold
            project.write("rubbish", to: ".taskgraph/runs/2.journal")
            #expect(
                plain(project.run("history")) == """
                    4  CLOCK  good, slow               did not end; 1 of 2 done
                    3  CLOCK  bad, good (continues 2)  1 failed; 1 done: 1 up to date in TIME
                    1  CLOCK  good                     1 done: 1 ran in TIME
                    2                                  its journal is damaged

                    """)
            let json = jsonObject(project.run("history", "--json").out)
            let runs = json?["runs"] as? [[String: Any]] ?? []
            #expect(runs.map { $0["run"] as? Int } == [4, 3, 1])
            #expect(runs.map { $0["ended"] as? Bool } == [false, true, true])
            #expect(json?["unreadable"] as? [Int] == [2])
        }
    }
}
