// Mistakes at the top level, in variables and templates, marked in the source.

import Manifest
import TestKit
import Testing
import Vocabulary

@Suite struct FileDiagnosticsTests {
    @Test(arguments: [
        #"""
        name: x
        ^ error: `version` is missing
        ^ hint: begin the file with "version: 1"
        build: {run: make}
        """#,
        #"""
        version: 2
                 ^ error: version 2 of the language is not known
                 ^ hint: this program knows version 1; a newer one may know 2
        """#,
        #"""
        version: "1"
                  ^ error: `version` wants a number, got "1"
                  ^ hint: write version: 1
        """#,
        #"""
        version: 1
        nam: x
        ^~~ error: unknown key "nam" at the top level
        ^ hint: did you mean "name"?
        env: {A: b}
        ^~~ error: `env` is a key of groups and tasks, not of a file
        ^ hint: put it inside a group
        inputs: [a]
        ^~~~~~ error: `inputs` is a key of a task, not of a file
        ^ hint: put it inside a task
        needs: {run: a}
        ^~~~~ error: "needs" is a key and cannot name a task here
        ^ hint: put the task under `tasks:`
        lint: make lint
        ^~~~ error: unknown key "lint" at the top level
        ^ hint: a task is a mapping: lint: {run: make lint}
        all: [a, b]
        ^~~ error: unknown key "all" at the top level
        servces:
        ^~~~~~~ error: unknown key "servces"
        ^ hint: did you mean "services"?
          db: {driver: postgres}
        .shared: &shared
          dir: backend
          timeout: 1m
        build:
          <<: *shared
          run: make
        check:
          <<: 3
              ^ error: `<<` wants a mapping to merge, got "3"
              ^ hint: write <<: *anchor
          run: make
        """#,
        #"""
        version: 1
        vars:
          repo: {path: Examples}
          item: 3
          ^~~~ error: "item" is the name of something built in
          ^ hint: choose another name
          a b: c
          ^~~ error: "a b" cannot be a name: it contains a blank
          ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
          none:
               ^ error: `vars.none` wants text, a list or {path: PATH}, got nothing
          map: {file: x}
                ^~~~ error: unknown key "file" in `vars.map`
                ^ hint: known keys: path
          list: [a, [b]]
                    ^~~ error: `vars.list` wants text, got a list
        pools: {db: 0, web: two, "": 1}
                    ^ error: `pools.db` wants a whole number of at least 1, got "0"
                            ^~~ error: `pools.web` wants a whole number of at least 1, got "two"
                                 ^~ error: "" cannot be a name: it is empty
                                 ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
        include: [Phases/, "*.yaml", ..]
                  ^~~~~~~ error: `include` names files, not directories
                  ^ hint: list the files one by one
                            ^~~~~~ error: `include` takes no patterns: which files make up a graph must not depend on what lies about
                            ^ hint: list the files one by one
                                     ^~ error: `include` names files, not directories
                                     ^ hint: list the files one by one
        """#,
        #"""
        version: 1
        build:
          title: "Über ${{ x"
                       ^~~ error: "${{" without "}}"
                       ^ hint: close it with "}}", or write "$${{" for the characters themselves
          description: ${{ }}
                       ^~~~~~ error: "${{ }}" names nothing
                       ^ hint: write the name of a variable between the braces
          dir: 'a${{ b..c }}'
                 ^~~~~~~~~~~ error: "b..c" is not a name
                 ^ hint: write one name, such as "vars.repo" or "matrix.python"
          env:
            A: "${{ a == b }}"
                ^~~~~~~~~~~~~ error: "a == b" is not a name
                ^ hint: "${{ }}" only names a value; comparisons stand outside of it, in `when` and `gates`
            B: ü ${{ a b }} ${{ good }}
                 ^~~~~~~~~~ error: "a b" is not a name
                 ^ hint: write one name, such as "vars.repo" or "matrix.python"
          run: |
            # Größe
            echo $${{ literal }} ${{ good }}
            echo ${{ not good }} ${{ vars.x }
                 ^~~~~~~~~~~~~~~ error: "not good" is not a name
                 ^ hint: write one name, such as "vars.repo" or "matrix.python"
                                 ^~~ error: "${{" without "}}"
                                 ^ hint: close it with "}}", or write "$${{" for the characters themselves
          timeout: ${{ limit }}
                   ^~~~~~~~~~~~ error: `timeout` wants a duration such as 90s, got "${{ limit }}"
                   ^ hint: variables cannot be used here
          pool: ${{ pool }}
                ^~~~~~~~~~~ error: `pool` cannot contain "${{": it is read before variables are known
        """#,
        #"""
        - version: 1
        ^~~~~~~~~~~~ error: a file is a mapping of groups and tasks, got a list
        """#,
        #"""
        # nothing
        ^ error: this file is empty
        ^ hint: it begins with "version: 1"
        """#,
    ])
    func findings(marked: String) {
        let fixture = MarkedYAML(marked)
        let (_, diagnostics) = FileDeclaration.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
    }
}
