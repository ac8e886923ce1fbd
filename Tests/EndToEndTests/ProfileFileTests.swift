// `--profile FILE` of the real program: a whole trace, whether the run succeeds, fails or is stopped.

import Glibc
import Testing

@Suite struct ProfileFileTests {
    private static func events(_ project: Project) -> [RunEvent] {
        let trace = project.text("trace.json").flatMap(jsonObject)
        return (trace?["traceEvents"] as? [[String: Any]] ?? []).map(RunEvent.init)
    }

    @Test(arguments: [("exit 0", Int32(0), "succeeded"), ("exit 3", 1, "failed")])
    func everyTaskThatRanIsThere(ending: String, status: Int32, outcome: String) {
        Project.with("a: {run: \"echo a\"}\nb: {needs: [a], run: \"\(ending)\"}") { project in
            #expect(project.run("--profile", "trace.json", "b").status == status)
            let spans = Self.events(project).filter { $0.text("ph") == "X" && $0.text("cat") == "task" }
            #expect(spans.map { $0.text("name") } == ["a", "b"])
            #expect(spans.map { $0.object("args").text("outcome") } == ["succeeded", outcome])
        }
    }

    @Test func aStoppedRunLeavesAWholeTrace() {
        Project.with("a: {run: \"echo ready > ../ready; sleep 1000\"}") { project in
            let ready = project.fifo("ready")
            let run = project.start("a", "--profile=trace.json")
            #expect(ready.line() == "ready")
            run.signal(SIGINT)
            #expect(run.wait().status == 130)
            #expect(Self.events(project).contains { $0.text("ph") == "i" && $0.text("name") == "SIGINT" })
        }
    }

    @Test func aFileThatCannotBeMadeIsSaidBeforeAnythingRuns() {
        Project.with("a: {run: \"echo a >> $log\"}") { project in
            let ending = project.run("a", "--profile", "nowhere/trace.json")
            let message = "taskgraph: the profile nowhere/trace.json cannot be written: No such file or directory\n"
            #expect(ending == Ending(status: 5, out: "", err: message))
            #expect(project.ran() == [])
        }
    }
}
