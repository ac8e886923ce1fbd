// Tasks that edit views of a tree: what they see of each other, what becomes of it, and that the tree is left alone.

import Testing

@Suite struct WorkspaceTests {
    static let yaml = """
        vars: {repo: {path: tree}}
        edit:
          workspace: ${{ repo }}
          create:
            changes: [new.txt, sub/deep]
            run: |
              echo create >> $log
              echo "created from $(cat keep.txt)"
              echo new > new.txt
              mkdir -p sub/deep/empty
              ln -s ../../keep.txt sub/deep/link
              printf '#!/bin/sh\\necho tool\\n' > sub/deep/tool; chmod 755 sub/deep/tool
          alter:
            needs: [create]
            changes: [keep.txt, gone.txt, mode.sh, link, new.txt]
            run: |
              echo alter >> $log
              test "$(cat new.txt)" = new
              test "$(sub/deep/tool)" = tool
              echo altered >> keep.txt
              rm gone.txt
              chmod 755 mode.sh
              ln -sfn other link
              echo more >> new.txt
          look:
            needs: [alter]
            inputs: ["**"]
            reports: [reports/seen.txt]
            run: |
              echo look >> $log
              mkdir -p reports
              { find . -path ./.git -prune -o -path ./reports -prune -o -printf '%p %y %m %l\\n' | sort; cat keep.txt new.txt; pwd; } > reports/seen.txt
          aside:
            changes: [aside.txt]
            run: |
              echo aside >> $log
              test ! -e new.txt
              echo aside > aside.txt

        """
    static let files = [
        "tree/keep.txt": "kept\n", "tree/gone.txt": "gone\n", "tree/mode.sh": "#!/bin/sh\n",
        "tree/sub/old.txt": "old\n",
        "tree/.gitignore": "*.ignored\n/build/\n", "tree/secret.ignored": "x", "tree/build/big": "x",
    ]

    static func with(unprivileged: Bool = false, _ body: (Project) throws -> Void) rethrows {
        try Project.with(yaml, files: files) { project in
            project.shell("ln -s keep.txt tree/link")
            project.commit("tree")
            if unprivileged { project.becomeUnprivileged() }
            try body(project)
        }
    }

    static let seen = """
        . d 755 
        ./.gitignore f 644 
        ./keep.txt f 644 
        ./link l 777 other
        ./mode.sh f 755 
        ./new.txt f 644 
        ./sub d 755 
        ./sub/deep d 755 
        ./sub/deep/empty d 755 
        ./sub/deep/link l 777 ../../keep.txt
        ./sub/deep/tool f 755 
        ./sub/old.txt f 644 
        kept
        altered
        new
        more
        /srv/workspace

        """

    @Test(arguments: Binary.canChangeUser ? [false, true] : [false])
    func layersReachWhatNeedsThemAndNobodyElse(unprivileged: Bool) {
        Self.with(unprivileged: unprivileged) { project in
            let before = project.fingerprint("tree")
            let run = project.run("edit")
            #expect(run.status == 0, "\(run)")
            #expect(run.lines.contains("edit/create | created from kept"))
            #expect(project.ran() == ["alter", "aside", "create", "look"])
            let reports = project.shell("find . -name seen.txt -not -path '*/cache/*'").split(separator: "\n")
            #expect(reports.count == 1, "\(reports)")
            #expect(project.text(reports.first.map(String.init) ?? "") == Self.seen)
            #expect(project.fingerprint("tree") == before)
            #expect(project.shell("cd tree; git status --porcelain --ignored") == "!! build/\n!! secret.ignored\n")

            let second = project.run("edit")
            #expect(second.lines == ["4 done: 4 up to date in TIME"], "\(second)")
            #expect(project.ran() == [])
        }
    }

