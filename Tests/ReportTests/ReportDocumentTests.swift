// The four forms of a report: whole texts of the short ones, properties of the page.

import Testing
import Vocabulary

@testable import Report

@Suite struct ReportDocumentTests {
    /// A task that failed with a failed test under a gate that holds.
    private var small: RunEvidence {
        var run = ReportSample.base("00000000000000000000000000000001", seconds: 0)
        var task = ReportSample.timed("app/test", 1.5, ["app/build"], ready: second, start: 2 * second)
        task.outcome = "failed"
        task.reasons = ["exit code 1"]
        task.log = "\u{1B}[31mboom\u{1B}[0m\n"
        task.evidence = TaskEvidence(
            measurements: [ReportSample.measured("rate", 0.5, .share, .higherIsBetter)],
            tests: [
                TestResult(id: "t::a", outcome: .passed, seconds: 0.25),
                TestResult(
                    id: "t::b", outcome: .failed, seconds: 1, message: "1 < 2", details: "trace", file: "t.py", line: 7),
            ])
        run.tasks = [ReportSample.timed("app/build", 1, [], ready: 0, start: 0), task]
        let gate = Gate(name: "app/test#rate", metric: "rate", comparison: .atLeast, limit: .share(0.4))
        run.metrics = ReportSample.metrics(run)
        run.gates = [GateAccount(gate, GateResult(.pass, "rate is 50%, wanted >= 40%", value: 0.5, limit: 0.4))]
        run.summary = ReportSample.summary(run)
        return run
    }

