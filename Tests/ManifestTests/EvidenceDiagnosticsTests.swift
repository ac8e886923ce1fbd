// Mistakes in conditions, metrics, gates and services, marked in the source.

import Manifest
import TestKit
import Testing
import Vocabulary

@Suite struct EvidenceDiagnosticsTests {
    @Test(arguments: [
        #"""
        version: 1
        build:
          ensure:
            - exists: a
              ^~~~~~~~~ error: `ensure` wants conditions with one key each, got a mapping
              ^ hint: conditions are exists, absent, match, no-match, toml, yaml, json, count, same or run
              absent: b
            - exist: a
              ^~~~~ error: unknown key "exist" in `ensure`
              ^ hint: did you mean "exists"?
            - toml: {file: a, path: b}
                    ^~~~~~~~~~~~~~~~~~ error: `equals`, `contains` or `absent` is missing in `toml`
            - yaml: {file: a, path: b, equals: 1, absent: true}
                                                          ^~~~ error: a condition tests one thing: `equals` or `absent`
                                                          ^ hint: write a second condition
            - json: {path: b, contains: [1]}
                    ^~~~~~~~~~~~~~~~~~~~~~~~ error: `file` is missing in `json`
                                        ^~~ error: `contains` wants a single value, got a list
            - count: {files: a, at-lest: 3}
                                ^~~~~~~ error: unknown key "at-lest" in `count`
                                ^ hint: did you mean "at-least"?
            - same: [a]
                    ^~~ error: `same` wants a list of two files, got 1 of them
            - match: {files: a}
                     ^~~~~~~~~~ error: `pattern` is missing in `match`
            - no-match: x
                        ^ error: `no-match` wants a mapping, got "x"
            - text
              ^~~~ error: `ensure` wants conditions with one key each, got "text"
              ^ hint: conditions are exists, absent, match, no-match, toml, yaml, json, count, same or run
        test:
          ensure: {exists: a}
                  ^~~~~~~~~~~ error: `ensure` wants a list of conditions, got a mapping
                  ^ hint: begin each condition with "- "
        """#,
        #"""
        version: 1
        test:
          run: x
          table:
            - {title: A}
              ^~~~~~~~~~ error: this row has no figure
              ^ hint: write `expect: METRIC >= 100`, or `after: METRIC` if nothing is wanted of it
            - {title: B, after: m, expect: m > 1}
                                ^ error: `after` and `expect` both name the figure of this row
                                ^ hint: remove `after`
            - {title: C, expect: m < baseline}
                                     ^~~~~~~~ error: a table has no `baseline`
                                     ^ hint: name the metric of the state before
            - {title: D, before: a b, expect: m > 1}
                                 ^~~ error: "a b" is no name of a metric: it contains a blank
            - {after: m}
              ^~~~~~~~~~ error: `title` is missing in a row of `table`
        other:
          run: x
          table: {a: b}
                 ^~~~~~ error: `table` wants a list of rows such as {title: Tests, expect: tests.count >= 100}, got a mapping
        """#,
        #"""
        version: 1
        test:
          run: pytest
          metrics:
            a: {junit: a.xml, coverage: b.xml, value: pas_rate}
                       ^~~~~ note: the first one is here
                                        ^~~~~ error: the metric "a" has two sources
                                        ^ hint: declare two metrics
                                                      ^~~~~~~~ error: `junit` has no value "pas_rate"
                                                      ^ hint: did you mean "pass_rate"?
            b: {json: a.json, value: x}
                                     ^ error: `value` does not go with `json`
                                     ^ hint: use `path`
            c: 3
               ^ error: `metrics.c` wants a mapping such as {junit: reports/tests.xml, value: pass_rate}, got "3"
            d: {value: tests}
               ^~~~~~~~~~~~~~ error: the metric "d" has no source
               ^ hint: sources are junit, coverage, json, toml, yaml, count, duration, services or run
            e: {junit: a.xml}
               ^~~~~~~~~~~~~~ error: `value` is missing in the metric "e"
            f: {duration: true, aggregate: avg, max-age: soon}
                                           ^~~ error: `aggregate` wants sum, min, max or mean, got "avg"
                                                         ^~~~ error: `max-age` wants a duration such as 90s, got "soon"
                                                         ^ hint: units are ms, s, m, h and d, as in 1m30s
            h: {duration: true, unit: bytes}
                                      ^~~~~ error: `unit` does not go with `duration`, which says itself what it counts
                                      ^ hint: remove it
            g/h: {duration: true}
            ^~~ error: "g/h" cannot be a name: it contains "/"
            ^ hint: names consist of letters, digits and _ - . + : @, and begin with a letter, a digit or _
          gates:
            a: m > > 3
                   ^ error: a gate is a comparison such as tests.pass_rate == 100%; it must end with a number, a percentage, a metric or `baseline`
            b: m <= 0.6 * baseline
                          ^~~~~~~~ error: this gate compares with `baseline` but does not say which
                          ^ hint: write {expect: "m <= 0.6 * baseline", baseline: {branch: main}}
            c: {expect: m == 1, base: x}
                                ^~~~ error: unknown key "base" in the gate "c"
                                ^ hint: known keys: expect, baseline
            d: {expect: m == 1, baseline: {task: a, run: b}}
                                          ^~~~~~~~~~~~~~~~~ error: `baseline` wants one of task, branch or run
            e: 5% < m
               ^~ error: a gate is a comparison such as tests.pass_rate == 100%; it must begin with the name of a metric
            f: m < 5% at 20%
                         ^~~ error: a gate is a comparison such as tests.pass_rate == 100%; certainty lies between 50% and 100%
            g: m < 5% and n > 3
                      ^~~ error: a gate is a comparison such as tests.pass_rate == 100%; only "at 95%" may follow the limit; write several gates for several claims
            h: m == 5% at 95%
               ^~~~~~~~~~~~~~ error: a gate is a comparison such as tests.pass_rate == 100%; no number of runs makes it certain that a rate is exactly this; use < or >
            i: m <
               ^~~ error: a gate is a comparison such as tests.pass_rate == 100%; it must end with a number, a percentage, a metric or `baseline`
            j: "m  ~ 3"
                   ^ error: a gate is a comparison such as tests.pass_rate == 100%; after the metric stands one of == != <= >= < >
            k: m < 3 * n * 2
                         ^ error: a gate is a comparison such as tests.pass_rate == 100%; only "at 95%" may follow the limit; write several gates for several claims
            l: 'm < 5% at 95% maybe'
                              ^~~~~ error: a gate is a comparison such as tests.pass_rate == 100%; only "at 95%" may follow the limit; write several gates for several claims
            m: m < ${{ x }} at n
                               ^ error: a gate is a comparison such as tests.pass_rate == 100%; only "at 95%" may follow the limit; write several gates for several claims
            n: "m < \x35% or"
                ^~~~~~~~~~~~ error: a gate is a comparison such as tests.pass_rate == 100%; only "at 95%" may follow the limit; write several gates for several claims
            o: 5e2 < m
               ^~~ error: a gate is a comparison such as tests.pass_rate == 100%; it must begin with the name of a metric
        """#,
        #"""
        version: 1
        services:
          a: {driver: postgres, image: p, version: "15", server-env: {A: 1}, volumes: ["./d:/d"]}
                                                    ^~ error: `version` is the image's to say
                                                    ^ hint: remove it, or `image`
          b: {driver: redis, volumes: ["./d:/d"]}
                      ^~~~~ note: without one, redis is the server that is installed
                                      ^~~~~~~~~~ error: `volumes` needs an `image`
          c: {driver: container, image: x, uses: [a]}
                                                  ^ error: a container cannot use the service "a": services listen on 127.0.0.1, which is its own inside
                                                  ^ hint: let a service of the driver process use both
          d: {driver: process, run: x, image: y, server-env: {B: 2}}
                      ^~~~~~~ note: the driver is chosen here
                                              ^ error: `image` is not for the driver process
                                              ^ hint: it goes with container, postgres or redis
        """#,
        #"""
        version: 1
        services:
          db: {driver: postgre}
                       ^~~~~~~ error: `driver` wants postgres, redis, process or container, got "postgre"
                       ^ hint: did you mean "postgres"?
          cache: {driver: redis, shell: x, shared: read-write}
                          ^~~~~ note: the driver is chosen here
                                        ^ error: `shell` is not for the driver redis
                                        ^ hint: it goes with process
                                                   ^~~~~~~~~~ error: `shared` wants read-only, got "read-write"
          api: {driver: process, ready: {http: {pth: /, port: 80}, period: 50, tcp: 80}}
          ^~~ error: `run` is missing in the service "api"
                                               ^~~~~~~~~~~~~~~~~~ note: the first one is here
                                                ^~~ error: unknown key "pth" in the probe `http`
                                                ^ hint: did you mean "path"?
                                                                           ^~ error: `period` wants a duration such as 90s, got "50"
                                                                           ^ hint: add a unit: 50s for seconds, 50m for minutes
                                                                                    ^~ error: `ready` wants one kind of probe
          web: {driver: container, scope: all, ready: {deadline: 3s}}
          ^~~ error: `image` is missing in the service "web"
                                          ^~~ error: `scope` wants run, group, task or module, got "all"
                                                      ^~~~~~~~~~~~~~ error: `ready` names no probe
                                                      ^ hint: probes are postgres, redis, tcp, http, exec, log, file or notify
          none: {}
                ^~ error: `driver` is missing in the service "none"
          log: {driver: process, run: a, ready: {log: {}, deadlin: 1s}, shutdown: {signal: TREM}}
                                                      ^~ error: `pattern` is missing in the probe `log`
                                                          ^~~~~~~ error: unknown key "deadlin" in `ready`
                                                          ^ hint: did you mean "deadline"?
                                                                                           ^~~~ error: `signal` wants TERM, INT, QUIT, HUP or KILL, got "TREM"
                                                                                           ^ hint: did you mean "TERM"?
          txt: postgres
               ^~~~~~~~ error: `services.txt` wants a mapping such as {driver: postgres}, got "postgres"
        """#,
    ])
    func findings(marked: String) {
        let fixture = MarkedYAML(marked)
        let (_, diagnostics) = FileDeclaration.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
    }
}
