// Parts of the language that are about how tasks hang together: needs, arguments, variables, includes, groups, `when`.

import Testing

@Suite struct LanguageTests {
    @Test func argumentsAfterTheDashes() {
        let yaml =
            "say: {inputs: [], outputs: [said], run: \"printf '%s|' ${{ args }} > said; echo say >> $log\"}\nother: {inputs: [], outputs: [o], run: 'echo > o; echo other >> $log'}"
        Project.with(yaml) { project in
            project.run("say", "other", "--", "one", "two words", "--json")
            #expect(project.text("said") == "one|two words|--json|")
            _ = project.ran()
            project.run("say", "other", "--", "one", "two words", "--json")
            #expect(project.ran() == [])
            let lines = project.run("plan", "say", "other", "--", "three").lines
            #expect(lines.first?.hasPrefix("say: would run — the command changed") == true, "\(lines)")
            #expect(lines.last == "1 would run, 1 up to date")
            let changed = project.run("say", "other", "--json", "--", "three")
            #expect(changed.outcomes == ["say": "succeeded", "other": "up-to-date"], "\(changed)")
            #expect(project.text("said") == "three|")
        }
    }

    @Test func variablesFromTheCommandLine() {
        let yaml =
            "vars: {who: world, place: {path: here}}\nhi: {inputs: [], outputs: [o], run: 'echo ${{ who }} ${{ place }} > o'}"
        Project.with(yaml) { project in
            project.run("hi")
            #expect(project.text("o")?.hasPrefix("world ") == true)
            project.run("hi", "--var", "who=moon", "--var=place=sub/there")
            #expect(project.text("o")?.hasPrefix("moon ") == true)
            #expect(project.text("o")?.hasSuffix("sub/there\n") == true)
            let unknown = project.run("hi", "--var", "woh=moon")
            #expect(unknown.status == 3 || unknown.status == 2)
            #expect(unknown.err.contains("woh") && unknown.err.contains("who"), "\(unknown.err)")
        }
    }

    @Test func pathOnTheCommandLineIsRelativeToTheShell() {
        let yaml =
            "vars: {data: {path: a/data}}\nread: {inputs: ['${{ data }}'], outputs: [o], run: 'cat ${{ data }} > o'}"
        Project.with(yaml, files: ["a/data": "in a", "b/data": "in b", "b/c/x": ""]) { project in
            project.run("read")
            #expect(project.text("o") == "in a")
            #expect(project.run("read", "--var", "data=../data", in: "b/c").status == 0)
            #expect(project.text("o") == "in b")
        }
    }

    @Test(arguments: [
        ("when: true", true), ("when: false", false), ("when: ${{ env.MODE }} == fast", true),
        ("when: ${{ env.MODE }} != fast", false), ("platforms: linux", true), ("platforms: [windows, macos]", false),
    ])
    func tasksThatTakeNoPart(key: String, runs: Bool) {
        let yaml = "it:\n  \(key)\n  run: echo it >> $log\nafter: {needs: [it], run: echo after >> $log}"
        Project.with(yaml) { project in
            let run = project.run("after", "--json", environment: ["MODE": "fast"])
            #expect(run.status == 0, "\(run)")
            #expect(run.outcomes["it"] == (runs ? "succeeded" : "skipped"))
            #expect(project.ran() == (runs ? ["after", "it"] : ["after"]))
        }
    }

    @Test func orderOnlyNeedsAreNoPartOfTheKey() {
        let yaml = """
            first: {inputs: [a], outputs: [f], run: "cp a f; echo first >> $log"}
            second: {needs: [{task: first, order-only: true}], inputs: [], outputs: [s], run: "test -e f; echo > s; echo second >> $log"}
            """
        Project.with(yaml, files: ["a": "1"]) { project in
            project.run("second")
            #expect(project.ranInOrder() == ["first", "second"])
            project.write("2", to: "a")
            project.run("second")
            #expect(project.ran() == ["first"])
        }
    }

    @Test func softNeedsOrderAndNothingElse() {
        let yaml = """
            second: {needs: [{task: first, soft: true}], run: echo second >> $log}
            first: {run: echo first >> $log}
            bad: {run: exit 1}
            after-bad: {needs: [{task: bad, soft: true}], run: echo after-bad >> $log}
            """
        Project.with(yaml) { project in
            project.run("second")
            #expect(project.ranInOrder() == ["second"])
            project.run("second", "first", "-j4")
            #expect(project.ranInOrder() == ["first", "second"])
            project.run("bad", "after-bad", "-k")
            #expect(project.ran() == ["after-bad"])
        }
    }

