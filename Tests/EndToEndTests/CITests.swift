// The real program on GitHub's runner, as far as its environment goes; `ci github`; `--otlp`.

import Testing

@Suite struct CITests {
    private static let runner = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"]

    /// With the token, which is new in every run, replaced.
    private static func told(_ ending: Ending) -> String {
        let stop = "::stop-commands::"
        let token = ending.out.split(separator: "\n").first { $0.hasPrefix(stop) }?.dropFirst(stop.count) ?? "-"
        return ending.out.replacing(token, with: "TOKEN")
    }

    @Test func onTheRunnerCommandsAreTaskgraphsOnly() {
        Project.with("a: {run: \"echo ::error::$KEY; exit 3\", secrets: [KEY]}\nb: {run: \"echo hello\"}") { project in
            let environment = Self.runner.merging(["GITHUB_WORKSPACE": project.base, "KEY": "hunter22"]) { $1 }
            project.write("### before\n", to: "summary.md")
            let ending = project.run(["run", "a", "b", "-j1", "-k"], environment: environment)
            #expect(ending.status == 1)
            let lines = Self.told(ending).split(separator: "\n")
            #expect(lines.first == "::add-mask::hunter22")
            #expect(lines[1] == "::stop-commands::TOKEN")
            #expect(lines.contains("a | ::error::***"))
            #expect(lines.contains("::error file=project/tasks.yaml,line=2,col=1,title=a failed::exit code 3"))
            #expect(lines.contains("::group::output of b"))
            #expect(lines.last == "::TOKEN::")
            let summary = project.text("summary.md") ?? ""
            #expect(summary.hasPrefix("### before\n## ❌ project: Failed&#58; 1 task failed, after "))
            #expect(summary.contains("\n### Failed tasks\n\n- **a**: exit code 3\n"))
        }
    }

    /// Messages of tests may have what no process was seen to print.
    @Test func passwordsOfServicesAreMaskedBeforeAnyOutput() throws {
        let yaml = """
            services: {cache: {driver: redis}}
            own: {uses: [cache], inputs: [], outputs: [own], run: "echo ${{ service.cache.password }} | tee own"}
            """
        try Project.with(yaml) { project in
            let ending = project.run(["run", "own"], environment: Self.runner)
            #expect(ending.status == 0, "\(ending)")
            let password = try #require(project.text("own")).filter { $0 != "\n" }
            let lines = ending.out.split(separator: "\n")
            let mask = try #require(lines.firstIndex(of: "::add-mask::\(password)"), "\(ending.out)")
            #expect(ending.out.count(of: password) == 1)
            #expect(try mask < #require(lines.firstIndex(of: "***")))
            // Commands are not stopped where it stands.
            let before = Self.told(ending).split(separator: "\n")[..<mask]
            #expect(before.last { $0.contains("TOKEN") } != "::stop-commands::TOKEN")
        }
    }

    @Test func itCanBeSwitchedOffAndOn() {
        Project.with("a: {run: \"echo hello\"}") { project in
            for (options, environment, isForRunner) in [
                (["--ci", "none"], Self.runner, false), (["--json"], Self.runner, false), ([], [:], false),
                ([], Self.runner, true), (["--ci", "github"], [:], true),
            ] {
                let ending = project.run(["run", "a"] + options, environment: environment)
                #expect(ending.status == 0)
                #expect(ending.out.contains("::stop-commands::") == isForRunner, "\(options)")
            }
            #expect(project.run("run", "a", "--ci", "mars").status == 2)
        }
    }

    @Test func wrongYAMLIsAnnotated() {
        Project.with("a: {rnu: x}") { project in
            let ending = project.run("list", environment: ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": project.path])
            #expect(ending.status == 3)
            #expect(
                ending.out == "::error file=tasks.yaml,line=2,col=5::unknown key \"rnu\" in group \"a\""
                    + "%0Ahint: did you mean \"run\"?\n"
            )
        }
    }

    // MARK: The workflow

    private static let graph = """
        services: {db: {driver: postgres, scope: task}}
        build: {make: {inputs: [x.c], run: "cc x.c", outputs: [app], secrets: [KEY]}}
        test:
          needs: [build]
          unit: {each: {files: "t/*.t"}, inputs: ["${{ item }}"], uses: [db], run: "uv run ${{ item }}"}
        """
    private static let files = Dictionary(uniqueKeysWithValues: (1...6).map { ("t/\($0) it's.t", "") })
    private static let file = ".github/workflows/taskgraph.yml"

