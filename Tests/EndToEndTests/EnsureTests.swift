// `ensure`: every kind of condition, before a run, after it, and as `check`.

import Testing

@Suite struct EnsureTests {
    static let files = [
        "a.txt": "one\ntwo\nthree\n", "b.txt": "one\ntwo\nthree\n", "c.txt": "else\n",
        "p.toml": "[project]\nname = \"demo\"\nkeywords = [\"x\", \"y\"]\n",
        "p.json": "{\"list\": [{\"v\": 1}, {\"v\": 2}], \"on\": true}\n",
        "p.yaml": "jobs:\n  test:\n    steps: [checkout, run]\n",
    ]

    /// A condition, whether it holds, and what a failing one says it found.
    static let conditions: [(text: String, holds: Bool, found: String)] = [
        ("exists: [a.txt, '*.json']", true, ""), ("exists: z.txt", false, "z.txt"), ("exists: '*.rs'", false, "*.rs"),
        ("absent: '*.rs'", true, ""), ("absent: '*.json'", false, "p.json"),
        ("match: {files: '[ab].txt', pattern: 'tw.'}", true, ""),
        ("match: {files: '*.txt', pattern: 'tw.'}", false, "c.txt"),
        ("match: {files: 'z*.txt', pattern: 'tw.'}", false, "z*.txt"),
        ("no-match: {files: '*.txt', pattern: four}", true, ""),
        ("no-match: {files: '*.txt', pattern: '^thr'}", false, "a.txt:3"),
        ("toml: {file: p.toml, path: project.name, equals: demo}", true, ""),
        ("toml: {file: p.toml, path: project.name, equals: other}", false, "\"demo\""),
        ("toml: {file: p.toml, path: project.keywords, contains: y}", true, ""),
        ("toml: {file: p.toml, path: project.version, absent: true}", true, ""),
        ("toml: {file: p.toml, path: project.version, equals: '1'}", false, "project.version"),
        ("json: {file: p.json, path: list.1.v, equals: 2}", true, ""),
        ("json: {file: p.json, path: list.0.v, equals: 2}", false, "1"),
        ("json: {file: p.json, path: 'on', equals: true}", true, ""),
        ("yaml: {file: p.yaml, path: jobs.test.steps, contains: checkout}", true, ""),
        ("yaml: {file: p.yaml, path: jobs.test, absent: true}", false, "jobs.test"),
        ("yaml: {file: none.yaml, path: jobs, absent: false}", false, "none.yaml"),
        ("count: {files: '*.txt', equals: 3}", true, ""), ("count: {files: '*.txt', at-most: 2}", false, "3"),
        ("count: {files: '*.txt', pattern: o, at-least: 4}", true, ""),
        ("count: {files: '*.txt', pattern: o, at-least: 5}", false, "4"),
        ("same: [a.txt, b.txt]", true, ""), ("same: [a.txt, c.txt]", false, "c.txt"),
        ("run: test -e a.txt", true, ""), ("run: 'echo reasons; exit 4'", false, "reasons"),
        ("run: [test, -e, z.txt]", false, "exited with 1"),
    ]

    @Test(arguments: conditions.indices)
    func conditionHoldsOrSaysWhatWasFound(index: Int) {
        let condition = Self.conditions[index]
        Project.with("only:\n  ensure:\n    - \(condition.text)", files: Self.files) { project in
            let run = project.run("only")
            #expect(run.status == (condition.holds ? 0 : 1), "\(run)")
            let check = project.run("check")
            #expect(check.status == (condition.holds ? 0 : 1), "\(check)")
            guard !condition.holds else { return }
            for text in [run.out, check.out] {
                #expect(text.contains("tasks.yaml:4:"), "\(text)")
                #expect(text.contains(condition.found), "\(text)")
            }
        }
    }

