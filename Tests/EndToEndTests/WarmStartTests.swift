// Runs that start from what the last one left: they do what a run without it would do, and load nothing they need not.

import Testing

@Suite struct WarmStartTests {
    static let yaml = """
        base:
          inputs: [word.txt]
          outputs: [out/base]
          run: |
            echo base >> $log
            tr a-z A-Z < word.txt > out/base
        left:
          inputs: [out/base, left.txt]
          outputs: [out/left]
          run: |
            echo left >> $log
            cat out/base left.txt > out/left
        right:
          inputs: [out/base, "src/*.c"]
          outputs: [out/right]
          run: |
            echo right >> $log
            cat out/base src/*.c > out/right
        both:
          needs: [left, right]
          inputs: [last.txt]
          outputs: [out/both]
          pass-env: [MODE]
          run: |
            echo both >> $log
            cat out/left out/right last.txt > out/both; echo "${MODE:-}" >> out/both

        """
    static let files = [
        "word.txt": "word\n", "left.txt": "left\n", "last.txt": "last\n", "src/a.c": "a\n", "src/b.c": "b\n",
    ]

    /// A project whose last run was complete.
    private func with(_ body: (Project) throws -> Void) rethrows {
        try Project.with(Self.yaml, files: Self.files) { project in
            project.run("both")
            #expect(project.run("both").lines == ["4 done: 4 up to date in TIME"])
            _ = project.ran()
            try body(project)
        }
    }

    /// The long way asks the history, and warns when it is no database; the short way does not look at it.
    private func spoilHistory(_ project: Project) {
        project.shell("rm -f .taskgraph/history.sqlite*; mkdir .taskgraph/history.sqlite")
    }

    @Test func nothingIsLoadedWhereNothingChanged() {
        with { project in
            spoilHistory(project)
            let warm = project.run("both")
            #expect(warm.lines == ["4 done: 4 up to date in TIME"])
            #expect(warm.err == "")
            // The check of the check: another way of starting does look at it.
            project.write("Word\n", to: "word.txt")
            #expect(project.run("both").err != "")
        }
    }

    /// What is done to a project, what then runs, and what was up to date.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let change: String
        let ran: Set<String>
        var environment: [String: String] = [:]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "touched", change: "touch word.txt out/base src/a.c src", ran: []),
        Case(name: "replaced by a copy", change: "cp word.txt w; mv w word.txt", ran: []),
        Case(name: "early cutoff", change: "echo WORD > word.txt", ran: ["base"]),
        Case(name: "first input", change: "echo other > word.txt", ran: ["base", "left", "right", "both"]),
        Case(
            name: "older times", change: "echo other > left.txt; touch -d 2001-01-01 left.txt", ran: ["left", "both"]),
        Case(name: "last input", change: "echo other > last.txt", ran: ["both"]),
        Case(name: "new file of a pattern", change: "echo c > src/c.c", ran: ["right", "both"]),
        Case(name: "file of a pattern gone", change: "rm src/b.c", ran: ["right", "both"]),
        Case(name: "new file beside the pattern", change: "echo h > src/c.h", ran: []),
        Case(name: "ignored file", change: "mkdir .git; echo 'b.c' > .gitignore", ran: ["right"]),
        Case(name: "executable", change: "chmod +x last.txt", ran: ["both"]),
        Case(
            name: "same size and time", change: "touch -r left.txt t; echo tfel > left.txt; touch -r t left.txt",
            ran: ["left", "both"]),
        Case(name: "output edited", change: "echo edited > out/left", ran: []),
        Case(name: "output gone", change: "rm out/right", ran: []),
        Case(name: "all outputs gone", change: "rm -r out", ran: []),
        Case(name: "cache gone", change: "rm -r .taskgraph/cache", ran: ["base", "left", "right", "both"]),
        Case(
            name: "imprint damaged",
            change: "printf x | dd of=.taskgraph/imprint bs=1 seek=200 conv=notrunc 2>/dev/null",
            ran: []),
        Case(
            name: "graph damaged",
            change: "printf x | dd of=.taskgraph/graph bs=1 seek=300 conv=notrunc 2>/dev/null",
            ran: []),
        Case(name: "variable", change: "true", ran: ["both"], environment: ["MODE": "fast"]),
        Case(name: "locale", change: "true", ran: ["base", "left", "right", "both"], environment: ["LC_ALL": "C"]),
        Case(
            name: "command", change: "sed -i 's/cat out.base left.txt/& left.txt/' tasks.yaml", ran: ["left", "both"]),
        Case(name: "comment", change: "echo '# nothing' >> tasks.yaml", ran: []),
    ]

    @Test(arguments: cases) func changesAreNoticed(_ one: Case) {
        with { project in
            project.shell(one.change)
            let run = project.run("both", environment: one.environment)
            #expect(run.status == 0)
            #expect(Set(project.ran()) == one.ran)
            let result = project.shell("cat out/base out/left out/right out/both")
            // Twice more, from what that run left, and from what the first of them left.
            for _ in 0..<2 {
                #expect(project.run("both", environment: one.environment).lines == ["4 done: 4 up to date in TIME"])
            }
            #expect(project.ran() == [])
            // What a run from nothing makes.
            project.shell("rm -rf out .taskgraph")
            project.run("both", environment: one.environment)
            #expect(project.shell("cat out/base out/left out/right out/both") == result)
        }
    }

    /// A target that was not asked for keeps what is known of it, unless what it needs became another.
    @Test func otherTargetsAreNotForgotten() {
        with { project in
            project.write("other\n", to: "left.txt")
            #expect(project.run("left").lines.last == "2 done: 1 ran, 1 up to date in TIME")
            #expect(project.ran() == ["left"])
            #expect(project.run("both").lines.last == "4 done: 1 ran, 3 up to date in TIME")
            #expect(project.ran() == ["both"])
            #expect(project.run("right").lines == ["2 done: 2 up to date in TIME"])
        }
    }

    @Test func failureIsTriedAgainAndBlocksWhatNeedsIt() {
        with { project in
            project.shell("rm src/a.c src/b.c; mkdir src/a.c")
            let failed = project.run("both")
            #expect(failed.status == 1)
            let again = project.run("both")
            #expect(again.status == 1)
            #expect(Set(project.ran()) == ["right"])
            project.shell("rmdir src/a.c; echo a > src/a.c; echo b > src/b.c")
            #expect(project.run("both").lines.last?.hasPrefix("4 done: ") == true)
            #expect(project.text("out/both") == "WORD\nleft\nWORD\na\nb\nlast\n\n")
        }
    }

    @Test func namesOfUnchangedTasksAreShownWhereTheyAreAskedFor() {
        with { project in
            let shown = project.run("both", "--json").out.split(separator: "\n").filter { $0.contains("finished") }
            #expect(shown.count == 5)
            #expect(
                ["base", "left", "right", "both"].allSatisfy { name in shown.contains { $0.contains("\"\(name)\"") } })
        }
    }

    @Test func targetsThatAreNotThereAreReported() {
        with { project in
            let run = project.run("lft")
            #expect(run.status == 2)
            #expect(run.err.contains("did you mean \"left\"?"))
        }
    }
}
