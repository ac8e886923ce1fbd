// What loading finds wrong with a plan whose files are well-formed: each mistake marked below its line.

import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct GraphDiagnosticsTests {
    @Test(arguments: [
        // Names
        """
        tasks:
          a:
            run: x
            needs: [lnit, {task: nothing, soft: true}]
                    ^~~~ error: there is no task or group "lnit"
                    ^ hint: did you mean "lint"?
                                 ^~~~~~~ error: there is no task or group "nothing"
                                 ^ hint: `taskgraph list` shows all names
        group:
          lint: {run: x}
          b: {run: x, needs: [grop]}
                              ^~~~ error: there is no task or group "grop"
                              ^ hint: did you mean "group"?
          c: {run: x, needs: ["z*"]}
                               ^~ error: there is no task or group "z*"
                               ^ hint: `taskgraph list` shows all names
        """,
        """
        pools: {network: 2}
        services: {postgres: {driver: postgres}}
        a: {run: x, pool: netwrok}
                          ^~~~~~~ error: there is no pool "netwrok"
                          ^ hint: did you mean "network"?
        b: {run: x, pool: disk}
                          ^~~~ error: there is no pool "disk"
                          ^ hint: declare its size at the top: `pools: {disk: 2}`
        c: {run: x, uses: [postgre, redis]}
                           ^~~~~~~ error: there is no service "postgre"
                           ^ hint: did you mean "postgres"?
                                    ^~~~~ error: there is no service "redis"
                                    ^ hint: declare it under `services:`
        """,
        """
        services:
          db: {driver: postgres, scope: module}
                                        ^~~~~~ note: "db" has the scope `module` here
          own: {driver: redis}
        a: {run: "${{ service.own.url }} ${{ service.db.url }}", uses: [db, own]}
                                         ^~~~~~~~~~~~~~~~~~~~~ error: "service.db.url" has no value here: test modules lease "db" while the task runs
                                         ^ hint: let the tests lease it, as docs/leases.md says, or use a service of `scope: task`
        """,
        """
        a: {run: x}
        g: {title: last}
        ^ error: group "g" contains no task
        ^ hint: a mapping with `run` or `ensure` is a task
        """,
        // Variables
        """
        vars:
          one: ${{ two }}
          two: ${{ vars.three }} and
          three: ${{ one }}
                 ^~~~~~~~~~ error: variable "one" refers to itself: one → two → three → one
                 ^ hint: give one of them a value of its own
          unused: ${{ repos }}
                  ^~~~~~~~~~~~ error: variable "repos" is not defined
                  ^ hint: did you mean "repo"?
          repo: x
        a: {run: "${{ one }}"}
        b: {run: "${{ nothing.at.all }} ${{ repo.x }} ${{ xyzzy }}"}
                  ^~~~~~~~~~~~~~~~~~~~~ error: nothing is called "nothing.at.all"
                                        ^~~~~~~~~~~~~ error: nothing is called "repo.x"
                                                      ^~~~~~~~~~~~ error: variable "xyzzy" is not defined
                                                      ^ hint: declare it under `vars:`
        """,
        """
        a: {run: "${{ env.HOEM }} ${{ env.HOME }}"}
                  ^~~~~~~~~~~~~~~ error: environment variable "HOEM" is not set
                  ^ hint: set it, or use a variable with a default under `vars:`
        b: {run: "${{ item }} ${{ item.stem }}"}
                  ^~~~~~~~~~~ error: `item` has a value only in a task with `each`
                  ^ hint: give the task `each:`
                              ^~~~~~~~~~~~~~~~ error: `item` has a value only in a task with `each`
                              ^ hint: give the task `each:`
        c: {run: "${{ item.ext }}", each: [a]}
                  ^~~~~~~~~~~~~~~ error: `item` has no part "ext"
                  ^ hint: its parts are item.name, item.stem and item.dir
        d: {run: "${{ matrix.os }}"}
                  ^~~~~~~~~~~~~~~~ error: the matrix has no axis "os"
                  ^ hint: give the task a `matrix:` with it
        e: {run: "${{ matrix.os }}", matrix: {python: ["3"], db: [a]}}
                  ^~~~~~~~~~~~~~~~ error: the matrix has no axis "os"
                  ^ hint: its axes are python, db
        f: {run: "${{ task.g.outputs }}"}
                  ^~~~~~~~~~~~~~~~~~~~~ error: there is no task "g" here
        """,
        // Instances
        """
        a: {run: x, each: [one, two, one]}
                          ^~~~~~~~~~~~~~~ error: item "one" stands twice in `each`
                          ^ hint: remove one of them
        b:
          run: x
          matrix:
            os: [linux, mac, linux]
            ^~ error: "b[linux]" comes out of `matrix` twice
            ^ hint: remove one of the equal values
        c: {run: x, each: {files: ["*.none"]}}
                          ^~~~~~~~~~~~~~~~~~~ warning: no file matches, so "c" has no instances
        """,
        // Keys that depend on values
        """
        vars: {nothing: []}
        a: {run: x, when: perhaps}
                          ^~~~~~~ error: `when` wants true, false, A == B or A != B, got "perhaps"
                          ^ hint: for example: ${{ env.CI }} == true
        b: {run: ["${{ nothing }}"]}
                 ^~~~~~~~~~~~~~~~~~ error: the command has no words left
                 ^ hint: name a program
        c: {run: x, inputs: ["../../x", "a[", "..", "***"]}
                                         ^~ error: bad pattern "a[": `[` without `]`
                                         ^ hint: write `[a-z]` for one of several characters, `\\[` for the character
                                                     ^~~ error: bad pattern "***": `***` has no meaning
                                                     ^ hint: write `*` for a name, `**` for any depth
        d: {run: x, outputs: [../x, /tmp/y]}
                              ^~~~ error: output "/x" lies outside of the root
                              ^ hint: outputs stand beneath the directory of the root file
                                    ^~~~~~ error: output "/tmp/y" lies outside of the root
                                    ^ hint: outputs stand beneath the directory of the root file
        e: {run: x, workspace: tree, outputs: [/project/x]}
                                               ^~~~~~~~~~ error: output "x" lies outside of the workspace
                                               ^ hint: a task in a workspace leaves its outputs there; write a path relative to it
        """,
        // Producers
        """
        a: {run: x, outputs: [out/app.txt]}
                              ^~~~~~~~~~~ note: "a" declares "out/app.txt" here
        b: {run: x, outputs: ["out/*.txt", "!out/b.txt"]}
                               ^~~~~~~~~ error: "b" makes "out/*.txt", and so does "a"
                               ^ hint: let one task make it, or give each its own path
        c: {run: x, outputs: [elsewhere], platforms: [linux]}
        d: {run: x, outputs: [elsewhere], platforms: [macos]}
        e: {run: x, outputs: [elsewhere], workspace: tree}
        """,
        """
        a: {run: x, each: [x/main.c, y/main.c], outputs: ["${{ item.stem }}.o"]}
                                                           ^~~~~~~~~~~~~~~~~~ error: "a[y/main.c]" makes "main.o", and so does "a[x/main.c]"
                                                           ^ hint: let one task make it, or give each its own path
                                                           ^~~~~~~~~~~~~~~~~~ note: "a[x/main.c]" declares "main.o" here
        """,
        // Circles
        """
        a: {run: x, needs: [b]}
                            ^ error: tasks need each other in a circle: a → b → c → a
                            ^ hint: remove one of these needs, or split a task in two
                            ^ note: "a" needs "b" here
        b: {run: x, inputs: ["gen/*.c"], outputs: [b.txt]}
                              ^~~~~~~ note: "b" reads what "c" makes here
        c: {run: x, outputs: [gen], needs: [{task: a, soft: true}]}
                                                   ^ note: "c" needs "a" here
        d: {run: x, needs: [d]}
                            ^ error: tasks need each other in a circle: d → d
                            ^ hint: remove one of these needs, or split a task in two
                            ^ note: "d" needs "d" here
        """,
        // Layers
        """
        w:
          workspace: tree
          a: {run: x, changes: [src]}
                                ^~~ note: "w/a" changes "src" here
          b: {run: x, changes: ["src/*.c"]}
                                 ^~~~~~~ error: "w/a" and "w/b" both change "src" in no fixed order, and "w/d" needs both
                                 ^ hint: let one of the two need the other
          c: {run: x, changes: [doc]}
          d: {run: x, needs: [a, b, c]}
          ^ note: "w/d" needs both
          e: {run: x, changes: [src], workspace: other}
          f: {run: x, changes: [a/c.py]}
                                ^~~~~~ note: "w/f" changes "a/c.py" here
          g: {run: x, changes: ["a/*.py"], needs: [{task: f, order-only: true}]}
                                 ^~~~~~ note: "w/g" changes "a/*.py" here
          h: {run: x, changes: ["**/c.py"]}
                                 ^~~~~~~ error: "w/f" and "w/h" both change "a/c.py" in no fixed order, and "w/i" needs both
                                 ^ hint: let one of the two need the other
                                 ^~~~~~~ error: "w/g" and "w/h" both change "a/*.py" in no fixed order, and "w/i" needs both
                                 ^ hint: let one of the two need the other
          i: {run: x, needs: [g, {task: h, order-only: true}]}
          ^ note: "w/i" needs both
          ^ note: "w/i" needs both
          j: {run: x, changes: ["**/*.h", "!lib/**"]}
          k: {run: x, changes: ["lib/**", "!**/*.md"]}
          l: {run: x, changes: ["lib/**/*.md"]}
          m: {run: x, needs: [j, k, l]}
        outside: {run: x, needs: [w/a]}
        ordered: {run: x, workspace: tree, needs: [outside], changes: [src/late]}
        both: {run: x, workspace: tree, needs: [ordered, w/a]}
        """,
    ])
    func isMarkedAtItsPlace(marked: String) {
        #expect(Plan.remarked(marked) { $0.environment = ["HOME": "/root"] } == marked)
    }
}