    @Test func freshCheckoutIsMigratedFromTheCache() {
        Self.with { project in
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            project.run("edit")
            _ = project.ran()
            project.shell("mkdir ../fresh; cp tasks.yaml ../fresh; git clone -q tree ../fresh/tree")
            let run = project.run("edit", "--json", in: project.base + "/fresh")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == [])
            #expect(Set(run.outcomes.values).isSubset(of: ["restored", "up-to-date"]), "\(run.outcomes)")
            #expect(run.events?.contains { $0.name == "replayed" && $0.text("text") == "created from kept\n" } == true)
            let reports = project.shell("cd ../fresh; find . -name seen.txt").split(separator: "\n")
            #expect(reports.count == 1)
        }
    }

    /// `upper` reads all of the tree; of what stands on it only that runs again which finds something else in the end.
    @Test func changedFileRerunsItsInstanceBehindAStepThatReadsAll() {
        let yaml = """
            edit:
              workspace: tree
              upper:
                inputs: ["**"]
                changes: ["**"]
                run: |
                  echo upper >> $log
                  for file in *_test lib; do tr a-z A-Z < $file > new; mv new $file; done
              tool:
                needs: [{task: upper, order-only: true}]
                inputs: [lib]
                changes: [tool]
                run: echo tool >> $log; cp lib tool
              check:
                needs: [tool]
                each: {files: "*_test"}
                inputs: ["${{ item }}", "**", "!*_test"]
                run: echo ${{ item }} >> $log; grep -q '^[A-Z]*$' ${{ item }}; cmp lib tool
            """
        Project.with(yaml, files: ["tree/a_test": "a\n", "tree/b_test": "b\n", "tree/lib": "l\n"]) { project in
            let first = project.run("edit")
            #expect(first.status == 0, "\(first)")
            #expect(project.ran() == ["a_test", "b_test", "tool", "upper"])
            project.write("aa\n", to: "tree/a_test")
            let second = project.run("edit", "--json")
            #expect(second.status == 0, "\(second)")
            #expect(project.ran() == ["a_test", "upper"])
            #expect(second.outcomes["edit/check[b_test]"] == "up-to-date")
            project.write("aA\n", to: "tree/a_test")
            #expect(project.run("edit").status == 0)
            #expect(project.ran() == ["upper"])
            project.write("ll\n", to: "tree/lib")
            #expect(project.run("edit").status == 0)
            #expect(project.ran() == ["a_test", "b_test", "tool", "upper"])
        }
    }

    @Test func changedFileRerunsExactlyWhatReadsIt() {
        let yaml = """
            edit:
              workspace: tree
              one: {inputs: [a.txt], changes: [one.txt], run: "echo one >> $log; tr a-z A-Z < a.txt > one.txt"}
              two: {inputs: [b.txt], changes: [two.txt], run: "echo two >> $log; cp b.txt two.txt"}
              both: {needs: [one, two], inputs: [one.txt, two.txt], changes: [both.txt], run: "echo both >> $log; cat one.txt two.txt > both.txt"}
            """
        Project.with(yaml, files: ["tree/a.txt": "a\n", "tree/b.txt": "b\n", "tree/c.txt": "c\n"]) { project in
            #expect(project.run("edit").status == 0)
            #expect(project.ran() == ["both", "one", "two"])
            project.write("changed\n", to: "tree/c.txt")
            #expect(project.run("edit").lines == ["3 done: 3 up to date in TIME"])
            project.shell("touch tree/a.txt tree/b.txt")
            #expect(project.run("edit").lines == ["3 done: 3 up to date in TIME"])
            project.write("B\n", to: "tree/b.txt")
            let run = project.run("edit", "--json")
            #expect(project.ran() == ["both", "two"])
            #expect(run.reasons["edit/two"] == "b.txt changed")
            #expect(run.reasons["edit/both"] != nil)
            // Another input, the same layer: the wave stops.
            project.write("A\n", to: "tree/a.txt")
            #expect(project.run("edit", "--json").reasons == ["edit/one": "a.txt changed"])
            #expect(project.ran() == ["one"])
        }
    }

    @Test func withoutInputsTheWholeTreeCounts() {
        let yaml = "it: {workspace: tree, changes: [o], run: echo it >> $log; cat a > o}"
        Project.with(yaml, files: ["tree/a": "1", "tree/b": "1"]) { project in
            project.run("it")
            project.run("it")
            #expect(project.ran() == ["it"])
            project.write("2", to: "tree/b")
            let run = project.run("it", "--json")
            #expect(project.ran() == ["it"])
            #expect(run.reasons["it"]?.contains("changed") == true)
        }
    }

    @Test func tasksSideBySideDoNotSeeEachOther() {
        // Both are in their views at the same time; each waits for the other in the middle of its edits.
        let yaml = """
            edit:
              workspace: tree
              left: {changes: [left], run: "echo l > left; echo > ../../left-there; read x < ../../right-there; test ! -e right"}
              right: {changes: [right], run: "echo r > right; read x < ../../left-there; echo > ../../right-there; test ! -e left"}
            """
        Project.with(yaml, files: ["tree/a": "1"]) { project in
            project.shell("mkfifo ../left-there ../right-there")
            project.yaml(yaml.replacing("../../", with: project.base + "/"))
            let run = project.run("edit", "-j2")
            #expect(run.status == 0, "\(run)")
            #expect(project.shell("ls tree") == "a\n")
        }
    }

    @Test func laterEditsDoNotReachARunningTask() {
        let yaml = """
            it: {workspace: tree, inputs: [a], reports: [seen], run: "echo > BASE/ready; read x < BASE/go; cat a > seen"}
            """
        Project.with(yaml, files: ["tree/a": "before"]) { project in
            project.yaml(yaml.replacing("BASE", with: project.base))
            let (ready, go) = (project.fifo("ready"), project.fifo("go"))
            let run = project.start("it", "--json")
            _ = ready.line()
            project.write("after", to: "tree/a")
            go.release()
            let ending = run.wait()
            #expect(ending.status == 0, "\(ending)")
            #expect(project.shell("cat $(find . -name seen -not -path '*/cache/*')") == "before")
        }
    }
}
