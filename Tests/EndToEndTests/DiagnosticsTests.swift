// Mistakes in the YAML as a newcomer meets them: all in one go, each with its place and what to do.

import Testing

@Suite struct DiagnosticsTests {
    @Test func everyMistakeIsToldInOneGo() {
        let yaml = """
            include: [more.yaml]
            vars:
              repo: ${{ hoem }}
            lint:
              run: ruff check .
              timeout: soon
              nedds: [format]
            format:
              title: Format
              run: ruff format
              run: black .
            tests:
              inputs: [src]
              unit:
                needs: [lnit]
                inputs: ["src/[a"]
                outputs: [out/report.xml]
                run: pytest
              other:
                outputs: [out]
                run: "true"
            first: {needs: [second], run: "true"}
            second: {needs: [first], run: "true"}
            pooled: {pool: heavy, run: "true"}
            slow: {retries: -2, cache: yes, ensure: [{exits: report.xml}], run: "true"}

            """
        Project.with(yaml, files: ["more.yaml": "include: [tasks.yaml]\nlate: {run: x}\n"]) { project in
            let run = project.run("list")
            #expect(run.status == 3)
            #expect(run.out == "")
            #expect(
                run.err == #"""
                    tasks.yaml:4:9: error: variable "hoem" is not defined
                      4 |   repo: ${{ hoem }}
                        |         ^~~~~~~~~~~
                      hint: declare it under `vars:`

                    tasks.yaml:7:12: error: `timeout` wants a duration such as 90s, got "soon"
                      7 |   timeout: soon
                        |            ^~~~
                      hint: units are ms, s, m, h and d, as in 1m30s

                    tasks.yaml:8:3: error: unknown key "nedds" in task "lint"
                      8 |   nedds: [format]
                        |   ^~~~~
                      hint: did you mean "needs"?

                    tasks.yaml:12:3: error: duplicate key "run"
                      12 |   run: black .
                         |   ^~~
                    tasks.yaml:11:3: note: the first one is here
                      11 |   run: ruff format
                         |   ^~~

                    tasks.yaml:14:3: error: `inputs` is a key of a task, not of a group
                      14 |   inputs: [src]
                         |   ^~~~~~
                    tasks.yaml:13:1: note: "tests" is a group because it has neither `run` nor `ensure`
                      13 | tests:
                         | ^~~~~

                    tasks.yaml:16:13: error: there is no task or group "lnit"
                      16 |     needs: [lnit]
                         |             ^~~~
                      hint: did you mean "lint"?

                    tasks.yaml:17:15: error: bad pattern "src/[a": `[` without `]`
                      17 |     inputs: ["src/[a"]
                         |               ^~~~~~
                      hint: write `[a-z]` for one of several characters, `\[` for the character

                    tasks.yaml:21:15: error: "tests/other" makes "out", and so does "tests/unit"
                      21 |     outputs: [out]
                         |               ^~~
                    tasks.yaml:18:15: note: "tests/unit" declares "out/report.xml" here
                      18 |     outputs: [out/report.xml]
                         |               ^~~~~~~~~~~~~~
                      hint: let one task make it, or give each its own path

                    tasks.yaml:23:17: error: tasks need each other in a circle: first → second → first
                      23 | first: {needs: [second], run: "true"}
                         |                 ^~~~~~
                    tasks.yaml:23:17: note: "first" needs "second" here
                      23 | first: {needs: [second], run: "true"}
                         |                 ^~~~~~
                    tasks.yaml:24:18: note: "second" needs "first" here
                      24 | second: {needs: [first], run: "true"}
                         |                  ^~~~~
                      hint: remove one of these needs, or split a task in two

                    tasks.yaml:25:16: error: there is no pool "heavy"
                      25 | pooled: {pool: heavy, run: "true"}
                         |                ^~~~~
                      hint: declare its size at the top: `pools: {heavy: 2}`

                    tasks.yaml:26:17: error: `retries` wants a whole number of at least 0, got "-2"
                      26 | slow: {retries: -2, cache: yes, ensure: [{exits: report.xml}], run: "true"}
                         |                 ^~

                    tasks.yaml:26:28: error: `cache` wants true or false, got "yes"
                      26 | slow: {retries: -2, cache: yes, ensure: [{exits: report.xml}], run: "true"}
                         |                            ^~~
                      hint: write true

                    tasks.yaml:26:43: error: unknown key "exits" in `ensure`
                      26 | slow: {retries: -2, cache: yes, ensure: [{exits: report.xml}], run: "true"}
                         |                                           ^~~~~
                      hint: did you mean "exists"?

                    more.yaml:1:11: error: include loop: tasks.yaml → more.yaml → tasks.yaml
                      1 | include: [tasks.yaml]
                        |           ^~~~~~~~~~
                    tasks.yaml:2:11: note: more.yaml is included here
                      2 | include: [more.yaml]
                        |           ^~~~~~~~~
                      hint: remove one of the includes

                    14 errors in tasks.yaml

                    """#)
            // Whatever is asked for, the mistakes come first, and nothing is left behind.
            for words in [["lint"], ["plan"], ["check"], ["graph"], ["why", "lint"]] {
                #expect(project.run(words) == run)
            }
            #expect(!project.exists(".taskgraph"))
        }
    }

    /// What cannot be read at all hides only what could not be known.
    @Test(arguments: [
        ("a:\n\trun: x\n", "tasks.yaml:3:1: error: tabs cannot indent YAML; use spaces"),
        ("a: {run: x}\ninclude: [none.yaml]\n", "cannot include none.yaml: No such file or directory"),
        ("a: {run: [x}\n", "tasks.yaml:2:"), ("a: &b {run: *c}\n", "tasks.yaml:2:13"),
        (
            "a: {run: x, title: \"\\xff\"}\nb: {ned: x, run: y}\n",
            "tasks.yaml:3:5: error: unknown key \"ned\" in task \"b\""
        ),
    ])
    func unreadableYAML(text: String, message: String) {
        Project.with(text) { project in
            let run = project.run("a")
            #expect(run.status == 3)
            #expect(run.err.contains(message), "\(run.err)")
            #expect(run.err.hasSuffix("error in tasks.yaml\n") || run.err.hasSuffix("errors in tasks.yaml\n"))
        }
    }

    @Test func bytesThatAreNoText() {
        Project.with("") { project in
            project.shell(#"printf 'version: 1\na: {run: x, title: "caf\351"}\n' > tasks.yaml"#)
            let run = project.run("a")
            #expect(run.status == 3)
            #expect(
                run.err.contains(
                    "tasks.yaml:2:24: error: this file is not UTF-8: the byte 0xE9 is not part of a character"),
                "\(run.err)")
        }
    }

    /// Beneath a directory the file is named as the user would open it.
    @Test func placesAreSeenFromWhereTheUserStands() {
        Project.with("a: {rum: x}", files: ["sub/dir/x": ""]) { project in
            #expect(project.run("a", in: "sub/dir").err.hasPrefix("../../tasks.yaml:2:5: error: "))
            #expect(project.run("-C", "sub", "a").err.hasPrefix("../tasks.yaml:2:5: error: "))
            #expect(project.run("-f", project.at("tasks.yaml"), "a", in: "sub").status == 3)
        }
    }

    @Test(arguments: [
        (["lnit"], "taskgraph: there is no task, group or command \"lnit\"\n  hint: did you mean \"lint\"?\n"),
        (
            ["group/on"],
            "taskgraph: there is no task, group or command \"group/on\"\n  hint: did you mean \"group/one\"?\n"
        ),
        (
            ["nothing-like-it"],
            "taskgraph: there is no task, group or command \"nothing-like-it\"\n  hint: `taskgraph list` shows all names\n"
        ),
        (["lint", "--jbos", "3"], "taskgraph: unknown option --jbos\n  hint: did you mean --jobs?\n"),
        (
            ["lint", "-j", "none"],
            "taskgraph: -j N: \"none\" will not do\n  hint: Run up to N job slots at once (default: the processors)\n"
        ),
        (
            ["lint", "--jobs"],
            "taskgraph: --jobs wants a value: --jobs N\n  hint: `taskgraph --help` shows all options\n"
        ),
        (
            ["lint", "--color", "pink"],
            "taskgraph: --color WHEN: \"pink\" will not do\n  hint: auto, always or never\n"
        ),
        (["why"], "taskgraph: why wants one task or two runs: taskgraph why TASK, taskgraph why 3..5\n"),
        (["cache"], "taskgraph: cache wants one of stats, verify and gc: taskgraph cache stats\n"),
    ])
    func wrongCommandLine(words: [String], message: String) {
        Project.with("lint: {run: echo ran >> $log}\ngroup: {one: {run: 'true'}}") { project in
            let run = project.run(words)
            #expect(run == Ending(status: 2, out: "", err: message))
            #expect(project.ran() == [])
        }
    }

    @Test func noRootFile() {
        Project.with("") { project in
            project.shell("rm tasks.yaml")
            let run = project.run("a")
            #expect(run.status == 2)
            #expect(run.err.hasPrefix("taskgraph: there is no tasks.yaml in \(project.path) or above\n"))
            #expect(project.run("-f", "none.yaml", "a").status == 3)
            #expect(project.run("-C", "none", "a").status == 2)
        }
    }
}
