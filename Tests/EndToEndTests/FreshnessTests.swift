// What makes a task run again and what does not: contents, commands and variables, never times.

import Testing

@Suite struct FreshnessTests {
    static let pair = """
        upper:
          inputs: [word.txt]
          outputs: [upper.txt]
          run: |
            echo upper >> $log
            tr a-z A-Z < word.txt > upper.txt
        shout:
          inputs: [upper.txt]
          outputs: [shout.txt]
          run: |
            echo shout >> $log
            sed 's/$/!/' upper.txt > shout.txt

        """

    @Test func secondRunRunsNothing() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            let first = project.run("shout")
            #expect(first.status == 0)
            #expect(
                first.lines == [
                    "upper: running — first run", "upper: done in TIME", "shout: running — first run",
                    "shout: done in TIME", "2 done: 2 ran in TIME",
                ])
            #expect(project.ranInOrder() == ["upper", "shout"])
            #expect(project.text("shout.txt") == "WORD!\n")
            let second = project.run("shout")
            #expect(second.status == 0)
            #expect(second.lines == ["2 done: 2 up to date in TIME"])
            #expect(second.err == "")
            #expect(project.ran() == [])
        }
    }

    @Test func touchingRerunsNothing() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            project.shell("touch word.txt upper.txt shout.txt tasks.yaml; cp word.txt w; mv w word.txt")
            #expect(project.run("shout").lines == ["2 done: 2 up to date in TIME"])
            #expect(project.ran() == [])
        }
    }

    @Test func contentThatIsMadeAgainStopsTheWave() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            // Another input, but the same output of `upper`.
            project.write("Word\n", to: "word.txt")
            let run = project.run("shout")
            #expect(
                run.lines == [
                    "upper: running — word.txt changed", "upper: done in TIME", "2 done: 1 ran, 1 up to date in TIME",
                ])
            #expect(project.ran() == ["upper"])
        }
    }

    /// A hard need hands on contents even when the output is not named as an input.
    @Test func cutoffHoldsForDeclaredNeeds() {
        let yaml = """
            make:
              inputs: [source]
              outputs: [made]
              run: echo make >> $log; head -c 1 source > made
            use:
              needs: [make]
              inputs: []
              outputs: [used]
              run: echo use >> $log; cp made used
            """
        Project.with(yaml, files: ["source": "a1"]) { project in
            project.run("use")
            #expect(project.ran() == ["make", "use"])
            project.write("a2", to: "source")
            project.run("use")
            #expect(project.ran() == ["make"])
            project.write("b", to: "source")
            let run = project.run("use", "--json")
            #expect(project.ran() == ["make", "use"])
            #expect(run.reasons == ["make": "source changed", "use": "needs make, whose output changed"])
        }
    }

    @Test func olderTimeAndSameSizeDoNotHideNewContent() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            project.shell("printf 'ward\\n' > word.txt; touch -d '2001-02-03' word.txt")
            #expect(project.run("shout", "--json").reasons["upper"] == "word.txt changed")
            #expect(project.ran() == ["shout", "upper"])
            #expect(project.text("shout.txt") == "WARD!\n")
            // In place, with the time put back to what it was.
            project.shell("touch -r word.txt keep; printf 'wurd\\n' > word.txt; touch -r keep word.txt")
            project.run("shout")
            #expect(project.ran() == ["shout", "upper"])
            #expect(project.text("shout.txt") == "WURD!\n")
        }
    }

    @Test func changedCommandRerunsItAndOnlyIt() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            project.yaml(Self.pair.replacing("s/$/!/", with: "s/$/?/"))
            #expect(project.run("shout", "--json").reasons == ["shout": "the command changed"])
            #expect(project.ran() == ["shout"])
            #expect(project.text("shout.txt") == "WORD?\n")
            // And back: known already.
            project.yaml(Self.pair)
            #expect(project.run("shout", "--json").outcomes == ["upper": "up-to-date", "shout": "restored"])
            #expect(project.ran() == [])
            #expect(project.text("shout.txt") == "WORD!\n")
        }
    }

    @Test func titlesAreNotPartOfTheResult() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            project.yaml(
                Self.pair.replacing("shout:\n", with: "shout:\n  title: Louder\n  # A remark.\n  timeout: 1h\n"))
            #expect(project.run("shout").lines == ["2 done: 2 up to date in TIME"])
        }
    }

    @Test func outputThatWasEditedIsMadeRight() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            project.run("shout")
            _ = project.ran()
            project.write("spoilt\n", to: "shout.txt")
            #expect(project.run("shout", "--json").outcomes == ["upper": "up-to-date", "shout": "restored"])
            #expect(project.ran() == [])
            #expect(project.text("shout.txt") == "WORD!\n")
        }
    }

    @Test func forceRunsAndNoCacheKeepsNothing() {
        Project.with(Self.pair, files: ["word.txt": "word\n"]) { project in
            #expect(
                project.run("shout", "--no-cache", "--json").reasons == [
                    "upper": "run without the cache", "shout": "run without the cache",
                ])
            #expect(project.ran() == ["shout", "upper"])
            #expect(project.run("shout", "--json").reasons == ["upper": "first run", "shout": "first run"])
            #expect(project.ran() == ["shout", "upper"])
            #expect(project.run("shout", "--force", "--json").reasons == ["upper": "forced", "shout": "forced"])
            #expect(project.ran() == ["shout", "upper"])
        }
    }

    @Test func tasksWithoutInputsAlwaysRun() {
        Project.with("hello: {run: echo hello >> $log}") { project in
            for _ in 1...2 {
                #expect(project.run("hello", "--json").reasons == ["hello": "not cached: no inputs declared"])
                #expect(project.ran() == ["hello"])
            }
        }
    }

    @Test func newAndRemovedFilesOfAPatternCount() {
        let yaml = """
            all:
              inputs: ["parts/*.txt", "!parts/not.txt"]
              outputs: [all]
              run: echo all >> $log; cat parts/*.txt > all
            """
        Project.with(yaml, files: ["parts/a.txt": "a", "parts/not.txt": "1"]) { project in
            project.run("all")
            _ = project.ran()
            project.write("2", to: "parts/not.txt")
            project.run("all")
            #expect(project.ran() == [])
            project.write("b", to: "parts/b.txt")
            #expect(project.run("all", "--json").reasons == ["all": "parts/b.txt is new"])
            project.shell("rm parts/a.txt")
            #expect(project.run("all", "--json").reasons == ["all": "parts/a.txt is gone"])
            #expect(project.ran() == ["all", "all"])
        }
    }

    /// Ignore files keep what is not source out of patterns, but never what a task makes or what is named.
    @Test func ignoredFilesAreInputsWhenTheyAreMadeOrNamed() {
        let yaml = """
            make: {inputs: [], outputs: [build/made.txt], run: "mkdir -p build; echo 1 > build/made.txt"}
            all: {inputs: ["**/*.txt"], outputs: [all], run: "echo all >> $log; cat build/made.txt > all"}
            named: {inputs: [build/named.md], outputs: [n], run: "echo named >> $log; cp build/named.md n"}
            """
        let files = [".gitignore": "build/\n*.log.txt\n", "a.txt": "a", "x.log.txt": "1", "build/named.md": "1"]
        Project.with(yaml, files: files) { project in
            project.shell("git init -q")
            project.run("all", "named")
            #expect(project.ran() == ["all", "named"])
            project.write("2", to: "x.log.txt")
            project.run("all", "named")
            #expect(project.ran() == [])
            project.write("2", to: "build/named.md")
            project.run("all", "named")
            #expect(project.ran() == ["named"])
            project.yaml(yaml.replacing("echo 1", with: "echo 2"))
            #expect(project.run("all", "--json").reasons["all"] == "build/made.txt changed")
            #expect(project.ran() == ["all"])
            #expect(project.text("all") == "2\n")
        }
    }
}
