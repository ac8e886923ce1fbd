// Mistakes in the keys of tasks, marked in the source.

import Manifest
import TestKit
import Testing
import Vocabulary

@Suite struct TaskDiagnosticsTests {
    @Test(arguments: [
        #"""
        version: 1
        build:
          timeout: [90s]
                   ^~~~~ error: `timeout` wants a duration such as 90s, got a list
          retries: -1
                   ^~ error: `retries` wants a whole number of at least 0, got "-1"
          cpus: 0
                ^ error: `cpus` wants a whole number of at least 1, got "0"
          hidden: yes
                  ^~~ error: `hidden` wants true or false, got "yes"
                  ^ hint: write true
          clean: "true"
                  ^~~~ error: `clean` wants true or false, got "true"
                  ^ hint: write true
          interactive: maybe
                       ^~~~~ error: `interactive` wants true or false, got "maybe"
          pool: {a: b}
                ^~~~~~ error: `pool` wants the name of a pool, got a mapping
          uses: {a: b}
                ^~~~~~ error: `uses` wants a name or a list, got a mapping
          dir:
              ^ error: `dir` wants text, got nothing
          title: [a]
                 ^~~ error: `title` wants text, got a list
          platforms: [linx, linux/]
                      ^~~~ error: `platforms` wants a platform such as linux or linux/x86_64, got "linx"
                      ^ hint: did you mean "linux"?
                            ^~~~~~ error: `platforms` wants a platform such as linux or linux/x86_64, got "linux/"
                            ^ hint: did you mean "linux"?
          when: maybe
                ^~~~~ error: `when` wants true, false, A == B or A != B, got "maybe"
                ^ hint: for example: ${{ env.CI }} == true
          shell: []
                 ^~ error: `shell` wants a program and its arguments, such as bash -eu, got a list
          run: {a: b}
               ^~~~~~ error: `run` wants a script or a list of arguments, got a mapping
        test:
          run: []
               ^~ error: `run` wants a script or a list of arguments, got a list
               ^ hint: an empty list names no program
          timeout: 90
                   ^~ error: `timeout` wants a duration such as 90s, got "90"
                   ^ hint: add a unit: 90s for seconds, 90m for minutes
          accept-exit: [0, 256, "1", 010]
                           ^~~ error: `accept-exit` wants a whole number from 0 to 255, got "256"
                                 ^ error: `accept-exit` wants a whole number from 0 to 255, got "1"
                                 ^ hint: remove the quotes
                                     ^~~ error: `accept-exit` wants a whole number from 0 to 255, got "010"
                                     ^ hint: a leading zero means octal to some readers; write 10
          env: [A=b]
               ^~~~~ error: `env` wants a mapping of variables, got a list
               ^ hint: write NAME: value instead of - NAME=value
          env-file: {a: b}
                    ^~~~~~ error: `env-file` wants text or a list, got a mapping
          pass-env: [A-B]
                     ^~~ error: "A-B" cannot be the name of an environment variable
                     ^ hint: such names consist of letters, digits and "_", and do not begin with a digit
          cache: {key: x, tool: [uv], max-age: 7 days}
                          ^~~~ error: unknown key "tool" in `cache`
                          ^ hint: did you mean "tools"?
                                               ^~~~~~ error: `max-age` wants a duration such as 90s, got "7 days"
                                               ^ hint: units are ms, s, m, h and d, as in 1m30s
          retries: {backoff: 1x, on-exit: [300]}
                   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~ error: `limit` is missing in `retries`
                             ^~ error: `backoff` wants a duration such as 90s, got "1x"
                             ^ hint: units are ms, s, m, h and d, as in 1m30s
                                           ^~~ error: `on-exit` wants a whole number from 0 to 255, got "300"
          workspace: {at: here}
                     ^~~~~~~~~~ error: `tree` is missing in `workspace`
                          ^~~~ error: `at` wants canonical or tree, got "here"
          repeat: 3
                  ^ error: `repeat` wants a mapping, got "3"
                  ^ hint: write repeat: {times: 3}
        """#,
        #"""
        version: 1
        build:
          run: make
          needs: [{task: a, order-only: true, soft: true}, {tsk: b}, [c], ]
                                                    ^~~~ error: a need is `order-only` or `soft`, not both
                                                    ^ hint: `soft` needs are never part of a key
                                                            ^~~ error: unknown key "tsk" in a need
                                                            ^ hint: did you mean "task"?
                                                                     ^~~ error: `needs` wants a task's name, got a list
          outputs: [{path: x, store: maybe}, {store: false}, ""]
                                     ^~~~~ error: `store` wants true or false, got "maybe"
                                             ^~~~~~~~~~~~~~ error: `path` is missing in an output
                                                             ^~ error: a pattern cannot be empty
          inputs:
            - !src/x.py
              ^~~~~~~~~ error: "!src/x.py" must be quoted, because YAML reads what begins with "!" as a tag
              ^ hint: write it in quotes: "!src/x.py"
            - !!binary a
            -
             ^ error: `inputs` wants a pattern, got nothing
          each: build
                ^~~~~ error: `each` wants a list, {files: PATTERNS} or one ${{ variable }}, got "build"
          matrix: {a: [], b c: [1], d: text}
                      ^~ error: `matrix.a` has no values
                      ^ hint: an empty axis leaves no instance
                          ^~~ error: "b c" cannot be a name: it contains a blank
                          ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
                                       ^~~~ error: `matrix.d` wants a list or one ${{ variable }}, got "text"
          env: {A: , 1B: x}
                ^ error: the variable `A` has no value
                ^ hint: write A: "" for an empty one, or name it in `pass-env` to pass the caller's
                     ^~ error: "1B" cannot be the name of an environment variable
                     ^ hint: such names consist of letters, digits and "_", and do not begin with a digit
        """#,
        #"""
        version: 1
        edit:
          run: vi
          interactive: true
                       ^~~~ note: `interactive` is here
                       ^~~~ note: `interactive` is here
          outputs: [a]
                    ^ error: an interactive task cannot have `outputs`, because what is typed into it is not part of its key
          cache: {max-age: 1d}
                 ^~~~~~~~~~~~~ error: an interactive task cannot be cached
        many:
          run: echo
          each: [a, b]
                ^~~~~~ note: `each` is here
          matrix: {c: [1]}
                   ^ error: a task has `each` or `matrix`, not both
                   ^ hint: make the items an axis of the matrix
        again:
          ensure: [exists: a]
          repeat: {times: 2}
                  ^~~~~~~~~~ error: `repeat` needs `run`: there is nothing to repeat
        """#,
        #"""
        version: 1
        on:
          run: [echo, no, 1.10, 12:30, 010, ~x, 0x1F]
          hidden: off
                  ^~~ error: `hidden` wants true or false, got "off"
                  ^ hint: write false
          env: {PORT: 8080, FLAG: yes, VERSION: 1.10}
          cache: no
                 ^~ error: `cache` wants true or false, got "no"
                 ^ hint: write false
        """#,
    ])
    func findings(marked: String) {
        let fixture = MarkedYAML(marked)
        let (_, diagnostics) = FileDeclaration.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
    }
}
