// `--verify`: every task that runs, runs twice, and what it makes differently is shown.

import Testing

@Suite struct VerifyTests {
    static let hint =
        "  hint: a result must follow from its inputs alone: look for times, random numbers, temporary names, unsorted "
        + "lists\n"

    /// The block about a failure, without times.
    private func failure(_ ending: Ending) -> String {
        let start = ending.out.firstRange(of: "\n\n")?.upperBound ?? ending.out.endIndex
        return String(ending.out[start...]).withoutTimes
    }

    @Test func whatIsTheSamePasses() {
        let yaml = """
            file: {inputs: [a], outputs: [out/f, "dir/*"], run: "echo file >> $log; echo hello; cp a out/f; touch dir/x"}
            kept: {inputs: [a], outputs: [k], clean: false, run: "echo kept >> $log; cat a >> k"}
            layer: {workspace: tree, changes: [f, g], run: "echo layer >> $log; echo 1 > g; rm f"}
            effect: {run: echo effect >> $log}

            """
        Project.with(yaml, files: ["a": "1\n", "k": "0\n", "tree/f": "old"]) { project in
            let run = project.run("--verify", "file", "kept", "layer", "effect", "--json")
            #expect(run.status == 0, "\(run)")
            // What leaves nothing to compare runs once.
            #expect(project.ran() == ["effect", "file", "file", "kept", "kept", "layer", "layer"])
            #expect(run.events?.filter { $0.name == "output" }.count == 1)
            #expect(run.events?.filter { $0.name == "started" }.count == 4)
            #expect(project.text("k") == "0\n1\n")
            let cached = project.run("--verify", "file", "kept", "layer")
            #expect(cached.lines == ["3 done: 3 up to date in TIME"])
            #expect(project.ran() == [])
            #expect(project.run("--verify", "--force", "file", "layer").status == 0)
            #expect(project.ran() == ["file", "file", "layer", "layer"])
            project.run("export", "layer", "exported")
            #expect(!project.exists("exported/f"))
            #expect(project.text("exported/g") == "1\n")
        }
    }

    /// The task keeps count of its runs outside of everything declared.
    static let count = "echo >> ../count; n=$(wc -l < ../count)"

    @Test(arguments: [
        ("o", "printf 'same\\nrun %s\\n' $n > o", "o: 11 bytes, line 2: run 1 → run 2"),
        ("o", "printf 'x%.0s' $(seq $n) > o", "o: 1 → 2 bytes, line 1: x → xx"),
        ("o", "seq $n > o", "o: 2 → 4 bytes, line 2: the end → 2"),
        ("o", "printf 'a\\\\0b%s' $n > o", "o: 4 bytes, the first different byte is at 3"),
        ("o", "echo x > o; chmod 64$n o", "o: mode 641 → 642"),
        ("o", "ln -s $n o", "o: a link to 1 → a link to 2"),
        ("o", "if test $n = 1; then echo x > o; else mkdir o; fi", "o: a file of 2 bytes → a directory of mode 755"),
    ])
    func whatDiffersIsShown(output: String, script: String, expected: String) {
        Project.with("t: {inputs: [a], outputs: [\(output)], run: \"\(Self.count); \(script)\"}", files: ["a": ""]) {
            project in
            let run = project.run("t", "--verify")
            #expect(run.status == 1)
            #expect(
                failure(run) == """
                    t failed: a second run made o differently (TIME)
                      \(expected)
                    \(Self.hint)
                    1 failed; 0 done in TIME

                    """, "\(run.out)")
            // It is not in the cache as a success.
            #expect(project.run("plan", "t").lines.first == "t: would run — it failed the last time")
        }
    }

    @Test func severalPathsAndTheirJSON() {
        let yaml = "t: {inputs: [a], outputs: [\"d/*\"], run: \"\(Self.count); echo 1 > d/$n; echo $n > d/x\"}"
        Project.with(yaml, files: ["a": ""]) { project in
            let run = project.run("t", "--verify", "--json")
            #expect(run.status == 1)
            let cause = run.events?.first { $0.name == "finished" }?.object("cause")
            #expect(cause?.text("kind") == "differs")
            let found = cause?.members["differences"] as? [[String: Any]] ?? []
            #expect(
                found.map { $0["text"] as? String } == [
                    "d/1: made by the first run only", "d/2: made by the second run only",
                    "d/x: 2 bytes, line 1: 1 → 2",
                ])
            #expect(found.map { $0["line"] as? Int } == [nil, nil, 1])
            #expect(found.map { $0["first"] == nil } == [false, true, false])
        }
    }

    @Test func layersAreCompared() {
        let yaml = """
            t:
              workspace: tree
              changes: [f, "n*"]
              run: "\(Self.count.replacing("../", with: "$log-")); echo new > f; echo $n > n; touch n$n"
            after: {needs: [t], workspace: tree, changes: [z], run: touch z}

            """
        Project.with(yaml, files: ["tree/f": "old"]) { project in
            let run = project.run("after", "--verify")
            #expect(run.status == 1)
            #expect(
                failure(run) == """
                    t failed: a second run made 3 paths differently (TIME)
                      n: 2 bytes, line 1: 1 → 2
                      n1: made by the first run only
                      n2: made by the second run only
                    \(Self.hint)  blocked: after

                    1 failed, 1 blocked; 0 done in TIME

                    """, "\(run.out)")
            #expect(project.text("tree/f") == "old")
            #expect(project.shell("ls .taskgraph/cache/views") == "")
        }
    }

    /// The second run is a run like any other: it can fail by itself.
    @Test func theSecondRunMayFail() {
        Project.with(
            "t: {inputs: [a], outputs: [o], run: \"\(Self.count); touch o; echo $n; test $n = 1\"}", files: ["a": ""]
        ) { project in
            let run = project.run("t", "--verify")
            #expect(run.status == 1)
            #expect(
                run.out.withoutTimes == """
                    t: running — first run
                    1
                    2
                    warning: t: it succeeded first and failed when it was run again to compare
                    t: failed after TIME — exit code 1

                    log of t:
                    2
                    t failed: exit code 1 (TIME)

                    1 failed; 0 done in TIME

                    """, "\(run)")
        }
    }
}
