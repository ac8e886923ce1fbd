// What loading finds wrong with metrics, gates and `repeat`: each mistake marked below its line.

import Graph
import TestKit
import Testing

@Suite struct ClaimDiagnosticsTests {
    @Test(arguments: [
        // Names
        """
        a:
          run: x
          metrics: {m: {duration: true}, n.rate: {junit: r.xml, value: flake_rate}}
                    ^ note: first declared here
          gates:
            one: k < 3
                 ^ error: there is no metric "k"
                 ^ hint: declare it under `metrics:` of the task that measures it
            two: m < n.rat
                     ^~~~~ error: there is no metric "n.rat"
                     ^ hint: did you mean "n.rate"?
            three: {expect: m < 2 * baseline, baseline: {task: c}}
                                                               ^ error: "c" does not measure "m"
                                                               ^ hint: a task as baseline is an instance of the one that measures it; compare with another metric by its name
            four: {expect: m < baseline, baseline: {task: dd}}
                                                          ^~ error: there is no task or group "dd"
                                                          ^ hint: `taskgraph list` shows all names
        b: {run: x, metrics: {m: {duration: true}}}
                              ^ error: metric "m" is measured by "a" already
                              ^ hint: names of metrics are unique in all files; "b.…" would be one
        c: {run: x}
        """,
        // Tables
        """
        a: {run: x, metrics: {m.a: {duration: true}}, env: {T: "${{ table }}"}}
                                                                ^~~~~~~~~~~~ error: `table` has a value only in a task with `table`
                                                                ^ hint: give the task `table:` with a list of rows
        b:
          run: x
          table:
            - {title: A, before: m.b, expect: m.a > 3}
                                 ^~~ error: there is no metric "m.b"
                                 ^ hint: did you mean "m.a"?
        """,
        // Until
        """
        a:
          run: x
          repeat: {times: 99, until: good}
                                     ^~~~ error: `until` wants a claim about executions, and "p" counts tests
                                     ^ hint: name a gate on a flake_rate; this one is judged in the end all the same
          metrics: {p: {junit: r.xml, value: pass_rate}}
          gates: {good: p > 90% at 95%}
                  ^~~~ note: the gate is here
        """,
        // Quarantine
        """
        a:
          run: x
          quarantine:
            - {test: t::a, owner: o, until: 2026-02-30}
                                            ^~~~~~~~~~ error: "2026-02-30" is no day
                                            ^ hint: write 2026-12-31
            - {test: t::b, owner: o, until: 2026-12-31}
                     ^~~~ note: the first entry is here
            - {test: t::b, owner: p, until: 2026-12-30}
                     ^~~~ error: this test is in quarantine already
                     ^ hint: keep one of the two
        """,
        // Units and certainty
        """
        vars: {least: most, fraction: 90%}
        a:
          run: x
          repeat: {times: 66, until: stable}
          metrics:
            s: {duration: true}
            c: {count: "x", pattern: y}
            p: {junit: r.xml, value: pass_rate}
            f: {junit: r.xml, value: flake_rate}
          gates:
            stable: f < 5% at 95%
            a: s < 5 at 95%
               ^ error: nothing is certain about "s": it is measured, not counted in trials
               ^ hint: `flake_rate` and `pass_rate` of `junit` are counted; without `at` the number itself decides
            b: f < p at 95%
                   ^ error: a claim with a certainty compares with a number: what is measured is itself not certain
                   ^ hint: write a percentage, or leave `at` out
            c: f <= 0% at 95%
               ^ error: no number of runs makes it certain that a rate is <= 0%
               ^ hint: choose a limit between 0% and 100%, both excluded
            d: p == 100
               ^ error: "p" is a share, which is never more than 1, and the gate compares it with 100
               ^ hint: write 100%
            e: c < 7%
               ^ error: "c" counts things, and 7% is a share
               ^ hint: compare with a number, or with a part of something: 0.07 * baseline
            f: p >= ${{ least }}
                    ^~~~~~~~~~~~ error: a gate compares with a number or a percentage, and `least` is "most"
                    ^ hint: write a value such as 0.9 or 90%
            g: p >= ${{ fraction }}
            h: p < 95% at 95%
        """,
        // Runs that are too few
        """
        a:
          run: x
          repeat: {times: 65, until: stable}
                          ^~ warning: the gate "stable" cannot pass: it takes 66 runs without a mishap, and "a" runs at most 65 times
                          ^ hint: write times: 66 or more; 59 without `until`, because looking after every run has its price
          metrics: {a.flakes: {junit: r.xml, value: flake_rate}}
          gates: {stable: a.flakes < 5% at 95%}
                  ^~~~~~ note: the gate is here
        b:
          run: x
          repeat: {times: 58}
                          ^~ warning: the gate "stable" cannot pass: it takes 59 runs without a mishap, and "b" runs 58 times
                          ^ hint: write times: 59 or more
          metrics: {b.flakes: {junit: r.xml, value: flake_rate}}
          gates: {stable: b.flakes < 5% at 95%}
                  ^~~~~~ note: the gate is here
        c:
          run: x
          metrics: {c.flakes: {junit: r.xml, value: flake_rate}}
          gates: {stable: c.flakes < 5% at 95%}
                  ^~~~~~ warning: the gate "stable" cannot pass: it takes 59 runs without a mishap, and "c" runs once
                  ^ hint: give "c" a `repeat: {times: 66, until: stable}`
        d: {run: x, repeat: {times: 59}, metrics: {d.flakes: {junit: r.xml, value: flake_rate}}}
        e: {run: x, needs: [d], gates: {calm: d.flakes <= 5% at 95%}}
        """,
        """
        a:
          run: x
          repeat: {times: 3, until: pass}
                                    ^~~~ warning: the first run decides the gate "pass", so nothing is repeated
                                    ^ hint: write "at 95%" behind it, or leave `until` out
          metrics: {m: {duration: true}}
          gates: {pass: m < 3}
                  ^~~~ note: it claims nothing with a certainty
        b: {run: x, repeat: {times: 3, until: pas}, gates: {pass: m < 3}}
                                              ^~~ error: "b" has no gate "pas"
                                              ^ hint: did you mean "pass"?
        c: {run: x, repeat: {times: 3, until: pass}}
                                              ^~~~ error: "c" has no gate "pass"
                                              ^ hint: declare it under `gates:` of the same task
        """,
        // A gate blocks what needs its task: naming what that measures closes a circle.
        """
        build: {run: x, gates: {good: t.pass_rate == 100%}}
                                      ^~~~~~~~~~~ error: tasks need each other in a circle: build#good → test → build#good
                                      ^ hint: remove one of these needs, or split a task in two
                                      ^~~~~~~~~~~ note: "build#good" needs "test" here
        test: {run: x, needs: [build], metrics: {t.pass_rate: {junit: r.xml, value: pass_rate}}}
                               ^~~~~ note: "test" needs "build#good" here
        """,
    ])
    func everyMistakeIsMarked(marked: String) {
        #expect(Plan.remarked(marked) == marked)
    }
}