    @Test func alwaysRunsAfterFailureAndAfterSuccess() {
        let yaml = """
            work: {run: "echo work >> $log; test -e ok"}
            tidy: {needs: [work], always: true, run: echo tidy >> $log}
            """
        Project.with(yaml) { project in
            #expect(project.run("tidy").status == 1)
            #expect(project.ranInOrder() == ["work", "tidy"])
            project.write("", to: "ok")
            #expect(project.run("tidy").status == 0)
            #expect(project.ranInOrder() == ["work", "tidy"])
        }
    }

    @Test func groupsMergeAndNest() {
        let yaml = """
            group:
              env: {LEVEL: outer, OUTER: "1"}
              dir: sub
              needs: [before]
              one:
                run: echo "one $LEVEL $OUTER $(basename $PWD)" >> $log
              inner:
                env: {LEVEL: inner}
                dir: sub/deep
                two:
                  run: echo "two $LEVEL $OUTER $(basename $PWD)" >> $log
                three:
                  needs: [two, ../one]
                  run: echo three >> $log
            before: {run: echo before >> $log}
            """
            .replacing("../one", with: "one")
        Project.with(yaml, files: ["sub/deep/x": ""]) { project in
            #expect(project.run("group").status == 0)
            let order = project.ranInOrder()
            #expect(order.first == "before")
            #expect(order.last == "three")
            #expect(order.sorted() == ["before", "one outer 1 sub", "three", "two inner 1 deep"])
            project.run("group/inner/two")
            #expect(project.ran() == ["before", "two inner 1 deep"])
            project.run("group/*", "-j1")
            #expect(project.ran().contains("one outer 1 sub"))
        }
    }

    @Test func includesAreRelativeToTheirFile() {
        let yaml = "include: [parts/one.yaml]\nvars: {shared: root}\nroot: {run: echo root >> $log}"
        let files = [
            "parts/one.yaml": "include: [deep/two.yaml]\none: {needs: [two], run: 'echo one ${{ shared }} >> $log'}",
            "parts/deep/two.yaml":
                "vars: {own: {path: data}}\ntwo: {inputs: ['${{ own }}'], run: 'cat ${{ own }} >> $log; test ${{ file.dir }}/data -ef ${{ own }}'}",
            "parts/deep/data": "two\n",
        ]
        Project.with(yaml, files: files) { project in
            let run = project.run("one")
            #expect(run.status == 0, "\(run)")
            #expect(project.ranInOrder() == ["two", "one root"])
            // From a directory below, the same root file is found.
            #expect(project.run("one", in: "parts/deep").status == 0)
            #expect(project.ran() == ["one root"])
        }
    }

    @Test func outputsOfOtherTasksByName() {
        let yaml = """
            make: {inputs: [], outputs: [x/made], run: "mkdir -p x; echo made > x/made"}
            use: {needs: [make], run: "cat ${{ task.make.outputs }} >> $log"}
            """
        Project.with(yaml) { project in
            let run = project.run("use")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["made"])
        }
    }

    @Test func inputsThatMeetOutputsAreNeeds() {
        let yaml = """
            use: {inputs: [gen/**, "!gen/skip/**"], run: "echo use >> $log"}
            make: {inputs: [], outputs: [gen/a.txt], run: "mkdir -p gen; echo > gen/a.txt; echo make >> $log"}
            skipped: {inputs: [], outputs: [gen/skip/b.txt], run: "mkdir -p gen/skip; echo > gen/skip/b.txt; echo skipped >> $log"}
            """
        Project.with(yaml) { project in
            project.run("use")
            #expect(project.ranInOrder() == ["make", "use"])
        }
    }

    @Test func otherShellsAndNoShell() {
        let yaml = """
            argv: {run: [sh, -c, 'echo "$0" >> $log', "a  b"]}
            python: {shell: python3, run: "print(1+1, file=open('$log', 'a'))"}
            strict: {run: "false; echo unreached >> $log"}
            """
        Project.with(yaml) { project in
            #expect(project.run("argv", "python").status == 0)
            #expect(project.ran() == ["2", "a  b"])
            #expect(project.run("strict").status == 1)
            #expect(project.ran() == [])
        }
    }
}
