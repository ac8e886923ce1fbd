// What comes back from the cache: files with their modes, links, empty directories, the log; and what does not.

import Testing

@Suite struct RestoreTests {
    @Test func everythingThatWasMadeComesBack() {
        let yaml = """
            site:
              inputs: [source]
              outputs: [out, single, "made-*.txt"]
              run: |
                echo site >> $log
                echo "building from $(cat source)"
                mkdir -p out/deep/empty out/bin
                cp source out/deep/copy
                printf '#!/bin/sh\\necho ran\\n' > out/bin/tool
                chmod 755 out/bin/tool
                chmod 640 out/deep/copy
                : > out/nothing
                ln -s deep/copy out/link
                ln -s nowhere out/dangling
                ln -s deep out/linked-directory
                echo one > single
                echo 1 > made-1.txt
                echo 2 > made-2.txt
            """
        let listing =
            "find out single made-* -printf '%p %y %m %l\\n' | sort; cat out/deep/copy made-*.txt; out/bin/tool"
        Project.with(yaml, files: ["source": "sun\n"]) { project in
            #expect(project.run("site").status == 0)
            let before = project.shell(listing)
            #expect(before.contains("out/deep/empty d 755"))
            #expect(before.contains("out/bin/tool f 755"))
            project.shell("rm -rf out single made-*")
            let run = project.run("site")
            #expect(run.lines == ["building from sun", "site: restored", "1 done: 1 restored in TIME"])
            #expect(project.shell(listing) == before)
            #expect(project.ran() == ["site"])
            // Things in the way go, also of another kind.
            project.shell(
                "rm -rf out/link out/deep single; mkdir -p out/link/x single/y; echo z > out/deep; echo 3 > made-3.txt; chmod 600 out/bin/tool"
            )
            #expect(project.run("site", "--json").outcomes == ["site": "restored"])
            #expect(project.shell(listing) == before)
            #expect(project.ran() == [])
        }
    }

    /// Editing a restored file in place must not reach the store.
    @Test func restoredFilesAreCopies() {
        let yaml = "copy: {inputs: [a], outputs: [b], run: cp a b; echo copy >> $log}"
        Project.with(yaml, files: ["a": String(repeating: "0123456789", count: 20_000)]) { project in
            project.run("copy")
            for _ in 1...2 {
                project.shell("rm b")
                #expect(project.run("copy", "--json").outcomes == ["copy": "restored"])
                project.shell("cmp a b; printf X | dd of=b conv=notrunc status=none")
            }
            #expect(project.ran() == ["copy"])
        }
    }

    @Test func outputOfAFailedTaskIsNotRestored() {
        let yaml = """
            flaw:
              inputs: [a]
              outputs: [b]
              reports: [report.xml]
              run: |
                echo flaw >> $log
                echo half > b
                echo evidence > report.xml
                exit 3
            """
        Project.with(yaml, files: ["a": ""]) { project in
            let first = project.run("flaw")
            #expect(first.status == 1)
            project.shell("rm -f b report.xml")
            let second = project.run("flaw", "--json")
            #expect(second.status == 1)
            #expect(second.reasons == ["flaw": "it failed the last time"])
            #expect(second.events?.last?.count("failed") == 1)
            #expect(project.ran() == ["flaw", "flaw"])
        }
    }

    @Test func stampedOutputsAreNotStored() {
        let yaml = """
            big:
              inputs: [a]
              outputs: [{path: big.bin, store: false}, small]
              run: echo big >> $log; cp a big.bin; cp a small
            """
        Project.with(yaml, files: ["a": "aaaa"]) { project in
            project.run("big")
            #expect(project.run("big", "--json").outcomes == ["big": "up-to-date"])
            project.shell("rm small")
            #expect(project.run("big", "--json").outcomes == ["big": "restored"])
            #expect(project.ran() == ["big"])
            project.shell("rm big.bin")
            #expect(
                project.run("big", "--json").reasons == [
                    "big": "the cached result is incomplete: an output that is not stored was changed or removed"
                ])
            #expect(project.ran() == ["big"])
        }
    }

    @Test func outputsAreRemovedBeforeUnlessCleanIsOff() {
        let yaml = """
            fresh: {inputs: [a], outputs: [fresh], run: "ls >> $log; cp a fresh"}
            grown: {inputs: [a], outputs: [grown], clean: false, run: "cat a >> grown"}
            """
        Project.with(yaml, files: ["a": "1"]) { project in
            project.write("left over", to: "fresh")
            project.run("fresh", "grown")
            #expect(!project.ran().contains("fresh"))
            project.write("2", to: "a")
            project.run("fresh", "grown")
            #expect(!project.ran().contains("fresh"))
            #expect(project.text("fresh") == "2")
            #expect(project.text("grown") == "12")
        }
    }

    @Test func reportsComeBackAndDoNotReachDependents() {
        let yaml = """
            test:
              inputs: [a]
              outputs: [verdict]
              reports: [report.txt]
              run: |
                echo test >> $log
                echo good > verdict
                cp a report.txt
            publish:
              needs: [test]
              inputs: []
              outputs: [published]
              run: echo publish >> $log; cp verdict published
            """
        Project.with(yaml, files: ["a": "1\n"]) { project in
            project.run("publish")
            #expect(project.ran() == ["publish", "test"])
            project.shell("rm report.txt verdict")
            project.run("publish")
            #expect(project.ran() == [])
            #expect(project.text("report.txt") == "1\n")
            project.write("2\n", to: "a")
            project.run("publish")
            #expect(project.ran() == ["test"])
            #expect(project.text("report.txt") == "2\n")
        }
    }

    @Test func damagedStoreIsAMissAndNotAWrongFile() {
        let yaml = "copy: {inputs: [a], outputs: [b], run: cp a b; echo copy >> $log}"
        Project.with(yaml, files: ["a": String(repeating: "precious", count: 1_000)]) { project in
            project.run("copy")
            // Every byte of the contents that are stored is another one now.
            project.shell("find .taskgraph/cache -type f -exec sed -i 's/precious/damaged!/g' {} +; rm b")
            let run = project.run("copy")
            #expect(run.status == 0)
            #expect(project.text("b") == project.text("a"))
            #expect(project.ran() == ["copy", "copy"])
        }
    }
}
