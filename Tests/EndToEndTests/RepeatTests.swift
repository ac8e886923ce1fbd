// `repeat` with the real program: suites that are clean, broken, flaky or crash, how often they execute, and what is recorded.

import Testing

@Suite struct RepeatTests {
    /// A suite that says in `fails` which of its executions (from 1) have a failing test, and in `crashes` which crash.
    /// What it executed so far stands in a file outside of its inputs.
    private static func yaml(times: Int, until: String? = "stable", limit: String = "< 5% at 95%") -> String {
        """
        suite:
          inputs: [version]
          reports: [out/suite.xml]
          accept-exit: [0, 1]
          retries: 2
          repeat: {times: \(times)\(until.map { ", until: \($0)" } ?? "")}
          run: |
            n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count
            test ! -e out/suite.xml
            echo "index ${{ repeat.index }}"
            mkdir -p out
            case " $(cat crashes) " in *" $n "*) exit 3 ;; esac
            bad=''
            case " $(cat fails) " in *" $n "*) bad='<failure message="no"/>' ;; esac
            printf '<testsuite><testcase classname="t" name="a" time="0.5"/><testcase classname="t" name="b">%s</testcase></testsuite>' "$bad" > out/suite.xml
          metrics:
            suite.flake_rate: {junit: out/suite.xml, value: flake_rate}
            suite.tests: {junit: out/suite.xml, value: tests}
            suite.rate: {junit: out/suite.xml, value: pass_rate}
          gates:
            stable: suite.flake_rate \(limit)
        """
    }

    private static func with(_ yaml: String, fails: String = "", crashes: String = "", _ body: (Project) throws -> Void)
        rethrows
    {
        let files = ["version": "1\n", "fails": fails, "crashes": crashes]
        try Project.with(yaml, files: files, body)
    }

    private static func count(_ project: Project) -> String? {
        project.text("count")?.split(separator: "\n").last.map(String.init)
    }

    private static func verdict(_ run: Ending) -> String? {
        run.events?.first { $0.name == "judged" }?.text("text")
    }

