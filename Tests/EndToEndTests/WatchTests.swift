// `watch`: what is changed is run again, once, for a reason that is said; every wait here is for a condition.

import Glibc
import Testing

@Suite struct WatchTests {
    private static let yaml = """
        make: {inputs: ["src/**/*.c"], outputs: [out/all], run: "cat src/*.c > out/all; echo make >> $log"}
        use: {inputs: [out/all], outputs: [used], run: "cp out/all used; echo use >> $log"}
        other: {inputs: [other.txt], outputs: [copy], run: "cp other.txt copy; echo other >> $log"}
        """
    private static let files = ["src/a.c": "a\n", "other.txt": "x", "out/keep": ""]

    /// Waits until so many rounds have come to their end, and gives what was said about them.
    @discardableResult
    private static func rounds(_ count: Int, of watch: Child) -> [String] {
        eventually("round \(count) has ended") { watch.errorsSoFar.count(of: "waiting for changes") >= count }
        return watch.errorsSoFar.split(separator: "\n").map(String.init).filter { !$0.contains("waiting") }
    }

    private static func end(_ watch: Child) {
        watch.signal(SIGINT)
        #expect(watch.wait().status == 130)
    }

    @Test func whatIsChangedIsRunAgain() {
        Project.with(Self.yaml, files: Self.files) { project in
            let watch = project.start("watch", "use", "other")
            #expect(Self.rounds(1, of: watch) == [])
            #expect(project.ran() == ["make", "other", "use"])
            project.write("A\n", to: "src/a.c")
            #expect(Self.rounds(2, of: watch) == ["watch: src/a.c changed: running use again"])
            #expect(project.ran() == ["make", "use"])
            // A file that nothing is made from, then one that matters: one round, for the latter.
            project.write("x", to: "src/notes.txt")
            project.write("y", to: "other.txt")
            #expect(Self.rounds(3, of: watch).last == "watch: other.txt changed: running other again")
            #expect(project.ran() == ["other"])
            Self.end(watch)
        }
    }

    @Test func directoriesThatComeAndGo() {
        Project.with(Self.yaml, files: Self.files) { project in
            let watch = project.start("watch", "make")
            Self.rounds(1, of: watch)
            project.shell("mkdir -p new/deep; echo d > new/deep/d.c; mv new src/new")
            #expect(Self.rounds(2, of: watch).last == "watch: src/new/deep/d.c changed: running make again")
            // The directory is watched where it is now, and not where it was.
            project.write("e\n", to: "src/new/deep/e.c")
            #expect(Self.rounds(3, of: watch).last == "watch: src/new/deep/e.c changed: running make again")
            project.shell("mv src/new elsewhere")
            #expect(Self.rounds(4, of: watch).last == "watch: src/new changed: running make again")
            project.write("f\n", to: "elsewhere/deep/e.c")
            project.write("b\n", to: "src/b.c")
            #expect(Self.rounds(5, of: watch).last == "watch: src/b.c changed: running make again")
            Self.end(watch)
        }
    }

    @Test func aBrokenFileIsShownAndSurvived() {
        Project.with(Self.yaml, files: Self.files) { project in
            let watch = project.start("watch", "make")
            Self.rounds(1, of: watch)
            project.yaml(Self.yaml + "\nbroken: [")
            let said = Self.rounds(2, of: watch)
            #expect(said.contains { $0.hasPrefix("tasks.yaml:") && $0.contains("error: ") })
            project.yaml(Self.yaml.replacing("echo make", with: "echo new"))
            #expect(Self.rounds(3, of: watch).last == "watch: tasks.yaml changed: running make again")
            #expect(project.ran() == ["make", "new"])
            Self.end(watch)
        }
    }

    @Test func theRoundThatIsOutOfDateIsEndedWhole() {
        let yaml = """
            slow:
              inputs: [in.txt]
              outputs: [done]
              run: |
                cp in.txt done
                grep -q quick in.txt && exit
                echo $$ >> ../pids
                setsid sleep 1000 & echo $! >> ../pids
                echo ready > ../ready
                wait
            """
        Project.with(yaml, files: ["in.txt": "slow"]) { project in
            let ready = project.fifo("ready")
            let watch = project.start("watch", "slow")
            #expect(ready.line() == "ready")
            project.write("quick", to: "in.txt")
            Self.rounds(1, of: watch)
            let ours: Set = ["taskgraph", "tg-warden"]
            #expect(project.processes().filter { !ours.contains($0.name) } == [])
            #expect(project.text("done") == "quick")
            #expect(watch.errorsSoFar.contains("watch: in.txt changed: ending this round\n"))
            Self.end(watch)
        }
    }

    @Test func interruptEndsTheRoundThatGoesOn() {
        let yaml = """
            slow: {run: "sleep 1000 & echo $! >> ../pids; echo $$ >> ../pids; echo ready > ../ready; wait"}
            """
        Project.with(yaml) { project in
            let ready = project.fifo("ready")
            let watch = project.start("watch")
            #expect(ready.line() == "ready")
            Self.end(watch)
            #expect(project.livingProcesses(in: "pids", atLeast: 2) == [])
        }
    }
}
