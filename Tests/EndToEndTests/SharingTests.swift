// More than one run: on one state they follow each other, on one cache they hand results on, and checkouts stay apart.

import Testing

@Suite struct SharingTests {
    @Test func secondRunWaitsAndFindsEverythingDone() {
        let yaml = """
            slow: {inputs: [a], outputs: [b], run: "echo slow >> $log; echo r > ../ready; read go < ../go; cp a b"}
            """
        Project.with(yaml, files: ["a": "x"]) { project in
            let (ready, go) = (project.fifo("ready"), project.fifo("go"))
            let first = project.start("slow")
            _ = ready.line()
            let second = project.start("slow")
            eventually("the second run says that it waits") { second.errorsSoFar.contains("waiting") }
            #expect(
                second.errorsSoFar
                    == "waiting for process \(first.pid) (\(Binary.path) slow), which is running on the same state\n")
            go.release()
            #expect(first.wait().status == 0)
            let ending = second.wait()
            #expect(ending.status == 0)
            #expect(ending.lines == ["1 done: 1 up to date in TIME"])
            #expect(project.ran() == ["slow"])
        }
    }

    @Test func manyAtOnceRunEachTaskOnce() {
        let yaml =
            "one: {each: [a, b, c], inputs: [], outputs: ['${{ item }}'], run: 'echo ${{ item }} >> $log; echo > ${{ item }}'}"
        Project.with(yaml) { project in
            let runs = (1...5).map { _ in project.start("one") }
            for run in runs { #expect(run.wait().status == 0) }
            #expect(project.ran() == ["a", "b", "c"])
        }
    }

    @Test func checkoutsMayFillOneCacheAtTheSameTime() {
        let yaml =
            "one: {each: [a, b, c, d], inputs: [], outputs: ['${{ item }}'], run: 'echo ${{ item }} >> $log; seq 1000 > ${{ item }}'}"
        Project.with(yaml) { project in
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            let others = (1...3).map { project.base + "/other-\($0)" }
            for other in others { project.shell("mkdir \(other); cp tasks.yaml \(other)") }
            let runs = others.map { project.start("-C", $0, "one") }
            for run in runs { #expect(run.wait().status == 0) }
            _ = project.ran()
            // Whoever wrote last: everything is there for the next.
            #expect(Set(project.run("one", "--json").outcomes.values) == ["restored"])
            #expect(project.ran() == [])
            #expect(project.shell("seq 1000 | cmp - a; cat a b c d | wc -l") == "4000\n")
        }
    }

    @Test func killedRunHoldsNothingUp() {
        let yaml =
            "slow: {inputs: [], outputs: [b], run: \"test -e ../finish || { echo r > ../ready; sleep 1000; }; echo > b\"}"
        Project.with(yaml) { project in
            let ready = project.fifo("ready")
            let first = project.start("slow")
            _ = ready.line()
            first.signal(9)
            #expect(first.wait().status == 137)
            project.write("", to: "../finish")
            let next = project.run("slow")
            #expect(next.status == 0)
            #expect(next.err == "")
        }
    }

    @Test func worktreesHaveTheirOwnStateAndMayShareACache() {
        let yaml = "upper: {inputs: [a], outputs: [b], run: 'echo upper >> $log; tr a-z A-Z < a > b'}"
        Project.with(yaml, files: ["a": "text", ".gitignore": "b\n.taskgraph\n"]) { project in
            project.shell(
                """
                git init -q; git add -A
                git -c user.name=t -c user.email=t@example.org commit -qm first
                git worktree add -q ../other
                """)
            project.run("upper")
            #expect(project.ran() == ["upper"])
            let other = project.base + "/other"
            #expect(project.run("upper", in: other).status == 0)
            #expect(project.ran() == ["upper"])
            #expect(Disk.exists(other + "/.taskgraph"))
            #expect(project.shell("cd ../other; git status --porcelain") == "")

            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            project.shell("rm -rf b .taskgraph ../other/b ../other/.taskgraph")
            project.run("upper")
            #expect(project.ran() == ["upper"])
            let restored = project.run("upper", "--json", in: other)
            #expect(restored.outcomes == ["upper": "restored"])
            #expect(project.ran() == [])
            #expect(Disk.text(other + "/b") == "TEXT")
            #expect(!project.exists(".taskgraph/cache"))
        }
    }

    /// Paths below the root do not make results different.
    @Test func rootIsNotPartOfTheKey() {
        let yaml = """
            where: {inputs: [a], outputs: [b], env: {BASE: "${{ root }}/lib"}, run: "echo where >> $log; cat ${{ root }}/a > b"}
            """
        Project.with(yaml, files: ["a": "1"]) { project in
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            project.run("where")
            project.shell("mkdir ../elsewhere; cp tasks.yaml a ../elsewhere")
            #expect(project.run("where", "--json", in: project.base + "/elsewhere").outcomes == ["where": "restored"])
            #expect(project.ran() == ["where"])
        }
    }

    @Test func stateStaysOutOfGitAndOfInputs() {
        Project.with("all: {inputs: ['**'], outputs: [o], run: 'echo all >> $log; echo > o'}") { project in
            project.shell("git init -q")
            project.run("all")
            project.run("all")
            #expect(project.ran() == ["all"])
            #expect(!project.shell("git status --porcelain -uall").contains(".taskgraph"))
        }
    }

    @Test func unwritableStateIsAMachineError() {
        Project.with("hi: {run: 'true'}") { project in
            project.write("a file in the way", to: ".taskgraph")
            let run = project.run("hi")
            #expect(run.status == 5)
            #expect(run.err.hasPrefix("taskgraph: the state directory cannot be used: "))
            #expect(
                run.err.hasSuffix(
                    "  hint: results are kept in \(project.path)/.taskgraph; make that directory writable\n"))
        }
    }
}
