// Findings of loading that have several places, or none, and many of them in one go. One mistake each is GraphDiagnosticsTests.

import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct GraphFindingsTests {
    @Test func aNameInTwoFilesIsShownInBoth() {
        let plan = Plan(
            """
            include: [phases/one.yaml]
            vars: {repo: x}
            phase: {run: make}
            """,
            files: [
                "phases/one.yaml": "vars: {repo: y}\nphase:\n  lint: {run: make}\nuser: {run: x, needs: [phase, lit]}\n"
            ]
        )
        #expect(plan.graph == nil)
        #expect(
            plan.diagnostics.text(in: plan.sources) == """
                phases/one.yaml:1:8: error: variable "repo" is declared twice
                  1 | vars: {repo: y}
                    |        ^~~~
                tasks.yaml:3:8: note: first declared here
                  3 | vars: {repo: x}
                    |        ^~~~
                  hint: keep one of them; `--var repo=…` overrides it for a run

                phases/one.yaml:2:1: error: "phase" is declared twice
                  2 | phase:
                    | ^~~~~
                tasks.yaml:4:1: note: first declared here
                  4 | phase: {run: make}
                    | ^~~~~
                  hint: give one of them another name

                phases/one.yaml:4:31: error: there is no task or group "lit"
                  4 | user: {run: x, needs: [phase, lit]}
                    |                               ^~~
                  hint: did you mean "lint"?

                """)
    }

    /// Findings about the command line have no place in a file.
    @Test func whatTheCommandLineSaysMustMeanSomething() {
        let plan = Plan("vars: {python: '3'}\na: {run: x}") {
            $0.overrides = ["pyhton": "4", "zzz": "1"]
            $0.arguments = ["-v"]
        }
        #expect(
            plan.diagnostics.text(in: plan.sources) == """
                error: --var pyhton: there is no variable "pyhton"
                  hint: did you mean "python"?

                error: --var zzz: there is no variable "zzz"
                  hint: declare it under `vars:` with its default value

                error: arguments after `--` are given, but no task uses them
                  hint: write `${{ args }}` where a task's `run` takes them

                """)
    }

    @Test func argumentsOfAVariableThatIsUsedAreUsed() throws {
        let text = "vars: {pytest: 'pytest ${{ args }}'}\na: {run: \"USE\"}"
        let used = Plan(text.split(separator: "USE").joined(separator: "${{ pytest }}")) {
            $0.arguments = ["-k", "a b"]
        }
        #expect(try used.loaded().script("a") == "pytest -k 'a b'")
        let unused = Plan(text) { $0.arguments = ["-k"] }
        #expect(unused.diagnostics.map(\.message) == ["arguments after `--` are given, but no task uses them"])
    }

    /// Both rooms find what they can in one go, and nothing that only follows from another mistake.
    @Test func manyMistakesAreFoundInOneGo() {
        let marked = """
            vars:
              tools: [uv, "${{ pyhton }}"]
                           ^~~~~~~~~~~~~ error: variable "pyhton" is not defined
                           ^ hint: did you mean "python"?
              python: python3
            pools: {io: 1}
            prepare:
              run: ${{ tools }} --home ${{ env.MISSING }}
                                       ^~~~~~~~~~~~~~~~~~ error: environment variable "MISSING" is not set
                                       ^ hint: set it, or use a variable with a default under `vars:`
              outputs: [gen.c]
                        ^~~~~ note: "prepare" declares "gen.c" here
              timout: 5s
              ^~~~~~ error: unknown key "timout" in task "prepare"
              ^ hint: did you mean "timeout"?
            compile:
              needs: [prepar]
                      ^~~~~~ error: there is no task or group "prepar"
                      ^ hint: did you mean "prepare"?
              each: {files: ["src/[*.c"]}
                              ^~~~~~~~ error: bad pattern "src/[*.c": `[` without `]`
                              ^ hint: write `[a-z]` for one of several characters, `\\[` for the character
              run: cc ${{ item.nam }}
                      ^~~~~~~~~~~~~~~ error: `item` has no part "nam"
                      ^ hint: its parts are item.name, item.stem and item.dir
              when: ${{ item }}
              pool: oi
                    ^~ error: there is no pool "oi"
                    ^ hint: did you mean "io"?
            generate:
              run: gen
              cpus: many
                    ^~~~ error: `cpus` wants a whole number of at least 1, got "many"
              when: sometimes
                    ^~~~~~~~~ error: `when` wants true, false, A == B or A != B, got "sometimes"
                    ^ hint: for example: ${{ env.CI }} == true
              outputs: ["gen.*"]
                         ^~~~~ error: "generate" makes "gen.*", and so does "prepare"
                         ^ hint: let one task make it, or give each its own path
            one: {run: x, needs: [two]}
                                  ^~~ error: tasks need each other in a circle: one → two → one
                                  ^ hint: remove one of these needs, or split a task in two
                                  ^~~ note: "one" needs "two" here
            two: {run: x, needs: [one]}
                                  ^~~ note: "two" needs "one" here
            tests:
              matrix: {db: "${{ undefined }}"}
                            ^~~~~~~~~~~~~~~~ error: variable "undefined" is not defined
                            ^ hint: declare it under `vars:`
              run: pytest ${{ matrix.bd }}
                          ^~~~~~~~~~~~~~~~ error: the matrix has no axis "bd"
                          ^ hint: its axes are db
            """
        #expect(Plan.remarked(marked) == marked)
    }
}
