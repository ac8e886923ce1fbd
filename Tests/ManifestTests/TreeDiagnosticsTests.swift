// Mistakes in the tree of groups and tasks, marked in the source.

import Manifest
import TestKit
import Testing
import Vocabulary

@Suite struct TreeDiagnosticsTests {
    @Test(arguments: [
        #"""
        version: 1
        phase1:
        ^~~~~~ note: "phase1" is a group because it has neither `run` nor `ensure`
        ^~~~~~ note: "phase1" is a group because it has neither `run` nor `ensure`
          inputs: [a]
          ^~~~~~ error: `inputs` is a key of a task, not of a group
          metrics: {run: x}
          ^~~~~~~ error: `metrics` is a key of a task, not of a group
          ^ hint: to name a task "metrics", put it under `tasks:`
          rum: make
          ^~~ error: unknown key "rum" in group "phase1"
          ^ hint: did you mean "run"?
          title: Foundation
          compile:
          ^~~~~~~ note: "compile" is a task because it has `run` or `ensure`
          ^~~~~~~ note: "compile" is a task because it has `run` or `ensure`
            run: cc
            tasks: {a: {run: b}}
            ^~~~~ error: `tasks` is a key of a group, not of a task
            sub: {run: x}
            ^~~ error: a task cannot contain another: "sub" stands in task "compile"
            ^ hint: move it beside "compile", or its `run` into a child of its own
            ned: [lint]
            ^~~ error: unknown key "ned" in task "compile"
          inner/x: {run: a}
          ^~~~~~~ error: "inner/x" cannot be a name: it contains "/"
          ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
          "": {run: a}
          ^~ error: "" cannot be a name: it is empty
          ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
          empty: {}
          ^~~~~ error: group "empty" contains no task
          ^ hint: a mapping with `run` or `ensure` is a task
          nothing:
          ^~~~~~~ error: unknown key "nothing" in group "phase1"
          tasks:
            env: {run: a}
            text: echo
            ^~~~ error: "text" must be a mapping, got "echo"
            ^ hint: a task is a mapping: text: {run: echo}
        phase2:
          deep:
            deeper: {title: nothing here}
            ^~~~~~ error: group "deeper" contains no task
            ^ hint: a mapping with `run` or `ensure` is a task
        """#,
        #"""
        version: 1
        build:
        ^~~~~ note: the first one is here
          run: make
          ^~~ note: the first one is here
          env: {A: 1, A: 2}
                ^ note: the first one is here
                      ^ error: duplicate key "A"
          run: cc
          ^~~ error: duplicate key "run"
        build: {run: x}
        ^~~~~ error: duplicate key "build"
        """#,
        #"""
        version: 1
        build:
        	run: make
        ^ error: tabs cannot indent YAML; use spaces
        test:
          title: 'open
                 ^ error: this quote is never closed
          run: x
        lint:
          run: ruff
          nees: [test]
          ^~~~ error: unknown key "nees" in task "lint"
          ^ hint: did you mean "needs"?
          timeout: soon
                   ^~~~ error: `timeout` wants a duration such as 90s, got "soon"
                   ^ hint: units are ms, s, m, h and d, as in 1m30s
        """#,
    ])
    func findings(marked: String) {
        let fixture = MarkedYAML(marked)
        let (_, diagnostics) = FileDeclaration.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
    }
}
