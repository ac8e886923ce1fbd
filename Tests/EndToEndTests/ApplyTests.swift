// The result of workspace tasks given to a person: commits in the tree, a shell in the view, a copy of it.

import Testing

@Suite struct ApplyTests {
    static func with(_ body: (Project) throws -> Void) rethrows {
        try Project.with(WorkspaceTests.yaml, files: WorkspaceTests.files) { project in
            project.shell("ln -s keep.txt tree/link")
            project.commit("tree")
            for (key, value) in [("user.name", "p"), ("user.email", "p@example.org")] {
                project.shell("cd tree; git config \(key) \(value)")
            }
            try body(project)
        }
    }

    /// What `git show` says of each commit since the first, oldest first.
    static let log = "cd tree; git log --reverse --format='-- %s' --name-status main..HEAD | grep -v '^$'"

    @Test func oneCommitForEachTaskOnABranch() {
        Self.with { project in
            let run = project.run("apply", "edit/look")
            #expect(run.status == 0, "\(run)")
            #expect(project.shell("cd tree; git branch --show-current") == "taskgraph/edit-look\n")
            #expect(
                project.shell(Self.log) == """
                    -- edit/create
                    A\tnew.txt
                    A\tsub/deep/link
                    A\tsub/deep/tool
                    -- edit/alter
                    D\tgone.txt
                    M\tkeep.txt
                    M\tlink
                    M\tmode.sh
                    M\tnew.txt

                    """)
            #expect(
                project.shell(
                    "cd tree; git status --porcelain; cat keep.txt new.txt; readlink link; test -x mode.sh; sub/deep/tool"
                ) == "kept\naltered\nnew\nmore\nother\ntool\n")
            #expect(project.text("tree/secret.ignored") == "x")
            #expect(project.shell("cd tree; git rev-list --count main") == "1\n")
        }
    }

    @Test func changesWithoutCommits() {
        Self.with { project in
            #expect(project.run("apply", "edit/create", "--no-commit").status == 0)
            #expect(
                project.shell("cd tree; git branch --show-current; git status --porcelain -uall")
                    == "main\n?? new.txt\n?? sub/deep/link\n?? sub/deep/tool\n")
        }
    }

    @Test func refusesOverUnsavedWorkAndLeavesItAlone() {
        Self.with { project in
            project.write("mine\n", to: "tree/keep.txt")
            let before = project.fingerprint("tree")
            let run = project.run("apply", "edit/alter")
            #expect(run.status == 5 || run.status == 1, "\(run)")
            #expect(run.err.contains("keep.txt"), "\(run.err)")
            #expect(project.fingerprint("tree") == before)
            #expect(project.shell("cd tree; git branch --show-current; git branch | wc -l") == "main\n1\n")
        }
    }

    @Test func failingTargetIsNotApplied() {
        Project.with("edit: {workspace: tree, changes: [b], run: echo > b; exit 1}", files: ["tree/a": "1"]) {
            project in
            project.commit("tree")
            let run = project.run("apply", "edit")
            #expect(run.status == 1)
            #expect(run.err.contains("taskgraph: edit did not succeed"), "\(run)")
            #expect(
                project.shell("cd tree; git status --porcelain; git branch --format='%(refname:short)'") == "main\n")
        }
    }

    @Test func exportCopiesTheViewAndLeavesTheTree() {
        Self.with { project in
            let before = project.fingerprint("tree")
            let run = project.run("export", "edit/alter", "../copy")
            #expect(run.status == 0, "\(run)")
            #expect(
                project.shell(
                    "cd ../copy; find . -name .git -prune -o -type f -print -o -type l -print | sort; cat keep.txt; sub/deep/tool"
                ) == """
                    ./.gitignore
                    ./keep.txt
                    ./link
                    ./mode.sh
                    ./new.txt
                    ./sub/deep/link
                    ./sub/deep/tool
                    ./sub/old.txt
                    kept
                    altered
                    tool

                    """)
            #expect(project.fingerprint("tree") == before)
        }
    }

    @Test func shellRunsACommandInTheViewAndThrowsItAway() {
        Self.with { project in
            let before = project.fingerprint("tree")
            let run = project.run("shell", "edit/alter", "--", "sh", "-c", "cat new.txt; echo x > thrown-away; pwd")
            #expect(run.status == 0, "\(run)")
            #expect(run.out.hasSuffix("new\nmore\n/srv/workspace\n"), "\(run)")
            #expect(project.run("shell", "edit/alter", "--", "test", "!", "-e", "thrown-away").status == 0)
            #expect(project.run("shell", "edit/alter", "--", "false").status == 1)
            #expect(project.fingerprint("tree") == before)
        }
    }

    @Test(arguments: ["shell", "apply"])
    func targetsWithoutAWorkspace(command: String) {
        Project.with("plain: {run: 'true'}") { project in
            let run = project.run(command, "plain")
            #expect(run.status == 2)
            #expect(run.err == "taskgraph: plain works in no workspace\n  hint: tasks with `workspace:` leave views\n")
        }
    }
}
