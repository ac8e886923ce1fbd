// The commands that look and change nothing, and the flags: what they print is what the next run does.

import Testing

@Suite struct CommandTests {
    static let yaml = """
        one: {title: The first, inputs: [a], outputs: [x], run: "echo one >> $log; cp a x"}
        two: {inputs: [x], outputs: [y], run: "echo two >> $log; cp x y"}
        group:
          title: Things
          three: {needs: [two], run: echo three >> $log}
          many: {matrix: {n: [1, 2, 3]}, run: "true"}
          secret: {hidden: true, run: "true"}
          check: {ensure: [{exists: a}]}

        """

    static func with(_ body: (Project) throws -> Void) rethrows {
        try Project.with(yaml, files: ["a": "1"], body)
    }

    @Test func listShowsNamesAndTitles() {
        Self.with { project in
            let expected = """
                one      The first
                two
                group/   Things
                  three
                  many   (3 instances)
                  check

                """
            #expect(project.run("list") == Ending(status: 0, out: expected, err: ""))
            #expect(project.run() == Ending(status: 0, out: expected, err: ""))
            let entries = jsonObject(project.run("list", "--json").out)?["entries"] as? [[String: Any]] ?? []
            #expect(
                entries.compactMap { $0["name"] as? String } == [
                    "one", "two", "group", "group/three", "group/many", "group/check",
                ])
        }
    }

    /// What `plan` says of each task is what then happens.
    @Test func planPredictsTheNextRun() {
        Self.with { project in
            func agree(_ expected: [String: String]) {
                let items =
                    jsonObject(project.run("plan", "group/three", "--json").out)?["tasks"] as? [[String: Any]] ?? []
                let forecast = items.reduce(into: [String: String]()) {
                    $0[$1["task"] as? String ?? ""] = $1["forecast"] as? String
                }
                #expect(forecast == expected)
                #expect(project.ran() == [])
                let run = project.run("group/three", "--json")
                for (task, said) in expected {
                    let outcome = run.outcomes[task]
                    switch said {
                    case "run": #expect(outcome == "succeeded")
                    case "restore": #expect(outcome == "restored")
                    case "up-to-date": #expect(outcome == "up-to-date")
                    default: #expect(outcome != nil)
                    }
                }
                _ = project.ran()
            }
            agree(["one": "run", "two": "may-run", "group/three": "run"])
            agree(["one": "up-to-date", "two": "up-to-date", "group/three": "run"])
            project.shell("rm y")
            agree(["one": "up-to-date", "two": "restore", "group/three": "run"])
            project.write("2", to: "a")
            agree(["one": "run", "two": "may-run", "group/three": "run"])
            // What is restored first decides what follows, not what is on disk before.
            project.write("1", to: "a")
            agree(["one": "restore", "two": "restore", "group/three": "run"])
            project.shell("rm x y")
            agree(["one": "restore", "two": "restore", "group/three": "run"])
        }
    }

    @Test func dryRunIsThePlan() {
        Self.with { project in
            let plan = project.run("plan", "two")
            #expect(
                plan.out
                    == "one: would run — first run\ntwo: may run — needs one, to run first\n1 would run, 1 may run\n")
            #expect(project.run("two", "-n") == plan)
            #expect(project.run("run", "--dry-run", "two") == plan)
            #expect(project.ran() == [])
            #expect(!project.exists("x"))
            project.shell("rm a")
            let broken = project.run("plan", "two")
            #expect(broken.status == 1)
            #expect(
                broken.out.contains("one: would fail — input \"a\" of \"one\" does not exist, and no task makes it\n"),
                "\(broken)")
        }
    }

    @Test func whyComparesWithTheMostSimilarRun() {
        Self.with { project in
            #expect(project.run("why", "one").out.hasPrefix("one: would run — first run\n"))
            project.run("two")
            #expect(project.run("why", "one").out.hasPrefix("one: up to date\n"))
            project.write("2", to: "a")
            let changed = project.run("why", "one")
            #expect(changed.out.hasPrefix("one: would run — a changed\n"), "\(changed.out)")
            #expect(changed.out.contains("\ninputs\n  a  changed  "), "\(changed.out)")
            let parts = jsonObject(project.run("why", "one", "--json").out)?["changes"] as? [[String: Any]] ?? []
            #expect(parts.map { $0["name"] as? String } == ["a"])
            #expect(project.ran() == ["one", "two"])
        }
    }

    @Test(arguments: ["dot", "mermaid", "svg", "json"])
    func pictures(format: String) {
        Self.with { project in
            let all = project.run("graph", "--format", format)
            #expect(all.status == 0)
            for name in ["one", "two", "three", "many"] { #expect(all.out.contains(name)) }
            let part = project.run("graph", "two", "--format=\(format)")
            #expect(part.out.contains("one") && !part.out.contains("three"))
            switch format {
            case "dot": #expect(all.out.hasPrefix("digraph ") && all.out.contains("\"one\" -> \"two\""))
            case "mermaid": #expect(all.out.hasPrefix("flowchart "))
            case "svg": #expect(all.out.hasPrefix("<svg ") && all.out.hasSuffix("</svg>\n"))
            default:
                let edges = jsonObject(all.out)?["edges"] as? [[String: Any]] ?? []
                #expect(edges.contains { $0["from"] as? String == "one" && $0["to"] as? String == "two" })
            }
        }
    }

    @Test func statisticsOfTheCache() {
        Self.with { project in
            #expect(project.run("cache", "stats").out.contains("results   0\n"))
            project.run("two")
            let stats = project.run("cache", "stats")
            #expect(
                stats.out.contains("cache     \(project.at(".taskgraph/cache"))\nresults   2\ncontents  1, 1 B\n"),
                "\(stats.out)")
            #expect(jsonObject(project.run("cache", "stats", "--json").out)?["results"] as? Int == 2)
        }
    }

    @Test func schemaIsJSON() {
        Self.with { project in
            let schema = jsonObject(project.run("schema").out)
            #expect((schema?["$schema"] as? String)?.contains("json-schema.org") == true)
            #expect((schema?["properties"] as? [String: Any])?["version"] != nil)
        }
    }

    @Test func eventsAreDocumentedLines() {
        Project.with("a: {inputs: [], outputs: [o], run: echo hi; echo > o}\nb: {needs: [a], run: exit 3}") { project in
            let run = project.run("b", "--json")
            #expect(run.status == 1)
            #expect(run.err == "")
            let events = run.events ?? []
            #expect(
                events.map(\.name) == [
                    "run-started", "decided", "started", "output", "finished", "decided", "started", "finished",
                    "run-finished",
                ])
            guard events.count == 9 else { return }
            #expect(events.allSatisfy { $0.count("version") == 1 && ($0.count("time") ?? -1) >= 0 })
            #expect(events[3].text("text") == "hi\n")
            #expect(events[7].object("cause").text("kind") == "exit")
            #expect(events[7].object("cause").count("code") == 3)
            #expect(events.last?.count("failed") == 1)
        }
    }

    @Test func quietAndVerbose() {
        Self.with { project in
            #expect(project.run("two", "-q") == Ending(status: 0, out: "", err: ""))
            let verbose = project.run("two", "-v")
            #expect(verbose.lines.contains("one: up to date"))
            #expect(verbose.lines.contains("two: up to date"))
            #expect(project.run("-qv", "two").lines == ["2 done: 2 up to date in TIME"])
        }
    }

    @Test func coloursAreForTerminalsOrOnDemand() {
        Self.with { project in
            for arguments in [
                ["two"], ["list"], ["plan", "two"], ["why", "two"], ["two", "--color", "never"], ["--help"],
            ] {
                let run = project.run(arguments, environment: ["TERM": "xterm-256color"])
                #expect(!(run.out + run.err).hasControls, "\(arguments)")
            }
            #expect(project.run("two", "--force", "--color=always").out.contains("\u{1B}["))
            #expect(project.run("two", "--color=always", environment: ["NO_COLOR": "1"]).out.contains("\u{1B}["))
        }
    }

    /// Every command and option in the help does something; what comes later is not there.
    @Test func helpShowsWhatIsThereAndNothingElse() {
        Self.with { project in
            let help = project.run("--help")
            #expect(help.status == 0)
            #expect(help.err == "")
            for word in ["init", "gc", "verify"] {
                #expect(!help.out.contains("  \(word)"), "\(word)")
            }
            let start = help.out.firstRange(of: "Commands:\n")?.upperBound ?? help.out.startIndex
            let commands = help.out[start...].split(separator: "\n", omittingEmptySubsequences: false).prefix {
                $0.hasPrefix("  ")
            }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(
                commands == [
                    "run", "resume", "watch", "list", "plan", "why", "history", "metrics", "flakes", "report", "ui",
                    "graph", "check", "apply", "shell", "export", "cache", "wait", "services", "broker", "ci", "doctor",
                    "completions", "schema",
                ])
            for command in commands {
                #expect(project.run(command, "--help").out.contains("Usage: taskgraph \(command)"))
            }
            #expect(project.run("--version").out.hasPrefix("taskgraph "))
        }
    }
}
