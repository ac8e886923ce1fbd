// `metrics`, `flakes` and `report` on what real runs left.

import Testing

@Suite struct MetricsTests {
    /// Two instances and a metric of both. What the tests say stands in files that are no inputs.
    private static let yaml = """
        name: demo
        unit:
          each: [one, two]
          inputs: [src.txt]
          reports: ["out-${{ item }}.xml"]
          run: cp given-${{ item }}.xml out-${{ item }}.xml
          metrics:
            unit.tests: {junit: "out-${{ item }}.xml", value: tests}
            unit.pass_rate: {junit: "out-${{ item }}.xml", value: pass_rate}
          gates:
            enough: unit.tests >= 3
        """

    private static func report(_ tests: [(name: String, isGood: Bool)]) -> String {
        let cases = tests.map { test in
            "<testcase classname=\"t\" name=\"\(test.name)\" time=\"0.5\">"
                + "\(test.isGood ? "" : "<failure message=\"no\"/>")</testcase>"
        }
        return "<testsuite name=\"pytest\">\(cases.joined())</testsuite>\n"
    }

    private static let bad = report([("a", true), ("b", false)])
    private static let good = report([("a", true), ("b", true)])

    /// A run in which a test fails, one with the same inputs in which it passes, and one that does nothing.
    private static func afterThreeRuns(_ body: (Project) -> Void) {
        let files = ["src.txt": "1\n", "given-one.xml": bad, "given-two.xml": report([("c", true)])]
        Project.with(yaml, files: files) { project in
            #expect(project.run("run", "-q").status == 0)
            project.write(good, to: "given-one.xml")
            #expect(project.run("run", "-q", "--force").status == 0)
            #expect(project.run("run", "-q").status == 0)
            body(project)
        }
    }

    @Test func aMetricOfInstancesIsOneNumberOfARun() {
        Self.afterThreeRuns { project in
            #expect(
                project.run("metrics").out == """
                    unit.pass_rate  100.0%  unchanged  cached
                    unit.tests      3       unchanged  cached, unit#enough: pass

                    """)
            let course = project.run("metrics", "unit.pass_rate").out
            // The third run changed nothing: it has no number, and is called by its id.
            let id = course.split(separator: "\n").last?.split(separator: " ").dropFirst().first ?? ""
            #expect(id.count == 8)
            #expect(
                course == """
                    unit.pass_rate  ▁██
                    run 1         66.7%
                    run 2         100.0%  +50.0% (better)
                    run \(id)  100.0%  unchanged        cached

                    """)
            #expect(project.run("metrics", "--compare", "1..2").out.contains("unit.pass_rate  100.0%  +50.0% (better)"))
            #expect(project.run("metrics", "--csv").out.hasPrefix("metric,task,run,value,unit,direction,before,"))
        }
    }

    @Test func aTestWithTwoOutcomesAndOneKeyIsFlaky() {
        Self.afterThreeRuns { project in
            let flakes = project.run("flakes")
            #expect(flakes.status == 0)
            // Restored results were not executed: two executions, one of them failed.
            #expect(flakes.out.contains("t::b"))
            #expect(flakes.out.contains("1 of 2"), "\(flakes.out)")
            #expect(!flakes.out.contains("t::a") && !flakes.out.contains("t::c"), "\(flakes.out)")
        }
    }

    @Test func reportsAreOfTheRunsOfTheHistory() {
        Self.afterThreeRuns { project in
            let first = project.run("report", "1", "--format", "markdown").out
            #expect(first.contains("### Failed tests\n\n- t&#58;&#58;b: no\n"), "\(first)")
            #expect(first.contains("| unit.pass\\_rate | – | 66.7% | – |"), "\(first)")
            let second = project.run("report", "2", "--format", "markdown").out
            #expect(!second.contains("### Failed tests"), "\(second)")
            #expect(second.contains("| unit.pass\\_rate | 66.7% | 100% | – |"), "\(second)")
            let page = project.run("report")
            #expect(page.status == 0 && page.out == "" && page.err == "written: report.html\n")
            #expect(project.text("report.html")?.hasPrefix("<!DOCTYPE html>") == true)
            let none = project.run("report", "9")
            #expect(none.status == 2)
            #expect(
                none.err == """
                    taskgraph: no run 9 is kept
                      hint: `taskgraph history` shows the numbers of the runs

                    """)
            #expect(
                project.run("report", "--format", "svg").err == """
                    taskgraph: report has no format svg
                      hint: it has html, markdown, junit, json

                    """)
        }
    }
}
