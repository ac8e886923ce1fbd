// SIGINT and SIGTERM: everything that was started is dead afterwards, nothing is recorded, the next run completes.

import Glibc
import Testing

@Suite struct StoppingTests {
    /// Descendants of every stubbornness, then waits.
    static let stubborn = """
        stubborn:
          inputs: [a]
          outputs: [b]
          run: |
            echo stubborn >> $log
            echo $$ >> ../pids
            test ! -e ../finish || { cp a b; exit 0; }
            sleep 1000 & echo $! >> ../pids
            setsid sleep 1000 & echo $! >> ../pids
            (trap '' TERM INT HUP; sleep 1000) & echo $! >> ../pids
            (setsid sh -c 'trap "" TERM INT HUP; sleep 1000 & echo $! >> ../pids; echo $$ >> ../pids; echo ready > ../ready; wait; wait' &)
            trap '' TERM INT
            while :; do sleep 1000 || :; done
        after: {needs: [stubborn], run: echo after >> $log}
        """

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func everyDescendantIsDead(signal: Int32, status: Int32) {
        Project.with(Self.stubborn, files: ["a": "x"]) { project in
            let ready = project.fifo("ready")
            let run = project.start("after")
            #expect(ready.line() == "ready")
            run.signal(signal)
            let ending = run.wait()
            #expect(ending.status == status)
            #expect(
                ending.out.contains("stopping: \(signal == SIGINT ? "SIGINT" : "SIGTERM") received, ending what runs\n")
            )
            #expect(ending.out.contains("2 cancelled; 0 done"))
            #expect(project.livingProcesses(in: "pids", atLeast: 6) == [])
            #expect(!project.exists("b"))
            #expect(project.ran() == ["stubborn"])

            project.write("", to: "../finish")
            let next = project.run("after", "--json")
            #expect(next.status == 0)
            #expect(next.outcomes == ["stubborn": "succeeded", "after": "succeeded"])
            #expect(project.ran() == ["after", "stubborn"])
            #expect(project.text("b") == "x")
        }
    }

    @Test func secondSignalKillsAtOnce() {
        Project.with(Self.stubborn, files: ["a": "x"]) { project in
            let ready = project.fifo("ready")
            let run = project.start("stubborn", "--json")
            #expect(ready.line() == "ready")
            run.signal(SIGINT)
            eventually("the first signal is told") { run.outputSoFar.contains("\"interrupted\"") }
            run.signal(SIGINT)
            let ending = run.wait()
            #expect(ending.status == 130)
            #expect(ending.events?.count { $0.name == "interrupted" } == 2)
            #expect(ending.events?.last?.text("signal") == "SIGINT")
            #expect(project.livingProcesses(in: "pids", atLeast: 6) == [])
        }
    }

    @Test func taskMayEndInOrder() {
        let yaml =
            "polite: {run: \"trap 'echo bye >> $log; exit 0' TERM; echo ready > ../ready; while :; do sleep 0.05; done\"}"
        Project.with(yaml) { project in
            let ready = project.fifo("ready")
            let run = project.start("polite")
            #expect(ready.line() == "ready")
            run.signal(SIGTERM)
            #expect(run.wait().status == 143)
            #expect(project.ran() == ["bye"])
        }
    }
}
