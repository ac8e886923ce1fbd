// Metrics and gates of real runs: reports as tools write them, measured, judged, restored, told.

import Testing

@Suite struct EvidenceTests {
    private static func report(_ tests: String) -> String {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><testsuites><testsuite name=\"pytest\">\(tests)</testsuite></testsuites>\n"
    }

    private static let clean = report(
        "<testcase classname=\"tests.a\" name=\"one\" time=\"0.25\"/><testcase classname=\"tests.a\" name=\"two\" time=\"0.5\"/>"
    )
    private static let bad = report(
        "<testcase classname=\"tests.a\" name=\"one\" time=\"0.25\"/><testcase classname=\"tests.a\" name=\"two\" time=\"0.5\">"
            + "<failure message=\"assert 1 == 2\">tests/a.py:7</failure></testcase>")

    /// A suite whose report is what `given.xml` says, and a task that waits for its gate.
    private static let suite = """
        unit:
          inputs: [given.xml]
          reports: [out/unit.xml]
          run: |
            echo unit >> $log
            mkdir -p out
            cp given.xml out/unit.xml
          metrics:
            unit.pass_rate: {junit: out/unit.xml, value: pass_rate}
            unit.tests: {junit: out/unit.xml, value: tests}
            unit.lines: {count: given.xml, pattern: testsuite}
            unit.printed: {run: cat number}
          gates:
            all-pass: unit.pass_rate == 100%
        release:
          needs: [unit]
          inputs: [given.xml]
          run: echo release >> $log
        """

    private static func verdicts(_ run: Ending) -> [String: String] {
        var verdicts: [String: String] = [:]
        for event in run.events ?? [] where event.name == "judged" {
            verdicts[event.text("gate") ?? ""] = event.text("verdict")
        }
        return verdicts
    }

    /// What was measured before and after, and a task that writes it down. The time of the other task has no figure.
    private static let tables = """
        before: {inputs: [old], run: "true", metrics: {old.lines: {count: old, pattern: x}}}
        after: {inputs: [new], run: "true", metrics: {new.lines: {count: new, pattern: x}, new.none: {json: no.json, path: a}}}
        measure:
          title: Lines
          table:
            - {title: Lines, before: old.lines, expect: new.lines >= 3}
            - {title: All of them, before: old.lines, expect: new.lines >= 2 * old.lines}
            - {title: None, after: new.none}
          inputs: []
          env: {TABLE: "${{ table }}"}
          run: |
            echo measure >> $log
            printf '%s\\n' "$TABLE" > METRICS.md
          outputs: [METRICS.md]
        """