    @Test func aCleanSuiteStopsWhenThatIsCertain() {
        Self.with(Self.yaml(times: 100)) { project in
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            #expect(Self.count(project) == "66")
            #expect(
                Self.verdict(run)
                    == "suite.flake_rate is 0% (0 of 66 suite runs), at most 4.44% with 95% certainty, wanted < 5%, decided after 66 of at most 100 executions"
            )
            let events = run.events ?? []
            #expect(events.count { $0.name == "repeating" } == 65)
            #expect(events.count { $0.name == "started" } == 1)
            // The first execution is shown, clean ones after it are not.
            #expect(events.filter { $0.name == "output" }.compactMap { $0.text("text") } == ["index 1\n"])
            // Nothing adds up over executions.
            let values = project.run("metrics").out
            #expect(values.contains("suite.tests"))
            #expect(values.split(separator: "\n").contains { $0.hasPrefix("suite.tests") && $0.contains("  2") })
            #expect(project.text(".taskgraph/reports/suite/repeat/66/out/suite.xml") != nil)
            // A hit executes nothing, brings the reports of all executions back, and is judged as before.
            project.shell("rm -r .taskgraph/reports out")
            let again = project.run("run", "--json")
            #expect(again.status == 0 && Self.count(project) == "66", "\(again)")
            #expect(Self.verdict(again)?.contains("(0 of 66 suite runs)") == true)
            #expect(project.text(".taskgraph/reports/suite/repeat/7/out/suite.xml") != nil)
        }
    }

    @Test func aBrokenSuiteStopsAfterTwo() {
        Self.with(Self.yaml(times: 100), fails: "1 2 3") { project in
            let run = project.run("run", "--json")
            #expect(run.status == 6, "\(run)")
            #expect(Self.count(project) == "2")
            #expect(Self.verdict(run)?.hasSuffix("decided after 2 of at most 100 executions") == true)
            // The failing test of the second execution is shown, and both tell the ledger of flakes.
            let shown = (run.events ?? []).filter { $0.name == "output" }.compactMap { $0.text("text") }
            #expect(shown == ["index 1\n", "execution 2 of at most 100:\nindex 2\n"])
        }
    }

    @Test func whatIsUndecidedGoesOnWhereItStopped() {
        Self.with(Self.yaml(times: 10)) { project in
            let first = project.run("run", "--json")
            #expect(first.status == 6 && Self.count(project) == "10", "\(first)")
            #expect(first.events?.first { $0.name == "judged" }?.text("verdict") == "not enough data")
            // The same number again: nothing can be added.
            #expect(project.run("run").status == 6)
            #expect(Self.count(project) == "10")
            project.write("version: 1\n" + Self.yaml(times: 70), to: "tasks.yaml")
            #expect(
                project.run("plan").out.contains(
                    "10 of at most 70 executions are recorded, and they decide nothing"))
            let more = project.run("run", "--json")
            #expect(more.status == 0 && Self.count(project) == "66", "\(more)")
            #expect(Self.verdict(more)?.contains("(0 of 66 suite runs)") == true)
            // The reports of the earlier run belong to the result now, too.
            project.shell("rm -r .taskgraph/reports")
            #expect(project.run("run", "-q").status == 0 && Self.count(project) == "66")
            #expect(project.text(".taskgraph/reports/suite/repeat/1/out/suite.xml") != nil)
        }
    }

    @Test func aCrashIsAnEventAndDoesNotEndTheExecutions() {
        Self.with(Self.yaml(times: 150), crashes: "2") { project in
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            #expect(Self.verdict(run)?.contains("(1 of ") == true)
            // To try again would hide it.
            #expect(run.events?.contains { $0.name == "retrying" } == false)
            #expect((Self.count(project).flatMap { Int($0) } ?? 0) > 66)
        }
    }

    @Test func withoutUntilEveryExecutionHasToSucceed() {
        Self.with(Self.yaml(times: 4, until: nil), crashes: "2") { project in
            let run = project.run("run", "--json")
            #expect(run.status == 1 && Self.count(project) == "4", "\(run)")
            #expect(run.outcomes["suite"] == "failed")
            project.write("", to: "crashes")
            let again = project.run("run", "--json")
            #expect(again.outcomes["suite"] == "succeeded" && Self.count(project) == "8", "\(again)")
        }
    }

    @Test func flakesOfOneInputAreProven() {
        Self.with(Self.yaml(times: 3, until: nil), fails: "2") { project in
            #expect(project.run("run", "-q").status == 6)
            let flakes = project.run("flakes").out
            #expect(flakes.contains("t::b") && !flakes.contains("t::a"), "\(flakes)")
        }
    }

    @Test func servicesOfEachExecutionCountForItself() {
        let yaml = """
            services: {cache: {driver: redis}}
            task:
              uses: [cache]
              inputs: []
              repeat: {times: 3}
              run: "true"
              metrics: {s.count: {services: instances}}
              gates: {one: s.count == 1}
            """
        Project.with(yaml) { project in
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            let served = run.events?.first { $0.name == "served" }?.members["services"] as? [[String: Any]]
            #expect(served?.first?["instances"] as? Int == 3)
        }
    }

    /// A table's row and the gate that it repeats are judged by the same executions in the same way.
    @Test func aTableSaysOfTheClaimWhatItsGateSays() {
        let table = """

            measure:
              always: true
              table: [{title: Dirty, expect: "suite.flake_rate < 5% at 95%"}]
              inputs: []
              run: "true"
            """
        Self.with(Self.yaml(times: 62) + table) { project in
            let run = project.run("run", "--json")
            // 62 clean ones would be enough for whoever looks at them only once.
            let row = run.events?.first { $0.name == "tabulated" }?.members["rows"] as? [[String: Any]]
            #expect(row?.first?["verdict"] as? String == "not enough data", "\(run)")
            #expect(run.events?.first { $0.name == "judged" }?.text("verdict") == "not enough data")
        }
    }

    @Test func viewsAreFresh() {
        let yaml = """
            edit:
              workspace: tree
              repeat: {times: 3}
              run: sleep 0.02; test ! -e made && echo ${{ repeat.index }} > made && echo x >> kept
              changes: [made, kept]
            """
        Project.with(yaml, files: ["tree/kept": "x\n"]) { project in
            let run = project.run("run", "edit", "--json")
            #expect(run.status == 0, "\(run)")
            // The time is that of all executions.
            let usage = run.events?.first { $0.name == "finished" }?.members["usage"] as? [String: Any]
            #expect((usage?["wall"] as? UInt64 ?? 0) >= 60_000_000)
            #expect(project.run("export", "edit", "out").status == 0)
            #expect(project.text("out/made") == "3\n")
            #expect(project.text("out/kept") == "x\nx\n")
        }
    }
}