    @Test func theWorkflowFollowsTheGraph() throws {
        Project.with(Self.graph, files: Self.files) { project in
            #expect(project.run("ci", "github", "--shards", "2") == Ending(status: 0, out: "", err: ""))
            let text = project.text(Self.file) ?? ""
            let ids = text.split(separator: "\n").filter { $0.prefix(2) == "  " && $0.dropFirst(2).first != " " }
            #expect(ids.suffix(4) == ["  taskgraph:", "  build:", "  test-unit:", "  report:"])
            #expect(
                text.contains(
                    """
                      test-unit:
                        name: test/unit (${{ matrix.shard }} of 2)
                        needs: [taskgraph, build]
                        runs-on: ubuntu-24.04
                        timeout-minutes: 120
                        strategy:
                          fail-fast: false
                          matrix:
                            include:
                              - shard: 1
                                targets: |-
                                  test/unit[t/1 it's.t]
                                  test/unit[t/3 it's.t]
                                  test/unit[t/5 it's.t]
                              - shard: 2
                                targets: |-
                                  test/unit[t/2 it's.t]
                                  test/unit[t/4 it's.t]
                                  test/unit[t/6 it's.t]
                        env:
                          KEY: ${{ secrets.KEY }}

                    """))
            #expect(text.contains("libpq-dev postgresql\n"))
            #expect(text.contains("astral-sh/setup-uv@"))
            #expect(!text.contains("continue-on-error"))
            #expect(project.run("ci", "github", "--output", "-", "--shards", "2").out == text)
        }
    }

    @Test func driftIsFoundAndTold() {
        Project.with(Self.graph, files: Self.files) { project in
            let none = project.run("ci", "github", "--check")
            #expect(none.status == 1)
            #expect(none.err == "taskgraph: \(Self.file) is not there\n  hint: taskgraph ci github makes it\n")
            project.run("ci", "github", "--shards", "2")
            #expect(project.run("ci", "github", "--check", "--shards", "2") == Ending(status: 0, out: "", err: ""))
            let text = project.text(Self.file) ?? ""
            // Another split of the same instances is as good; one that lacks an instance is not.
            let first = "              test/unit[t/1 it's.t]\n"
            let second = "              test/unit[t/2 it's.t]\n"
            let without = text.replacing(first, with: "")
            project.write(without.replacing(second, with: first + second), to: Self.file)
            #expect(project.run("ci", "github", "--check", "--shards", "2") == Ending(status: 0, out: "", err: ""))
            project.write(without, to: Self.file)
            let missing = project.run("ci", "github", "--check", "--shards", "2")
            #expect(missing.status == 1 && missing.out.hasSuffix("+" + first))
            project.write(text.replacing("contents: read", with: "contents: write"), to: Self.file)
            let drift = project.run("ci", "github", "--check", "--shards", "2")
            #expect(
                drift
                    == Ending(
                        status: 1, out: "@@ line 10 @@\n-  contents: write\n+  contents: read\n",
                        err: "taskgraph: \(Self.file) is not what the graph makes of it\n"
                            + "  hint: taskgraph ci github makes it again\n"
                    ))
        }
    }

    @Test(arguments: [
        (["ci"], "taskgraph: ci wants to know for which place\n  hint: taskgraph ci github\n"),
        (["ci", "github", "--json"], "taskgraph: ci writes YAML: --json is not for it\n"),
        (
            ["ci", "github", "--check", "--output", "-"],
            "taskgraph: --check needs a file to look at, and standard output is none\n"
        ),
    ])
    func wrongCommandLines(words: [String], message: String) {
        Project.with("a: {run: x}") { project in
            #expect(project.run(words) == Ending(status: 2, out: "", err: message))
        }
    }

    @Test func aProjectBelowTheTopOfItsRepositoryRunsThere() {
        Project.with("") { project in
            project.shell("git init --quiet . && mkdir sub && printf 'version: 1\\na: {run: x}\\n' > sub/tasks.yaml")
            #expect(project.run("ci", "github", in: "sub").status == 0)
            let text = project.text(Self.file) ?? ""
            #expect(text.contains("working-directory: sub\n"))
            #expect(text.contains("path: sub/.taskgraph/cache\n"))
        }
    }

    // MARK: OTLP

    @Test func aRunIsExported() {
        Project.with("a: {run: \"echo a\"}\nb: {needs: [a], run: \"exit 3\"}") { project in
            #expect(project.run("b", "--otlp", "t.json").status == 1)
            let trace = project.text("t.json").flatMap(jsonObject)
            let resource = (trace?["resourceSpans"] as? [[String: Any]])?.first
            let spans = (resource?["scopeSpans"] as? [[String: Any]])?.first?["spans"] as? [[String: Any]] ?? []
            #expect(spans.map { $0["name"] as? String } == ["attempt 1", "a", "attempt 1", "b", "taskgraph"])
            #expect(
                (spans[3]["links"] as? [[String: Any]])?.first?["spanId"] as? String == spans[1]["spanId"] as? String)
            let refused = project.run("b", "--otlp", "nowhere/t.json")
            #expect(refused.err == "taskgraph: the trace nowhere/t.json cannot be written: No such file or directory\n")
            #expect(refused.status == 5)
        }
    }
}
