// What a workspace task may not do, what is thrown away, and the private repository.

import Testing

@Suite struct WorkspaceRulesTests {
    @Test func undeclaredChangesAreListedAndLeaveNothing() {
        let yaml = """
            edit:
              workspace: tree
              changes: [fine.txt]
              run: echo edit >> $log; echo > fine.txt; echo > surprise.txt; mkdir -p sub; echo > sub/other.txt; rm a
            after: {needs: [edit], workspace: tree, run: echo after >> $log}
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("after")
            #expect(run.status == 1)
            #expect(
                run.out.withoutTimes.hasSuffix(
                    """
                    edit failed: changed 3 paths that changes does not name (TIME)
                      a
                      sub/other.txt
                      surprise.txt
                      hint: name them in changes if they belong to the result, or in scratch if they are thrown away
                      blocked: after

                    1 failed, 1 blocked; 0 done in TIME

                    """), "\(run.out)")
            #expect(project.run("after").status == 1)
            #expect(project.ran() == ["edit", "edit"])
            #expect(project.shell("find tree | sort") == "tree\ntree/a\n")
            #expect(project.shell("find .taskgraph/cache/views -mindepth 1 2> /dev/null || true") == "")
        }
    }

    @Test func scratchIsThrownAway() {
        let yaml = """
            edit:
              workspace: tree
              changes: [kept.txt]
              scratch: [tmp]
              run: mkdir -p tmp/deep __pycache__ .pytest_cache/v; echo > tmp/deep/x; echo > __pycache__/y.pyc; echo > .pytest_cache/v/z; echo > kept.txt
            look:
              needs: [edit]
              workspace: tree
              run: ls -A | tr '\\n' ' ' >> $log; echo >> $log
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("look")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["a kept.txt "])
        }
    }

    @Test func layersThatMayConflictAreRefusedAtLoad() {
        let yaml = """
            left: {workspace: tree, changes: [both.txt], run: echo l > both.txt}
            right: {workspace: tree, changes: ["*.txt"], run: echo r > both.txt}
            third: {workspace: tree, needs: [left, right], run: "true"}
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("third")
            #expect(run.status == 3)
            for name in ["\"left\"", "\"right\"", "\"third\"", "tasks.yaml:"] {
                #expect(run.err.contains(name), "\(run.err)")
            }
        }
    }

    @Test func repositoryInAViewIsPrivate() {
        let yaml = """
            edit:
              workspace: tree
              changes: [b]
              run: |
                test "$(git log --format=%s)" = first
                test "$(git branch --show-current)" = main
                echo b > b
                git add b
                git -c user.name=v -c user.email=v@example.org commit -qm in-the-view
                git tag mark
                git update-ref refs/heads/other HEAD
                test "$(git log --format=%s | head -1)" = in-the-view
            after:
              needs: [edit]
              workspace: tree
              run: test "$(git log --format=%s)" = first; git status --porcelain >> $log
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            project.commit("tree")
            let before = project.fingerprint("tree")
            let run = project.run("after")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["?? b"])
            #expect(project.fingerprint("tree") == before)
            #expect(
                project.shell("cd tree; git log --all --format=%s; git tag; git branch --format='%(refname:short)'")
                    == "first\nmain\n")
        }
    }

    @Test func headIsNotKeyed() {
        let yaml = "edit: {workspace: tree, changes: [b], run: cp a b; echo edit >> $log}"
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            project.commit("tree")
            project.run("edit")
            project.shell(
                "cd tree; git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m second; git branch x"
            )
            #expect(project.run("edit").lines == ["1 done: 1 up to date in TIME"])
            #expect(project.ran() == ["edit"])
        }
    }

    /// A linked worktree shares refs with others: a commit in a view must not move them either.
    @Test func linkedWorktreeIsPrivateToo() {
        let yaml = """
            edit: {workspace: linked, changes: [b], run: "echo b > b; git add b; git -c user.name=v -c user.email=v@example.org commit -qm view; git log --format=%s >> $log"}
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            project.commit("tree")
            project.shell("cd tree; git worktree add -q ../linked")
            let before = project.fingerprint("tree")
            let run = project.run("edit")
            #expect(run.status == 0, "\(run)")
            #expect(project.ranInOrder() == ["view", "first"])
            #expect(project.fingerprint("tree") == before)
            #expect(project.shell("cd linked; git log --format=%s; git status --porcelain") == "first\n")
        }
    }

    @Test func failingTaskLeavesNothing() {
        let yaml =
            "edit: {workspace: tree, changes: ['**'], reports: [why.txt], run: echo edit >> $log; echo half > half; echo because > why.txt; rm a; exit 5}"
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let before = project.fingerprint("tree")
            #expect(project.run("edit").status == 1)
            #expect(project.fingerprint("tree") == before)
            #expect(project.run("edit", "--json").reasons == ["edit": "it failed the last time"])
            #expect(project.ran() == ["edit", "edit"])
            #expect(project.shell("find .taskgraph/cache/layers -mindepth 1 2> /dev/null || true") == "")
            // Reports of a failure are evidence.
            #expect(project.shell("find . -name why.txt -not -path './.taskgraph/cache/*' | wc -l") == "1\n")
        }
    }

    @Test func reportsAndOutputsOfAWorkspaceTask() {
        let yaml = """
            test:
              workspace: tree
              inputs: [a]
              outputs: [built]
              reports: [reports/r.txt]
              run: echo test >> $log; mkdir -p reports built; echo $(cat a) > reports/r.txt; echo constant > built/x
            use: {needs: [test], workspace: tree, inputs: [built/**], reports: [reports/u.txt], run: "echo use >> $log; mkdir -p reports; cat built/x > reports/u.txt; test ! -e reports/r.txt"}
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("use")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["test", "use"])
            project.write("2", to: "tree/a")
            project.run("use")
            // The report is another, the output is not.
            #expect(project.ran() == ["test"])
            let report = project.shell("find . -name r.txt -not -path './.taskgraph/cache/*'").split(separator: "\n")
                .map(String.init)
            #expect(report.count == 1 && project.text(report[0]) == "2\n", "\(report)")
            project.shell("rm \(report.first ?? "none")")
            project.run("use")
            #expect(project.ran() == [])
            #expect(report.first.flatMap { project.text($0) } == "2\n")
        }
    }

    @Test func viewAtTheTreesOwnPath() {
        let yaml = "edit: {workspace: {tree: tree, at: tree}, changes: [b], run: pwd > b; pwd >> $log}"
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("edit")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == [project.at("tree")])
            #expect(!project.exists("tree/b"))
        }
    }

    @Test func conditionsSeeTheViewAfterTheRun() {
        let yaml = """
            edit:
              workspace: tree
              changes: [a, b]
              run: echo edit >> $log; rm a; echo good > b
              ensure: [{absent: a}, {match: {files: b, pattern: good}}, {run: "grep -q good b && test ! -e a"}]
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            let run = project.run("edit")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["edit"])
            // The tree itself has drifted all the time.
            let check = project.run("check")
            #expect(check.status == 1)
            #expect(check.out.contains("edit: 3 conditions do not hold"), "\(check.out)")
            // And where it is already as it should be, nothing runs.
            project.shell("rm tree/a; echo good > tree/b")
            #expect(project.run("edit", "--json").outcomes == ["edit": "satisfied"])
            #expect(project.run("check").status == 0)
            #expect(project.ran() == [])
        }
    }
}