    @Test func aTableIsPrintedWrittenAndPartOfTheKey() {
        Project.with(Self.tables, files: ["old": "x\nx\n", "new": "x\nx\nx\n"]) { project in
            let first = project.run("run", "-q", "measure")
            #expect(first.status == 0, "\(first)")
            #expect(
                project.text("METRICS.md") == """
                    | | Before | After | Target | |
                    |---|---:|---:|---:|---|
                    | Lines | 2 | 3 | >= 3 | met |
                    | All of them | 2 | 3 | >= 2 × old.lines | not met |
                    | None | – | – | – |  |

                    """)
            // A target that is not met fails nothing, equal figures give the same result, and a plan knows that.
            #expect(project.run("plan", "measure").out == "3 up to date\n")
            let second = project.run("run", "measure")
            #expect(
                second.out.hasPrefix(
                    """
                    Lines
                                   before  after            target
                      Lines             2      3              >= 3  met
                      All of them       2      3  >= 2 × old.lines  not met
                      None              –      –                 –
                    3 done: 3 up to date in\u{20}
                    """), "\(second)")
            #expect(project.ran() == ["measure"])
            project.write("x\nx\nx\nx\n", to: "new")
            let third = project.run("run", "measure", "--json")
            #expect(third.status == 0 && project.ran() == ["measure"])
            #expect(third.events?.first { $0.name == "tabulated" }?.task == "measure")
            #expect(project.text("METRICS.md")?.contains("| All of them | 2 | 4 | >= 2 × old.lines | met |") == true)
            #expect(project.run("report", "--format", "markdown").out.contains("| Lines | 2 | 4 | >= 3 | met |"))
            #expect(project.run("report", "--output", "r.html").status == 0)
            #expect(project.text("r.html")?.contains("<caption>Lines</caption>") == true)
        }
    }

    /// Two tasks that change one file in no order: what reads only their figures may follow both, and sees neither layer.
    @Test func figuresHandOnNoLayer() {
        let yaml = """
            edit:
              workspace: tree
              one: {changes: [made], run: "echo 1 > made", metrics: {one.lines: {count: made, pattern: "1"}}}
              two: {changes: [made], run: "echo 2 > made", metrics: {two.lines: {count: made, pattern: "2"}}}
              judged:
                changes: [more]
                run: test ! -e made && echo > more
                metrics: {three.lines: {count: more}}
                gates: {same: three.lines == one.lines}
              measure:
                needs: [judged]
                table: [{title: Lines, before: one.lines, expect: two.lines >= 1}]
                changes: [TABLE.md]
                env: {TABLE: "${{ table }}"}
                run: test ! -e made && test -e more && printf '%s' "$TABLE" > TABLE.md
            """
        Project.with(yaml, files: ["tree/keep": "x"]) { project in
            let run = project.run("run", "edit")
            #expect(run.status == 0, "\(run)")
            #expect(project.run("export", "edit/measure", "out").status == 0)
            #expect(project.text("out/TABLE.md")?.hasSuffix("| Lines | 1 | 1 | >= 1 | met |") == true)
        }
    }

    @Test func gatePassesAndRestoredValuesSaySo() {
        Project.with(Self.suite, files: ["given.xml": Self.clean, "number": "42\n"]) { project in
            let first = project.run("run", "--json")
            #expect(first.status == 0, "\(first)")
            #expect(Self.verdicts(first) == ["unit#all-pass": "pass"])
            #expect(project.ran() == ["release", "unit"])
            let measured = first.events?.first { $0.name == "measured" }
            #expect(measured?.task == "unit")
            #expect(measured?.count("tests") == 2)
            let values = (measured?.members["metrics"] as? [[String: Any]] ?? []).map {
                "\($0["metric"] ?? "") \($0["value"] ?? "") \($0["unit"] ?? "")"
            }
            #expect(
                values == [
                    "unit.pass_rate 1.0 share", "unit.tests 2.0 count", "unit.lines 1.0 count",
                    "unit.printed 42.0 number",
                ])
            // Up to date, and restored into a tree without outputs: the values come back, and the gate is judged again.
            for isCleared in [false, true] {
                if isCleared { project.shell("rm -r out") }
                let again = project.run("run", "--json")
                #expect(again.status == 0, "\(again)")
                #expect(project.ran() == [])
                #expect(Self.verdicts(again) == ["unit#all-pass": "pass"])
                let old = again.events?.first { $0.name == "measured" }
                let metrics = old?.members["metrics"] as? [[String: Any]] ?? []
                #expect(metrics.count == 4 && metrics.allSatisfy { $0["restored"] as? Bool == true })
                #expect(again.out.contains("(restored from run "), "\(again.out)")
                #expect(project.exists("out/unit.xml"))
            }
        }
    }

    @Test func gateThatFailsBlocksWhatNeedsItsTask() {
        Project.with(Self.suite, files: ["given.xml": Self.bad, "number": "42\n"]) { project in
            let run = project.run("run", "-k", "--json")
            #expect(run.status == 6, "\(run)")
            #expect(Self.verdicts(run) == ["unit#all-pass": "fail"])
            #expect(run.events?.last?.count("gatesFailed") == 1)
            #expect(run.outcomes == ["unit": "succeeded", "release": "blocked"])
            #expect(project.ran() == ["unit"])
            let shown = project.run("run", "-k")
            #expect(shown.out.contains("fail  unit#all-pass  unit.pass_rate is 50% (restored"), "\(shown.out)")
            #expect(shown.out.contains("1 gate failed, 1 blocked; 1 done: 1 up to date in "), "\(shown.out)")
            let observed = project.run("run", "--observe")
            #expect(observed.status == 0, "\(observed)")
            #expect(observed.out.contains("observed  unit#all-pass  unit.pass_rate is 50%"), "\(observed.out)")
            #expect(
                observed.out.contains("; no limit is proposed: 1 of 5 runs that a proposal needs"), "\(observed.out)")
            #expect(project.ran() == ["release"])
        }
    }

    @Test(arguments: [
        ("<testsuite><testcase name='a'></testsuite>", "out/unit.xml:1:33: "),
        ("<testsuite/>", "no test ran"),
    ])
    func whatCannotBeMeasuredIsNotEnoughData(report: String, words: String) {
        Project.with(Self.suite, files: ["given.xml": report, "number": "many\n"]) { project in
            let run = project.run("run", "-k", "--json")
            #expect(run.status == 6, "\(run)")
            #expect(Self.verdicts(run) == ["unit#all-pass": "not enough data"])
            let text = run.events?.first { $0.name == "judged" }?.text("text") ?? ""
            #expect(text.hasPrefix("unit.pass_rate has no value: \(words)"), "\(text)")
            let missing = run.events?.first { $0.name == "measured" }?.members["missing"] as? [[String: Any]] ?? []
            let reasons = Dictionary(missing.map { ("\($0["metric"] ?? "")", "\($0["reason"] ?? "")") }) { $1 }
            #expect(reasons["unit.printed"] == "its command printed \"many\", which is no number")
        }
    }

    @Test(arguments: ["exit 3", "kill -SEGV $$", "sleep 60"])
    func suiteThatEndsBadlyIsMeasured(ending: String) {
        let yaml = """
            unit:
              inputs: []
              timeout: 2s
              reports: [unit.xml]
              run: |
                cat > unit.xml <<'end'
                \(Self.bad.replacing("\n", with: ""))
                end
                \(ending)
              metrics:
                unit.failed: {junit: unit.xml, value: failed}
                unit.flake_rate: {junit: unit.xml, value: flake_rate}
              gates: {none-fails: unit.failed == 0}
            """
        Project.with(yaml) { project in
            let run = project.run("run", "--json")
            #expect(run.status == 1, "\(run)")
            #expect(run.outcomes == ["unit": "failed"])
            #expect(Self.verdicts(run) == ["unit#none-fails": "fail"])
            let metrics =
                run.events?.first { $0.name == "measured" }?.members["metrics"] as? [[String: Any]] ?? []
            #expect(metrics.map { $0["value"] as? Int } == [1, 1])
        }
    }

    @Test func gateOfAGroupIsJudgedOverAllItsTasks() {
        let yaml = """
            tests:
              gates: {enough: tests.count >= 6}
              unit:
                each: [a, b, c]
                inputs: [given.xml]
                reports: ["${{ item }}.xml"]
                run: cp given.xml ${{ item }}.xml
                metrics: {tests.count: {junit: "${{ item }}.xml", value: tests}}
            """
        Project.with(yaml, files: ["given.xml": Self.clean]) { project in
            for target in ["tests", "tests#enough"] {
                let run = project.run(target, "--json")
                #expect(run.status == 0, "\(run)")
                #expect(Self.verdicts(run) == ["tests#enough": "pass"])
                #expect(run.out.contains("tests.count is 6"))
            }
            project.yaml(yaml.replacing(">= 6", with: ">= 7"))
            let run = project.run("run")
            #expect(run.status == 6, "\(run)")
            #expect(run.out.contains("tests.count is 6 (restored"), "\(run.out)")
        }
    }

    @Test func metricsOfAWorkspaceComeFromItsView() {
        let yaml = """
            unit:
              workspace: tree
              dir: sub
              reports: [unit.xml]
              run: |
                cp given.xml unit.xml
                exit $(cat code)
              metrics:
                unit.pass_rate: {junit: unit.xml, value: pass_rate}
                unit.printed: {run: "wc -l < unit.xml"}
              gates: {all-pass: unit.pass_rate == 100%, lines: unit.printed == 1}
            """
        let files = ["tree/sub/given.xml": Self.clean, "tree/sub/code": "0\n"]
        Project.with(yaml, files: files) { project in
            for isRestored in [false, true] {
                let run = project.run("run", "--json")
                #expect(run.status == 0, "\(run)")
                #expect(Self.verdicts(run) == ["unit#all-pass": "pass", "unit#lines": "pass"])
                #expect(run.out.contains("\"restored\":true") == isRestored)
            }
            #expect(!project.exists("tree/sub/unit.xml"))
            project.write("1\n", to: "tree/sub/code")
            let failing = project.run("run", "--json")
            #expect(failing.status == 1, "\(failing)")
            #expect(Self.verdicts(failing) == ["unit#all-pass": "pass", "unit#lines": "pass"])
        }
    }

    @Test func metricThatIsNewOrOtherIsMeasured() {
        Project.with(Self.suite, files: ["given.xml": Self.clean, "number": "42\n"]) { project in
            project.run("run")
            #expect(project.ran() == ["release", "unit"])
            project.yaml(Self.suite.replacing("value: tests", with: "value: ran, same-run: true"))
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["unit"])
            // `same-run` takes no value of another run.
            let again = project.run("run", "--json")
            #expect(again.reasons["unit"]?.contains("unit.tests was measured in run") == true, "\(again.reasons)")
            #expect(project.ran() == ["unit"])
        }
    }

    @Test func taskAsBaselineIsComparedWithTheOthers() {
        let yaml = """
            bench:
              each: [before, after]
              inputs: ["${{ item }}.json"]
              run: "true"
              metrics: {bench.size: {json: "${{ item }}.json", path: size.bytes}}
              gates: {smaller: {expect: bench.size <= 0.5 * baseline, baseline: {task: "bench[before]"}}}
            """
        let files = ["before.json": "{\"size\": {\"bytes\": 100}}", "after.json": "{\"size\": {\"bytes\": 50}}"]
        Project.with(yaml, files: files) { project in
            #expect(project.run("run").status == 0)
            project.write("{\"size\": {\"bytes\": 51}}", to: "after.json")
            let run = project.run("run")
            #expect(run.status == 6, "\(run)")
            #expect(
                run.out.contains(
                    "bench.size is 51, wanted <= 50 (0.5 * baseline task bench[before], 100"), "\(run.out)")
        }
    }

    private static func quarantined(until: String) -> String {
        """
        unit:
          inputs: [given.xml]
          reports: [unit.xml]
          accept-exit: [0, 1]
          run: cp given.xml unit.xml
          quarantine:
            - {test: "tests.a::two", owner: ann, until: \(until), reason: "see 12"}
          metrics:
            unit.pass_rate: {junit: unit.xml, value: pass_rate}
            unit.flake_rate: {junit: unit.xml, value: flake_rate}
          gates: {all-pass: unit.pass_rate == 100%, clean: unit.flake_rate == 0%}
        """
    }

    @Test func failuresInQuarantineDoNotCount() {
        Project.with(Self.quarantined(until: "2999-12-31"), files: ["given.xml": Self.bad]) { project in
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            #expect(Self.verdicts(run) == ["unit#all-pass": "pass", "unit#clean": "pass"])
            let report = project.run("report", "--format", "json").out
            #expect(report.contains("in quarantine until 2999-12-31, ann mends it: assert 1 == 2"))
            project.write(Self.clean, to: "given.xml")
            #expect(project.run("run", "-q").status == 0)
            project.write(
                "version: 1\n" + Self.quarantined(until: "2999-12-31").replacing("a::two", with: "a::gone"),
                to: "tasks.yaml")
            #expect(
                project.run("run").out.contains("the test \"tests.a::gone\" in quarantine is in no report of this task")
            )
        }
    }

    @Test func aQuarantineThatHasEndedFailsTheTask() {
        Project.with(Self.quarantined(until: "2020-01-31"), files: ["given.xml": Self.clean]) { project in
            let run = project.run("run")
            #expect(run.status == 1, "\(run)")
            let place = """
                error: the quarantine of "tests.a::two" ended on 2020-01-31; ann was to mend it
                """
            #expect((run.out + run.err).contains(place), "\(run)")
            #expect((run.out + run.err).contains("hint: mend or delete the test, or set a new day"))
        }
    }

    @Test func aNumberOfAnotherUnitIsMeasuredAgain() {
        let yaml = "a: {inputs: [n], run: \"true\", metrics: {m: {run: cat n}}}\n"
        Project.with(yaml, files: ["n": "3\n"]) { project in
            #expect(project.run("run", "-q").status == 0)
            #expect(project.run("plan").out == "1 up to date\n")
            project.write("version: 1\n" + yaml.replacing("cat n", with: "cat n, unit: seconds"), to: "tasks.yaml")
            #expect(project.run("run", "-q").status == 0)
            #expect(project.run("metrics").out.contains("3.0 s"))
        }
    }

    @Test func aPlanNamesTheGates() {
        Project.with(Self.suite, files: ["given.xml": Self.clean, "number": "42\n"]) { project in
            #expect(project.run("plan").out.contains("to be judged: unit#all-pass\n"))
        }
    }
}