    @Test func markdownSaysWhatFailed() {
        #expect(
            MarkdownReport(small).text == """
                ## ❌ testing-reliability: Failed&#58; 1 task failed, after 3.5 s.

                phase1 phase2 phase3 · main · 1224505c0 · 1 failed; 1 done&#58; 1 ran in 3.5 s

                ### Gates

                | Gate | What was found | Verdict |
                |---|---|---|
                | app/test\\#rate | rate is 50%, wanted &gt;= 40% | ✓ pass |

                ### Failed tasks

                - **app/test**: exit code 1

                ### Failed tests

                - t&#58;&#58;b at t.py&#58;7: 1 &lt; 2

                ### Figures

                | Metric | Before | Now | Target |
                |---|---:|---:|---|
                | rate | – | 50% | &gt;= 40% |

                """)
    }

    @Test func junitHoldsTasksGatesAndTests() {
        #expect(
            JUnitReport(small).text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="testing-reliability" tests="5" failures="2" errors="0" skipped="0" time="3.750">
                  <testsuite name="tasks" tests="2" failures="1" errors="0" skipped="0" time="2.500">
                    <testcase classname="tasks" name="app/build" time="1.000"/>
                    <testcase classname="tasks" name="app/test" time="1.500">
                      <failure message="exit code 1">exit code 1&#10;boom</failure>
                    </testcase>
                  </testsuite>
                  <testsuite name="gates" tests="1" failures="0" errors="0" skipped="0" time="0.000">
                    <testcase classname="gates" name="app/test#rate" time="0.000"/>
                  </testsuite>
                  <testsuite name="app/test" tests="2" failures="1" errors="0" skipped="0" time="1.250">
                    <testcase classname="app/test" name="t::a" time="0.250"/>
                    <testcase classname="app/test" name="t::b" time="1.000" file="t.py" line="7">
                      <failure message="1 &lt; 2">trace</failure>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test func jsonHoldsTheWholeRun() {
        var run = small
        run.tasks = [run.tasks[0]]
        run.summary = ReportSample.summary(run)
        #expect(
            String(decoding: JSONReport(run).json.bytes, as: UTF8.self)
                == #"{"version":1,"id":"00000000000000000000000000000001","project":"testing-reliability","#
                + #""host":"builder-2","branch":"main","commit":"1224505c0ffee1224505c0ffee1224505c0ffee1","#
                + #""startedAt":1795474327000000000,"targets":["phase1","phase2","phase3"],"jobs":4,"verdict":"passed","#
                + #""summary":"#
                + String(decoding: JSON.object(dropping: run.summary.members).bytes, as: UTF8.self)
                + #","tasks":[{"name":"app/build","outcome":"succeeded","needs":[],"#
                + #""reasons":["backend/requirements.txt changed and 3 more"],"readyAt":0,"startedAt":0,"#
                + #""endedAt":1000000000,"usage":{"wall":1000000000,"cpu":800000000,"peakMemory":51000000},"#
                + #""attempts":1,"metrics":[],"missing":[],"tests":[]}],"metrics":[{"metric":"rate","#
                + #""value":0.5,"unit":"share","direction":"higherIsBetter","run":"0f3c8a1d","host":"builder-2","#
                + #""measuredAt":1,"task":"app/test"}],"gates":[{"gate":"app/test#rate","metric":"rate","#
                + #""verdict":"pass","value":0.5,"limit":0.4,"text":"rate is 50%, wanted >= 40%","claim":"rate >= 40%"}]}"#
        )
    }

    @Test func nothingInARunCanAct() {
        let page = HTMLReport(ReportSample.hostile).text
        let rest = page.replacing(ReportScript.text, with: "").replacing(ReportStyle.text, with: "")
        #expect(rest.components(of: "<script>") == 1)
        #expect(!rest.contains("<img"))
        #expect(!rest.contains("alert(1)</"))
        #expect(!rest.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        #expect(rest.contains("&lt;/script&gt;&lt;script&gt;alert(1)"))
        let markdown = MarkdownReport(ReportSample.hostile).text
        #expect(!markdown.contains("<script") && !markdown.contains("@all"))
    }

    @Test func thePageNamesNoOtherPlace() {
        let page = HTMLReport(ReportSample.run, earlier: ReportSample.earlier).text
        #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("url(h"))
        #expect(!page.contains(" style=") && !page.contains(" onclick"))
    }

    @Test func equalRunsGiveEqualPages() {
        let earlier = ReportSample.earlier
        #expect(
            HTMLReport(ReportSample.run, earlier: earlier).text
                == HTMLReport(ReportSample.run, earlier: earlier.reversed()).text)
    }

    @Test func aLongLogIsCutAtALineAndSaysSo() {
        let log = (0..<200_000).map { "line \($0) of a very long log that nobody reads\n" }.joined()
        let (text, left) = SafeText.log(log)
        #expect(text.utf8.count <= 65_536 && text.hasPrefix("line ") && text.hasSuffix("nobody reads"))
        #expect(left + text.utf8.count + 1 == log.utf8.count)
        var run = small
        run.tasks[1].log = log
        let page = HTMLReport(run).text
        #expect(page.contains("The first \(humanBytes(UInt64(left))) of the log are left out."))
        #expect(page.utf8.count < 150_000)
    }

    @Test func manyTasksAreDrawnAsGroups() {
        var run = small
        run.tasks = (0..<1_000).map { number in
            ReportSample.timed(
                "group\(number % 20)/task\(number)", 1, number >= 20 ? ["group\(number % 20)/task\(number - 20)"] : [],
                ready: 0, start: 0)
        }
        let picture = RunPicture(groupsOf: run)
        #expect(picture.picture.nodes.count == 20 && picture.looks.count == 20)
        #expect(HTMLReport(run).text.contains("Groups are drawn as one box, because there are 1,000 tasks."))
    }

    @Test(arguments: [
        ("", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("abc", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ])
    func hashesAreAsPoliciesWriteThem(text: String, source: String) {
        #expect(ContentHash.source(of: text) == source)
    }

    @Test func nothingMakesMarkdownTooLargeForAStepSummary() {
        let long = String(repeating: "|é", count: 2_000)
        var run = ReportSample.base("00000000000000000000000000000001", seconds: 0)
        run.project = long
        var task = ReportSample.timed(long, 1, [], ready: 0, start: 0)
        task.outcome = "failed"
        task.evidence.tests = (0..<10_000).map { TestResult(id: "\($0)\(long)", outcome: .failed, message: long) }
        run.tasks = [task]
        run.summary = ReportSample.summary(run)
        let text = MarkdownReport(run).text
        #expect(text.utf8.count < 1 << 20)
        #expect(text.contains("… and 9,990 more"))
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