    @Test func checkLeavesOutWhatReportsSay() {
        let yaml = """
            made:
              run: echo '{"left":0}' > r.json; echo > a
              outputs: [a]
              reports: [r.json]
              ensure:
                - json: {file: r.json, path: left, equals: 0}
                - exists: a
            told:
              run: echo '{"left":0}' > t.json
              reports: [t.json]
              ensure: [{json: {file: t.json, path: left, equals: 0}}]
            """
        Project.with(yaml) { project in
            let before = project.run("check")
            #expect(before.status == 1)
            #expect(before.out.contains("made: 1 condition does not hold"), "\(before)")
            #expect(!before.out.contains("r.json"), "\(before)")
            #expect(before.out.hasSuffix("1 task: 1 drifted\n"), "\(before)")
            project.write("", to: "a")
            let after = project.run("check")
            #expect(after.status == 0)
            #expect(after.out == "1 task: 1 holds\n", "\(after)")
        }
    }

    @Test func satisfiedTaskDoesNotRun() {
        let yaml = "make: {ensure: [{exists: a}], run: echo make >> $log; echo > a}"
        Project.with(yaml) { project in
            #expect(project.run("make", "--json").outcomes == ["make": "succeeded"])
            #expect(project.run("make", "--json").outcomes == ["make": "satisfied"])
            #expect(project.ran() == ["make"])
            project.shell("rm a")
            #expect(project.run("make").status == 0)
            #expect(project.ran() == ["make"])
        }
    }

    @Test func commandAmongTheConditionsDecidesToo() {
        let yaml = "make: {ensure: [{run: 'echo asked >> $log; test -e a'}], run: echo make >> $log; echo > a}"
        Project.with(yaml) { project in
            #expect(project.run("make", "--json").outcomes == ["make": "succeeded"])
            #expect(project.ranInOrder() == ["asked", "make", "asked"])
            #expect(project.run("make", "--json").outcomes == ["make": "satisfied"])
            #expect(project.ranInOrder() == ["asked"])
            // Forced: not asked before, but after.
            #expect(project.run("make", "--force", "--json").outcomes == ["make": "succeeded"])
            #expect(project.ranInOrder() == ["make", "asked"])
        }
    }

    @Test func unkeptPromiseIsAFailure() {
        let yaml =
            "make:\n  inputs: []\n  outputs: [a]\n  ensure: [{match: {files: a, pattern: good}}]\n  run: echo bad > a; echo make >> $log"
        Project.with(yaml) { project in
            for _ in 1...2 {
                let run = project.run("make")
                #expect(run.status == 1)
                #expect(run.out.contains("make failed: 1 condition does not hold"), "\(run.out)")
                #expect(run.out.contains("tasks.yaml:5:13"), "\(run.out)")
            }
            #expect(project.ran() == ["make", "make"])
        }
    }

    @Test func failingCommandShowsItsOutputMaskedAndWhole() {
        let yaml = "make: {secrets: [TOKEN], ensure: [{run: 'echo first; echo \"$TOKEN\"; exit 9'}], run: 'true'}"
        Project.with(yaml) { project in
            let run = project.run("make", environment: ["TOKEN": "hunter2-hunter2"])
            #expect(run.status == 1)
            #expect(run.out.contains("  note: first\n  note: ***\n"))
            #expect(run.out.contains("exited with 9"))
            #expect(!(run.out + run.err).contains("hunter2"), "\(run)")
        }
    }

    @Test func checkTellsDriftAndRunsNothing() {
        let yaml = """
            fine: {ensure: [{exists: a.txt}], run: echo fine >> $log}
            off:
              run: echo off >> $log
              ensure:
                - absent: c.txt
                - no-match: {files: "*.txt", pattern: "^two$"}
            none: {run: echo none >> $log}
            """
        Project.with(yaml, files: Self.files) { project in
            let check = project.run("check")
            #expect(check.status == 1)
            #expect(
                check.out.hasPrefix("off: 2 conditions do not hold\n  tasks.yaml:6:7: error: "), "\(check.out)")
            #expect(check.out.hasSuffix("2 tasks: 1 drifted, 1 holds\n"), "\(check.out)")
            #expect(check.out.contains("a.txt:2"), "\(check.out)")
            #expect(project.run("check", "fine").status == 0)
            let json = project.run("check", "--json")
            #expect(json.status == 1)
            let tasks = jsonObject(json.out)?["tasks"] as? [[String: Any]] ?? []
            #expect(tasks.map { $0["holds"] as? Bool } == [true, false])
            #expect(project.ran() == [])
        }
    }
}
