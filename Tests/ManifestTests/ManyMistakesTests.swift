// One file with many different mistakes: all of them in one reading, as people see them.

import Manifest
import Testing
import Vocabulary

@Suite struct ManyMistakesTests {
    @Test func allMistakesAreReportedAtOnce() {
        let text = """
            version: 1
            vars:
              repo: ${{ home
            lint:
              run: ruff check .
              timeout: [90s]
              nedds: [format]
            format:
              run: ruff format
              run: black .
              title: 'unclosed
            tests:
              inputs: [src]
              unit test:
                run: pytest
              integration:
            \trun: pytest -m integration
              slow:
                run: pytest -m slow
                retries: -2
                cache: yes
                gates: {all-pass: pass_rate is 100%}
                ensure: [{exits: report.xml}]
                outputs: [*.xml]
            """
        let (_, diagnostics) = FileDeclaration.parse(Array(text.utf8), source: SourceID(0))
        var sources = SourceMap()
        _ = sources.add(SourceText(path: "tasks.yaml", bytes: Array(text.utf8)))
        #expect(
            diagnostics.text(in: sources) == #"""
                tasks.yaml:3:9: error: "${{" without "}}"
                  3 |   repo: ${{ home
                    |         ^~~
                  hint: close it with "}}", or write "$${{" for the characters themselves

                tasks.yaml:6:12: error: `timeout` wants a duration such as 90s, got a list
                  6 |   timeout: [90s]
                    |            ^~~~~

                tasks.yaml:7:3: error: unknown key "nedds" in task "lint"
                  7 |   nedds: [format]
                    |   ^~~~~
                  hint: did you mean "needs"?

                tasks.yaml:10:3: error: duplicate key "run"
                  10 |   run: black .
                     |   ^~~
                tasks.yaml:9:3: note: the first one is here
                  9 |   run: ruff format
                    |   ^~~

                tasks.yaml:11:10: error: this quote is never closed
                  11 |   title: 'unclosed
                     |          ^

                tasks.yaml:13:3: error: `inputs` is a key of a task, not of a group
                  13 |   inputs: [src]
                     |   ^~~~~~
                tasks.yaml:12:1: note: "tests" is a group because it has neither `run` nor `ensure`
                  12 | tests:
                     | ^~~~~

                tasks.yaml:14:3: error: "unit test" cannot be a name: it contains a blank
                  14 |   unit test:
                     |   ^~~~~~~~~
                  hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _

                tasks.yaml:17:1: error: tabs cannot indent YAML; use spaces
                  17 |  run: pytest -m integration
                     | ^

                tasks.yaml:20:14: error: `retries` wants a whole number of at least 0, got "-2"
                  20 |     retries: -2
                     |              ^~

                tasks.yaml:21:12: error: `cache` wants true or false, got "yes"
                  21 |     cache: yes
                     |            ^~~
                  hint: write true

                tasks.yaml:22:33: error: a gate is a comparison such as tests.pass_rate == 100%; after the metric stands one of == != <= >= < >
                  22 |     gates: {all-pass: pass_rate is 100%}
                     |                                 ^~

                tasks.yaml:23:15: error: unknown key "exits" in `ensure`
                  23 |     ensure: [{exits: report.xml}]
                     |               ^~~~~
                  hint: did you mean "exists"?

                tasks.yaml:24:15: error: text that begins with "*" must be quoted, because YAML reads it as an alias
                  24 |     outputs: [*.xml]
                     |               ^
                  hint: write it in quotes: "*.xml"

                """#
        )
    }
}
