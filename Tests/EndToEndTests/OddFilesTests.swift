// Files that trip programs up: odd names, modes that forbid, empty things, links in the way.

import Testing

@Suite struct OddFilesTests {
    @Test func oddNamesAreInputsItemsAndOutputs() {
        let yaml = """
            copy:
              each: {files: "in/*"}
              inputs: ["${{ item }}"]
              outputs: ["out/${{ item.name }}"]
              run: [sh, -euc, 'mkdir -p out; cp -- "$0" "out/$1"; echo x >> $log', "${{ item }}", "${{ item.name }}"]
            all: {inputs: ["out/**"], outputs: [sum], run: "find out -type f -print0 | sort -z | xargs -0 cat > sum"}
            """
        let names = [
            "with space", "quote'd", "dou\"ble", "ünïcödé", "-dash", "dollar$HOME", "back\\slash", "semi;colon", "a,b",
            "hash#tag", "tab\tbed", "newline\nname", "[id]", "star*", "[a", "{x,y}", "!bang",
        ]
        Project.with(yaml) { project in
            for (number, name) in names.enumerated() { project.write("\(number)\n", to: "in/\(name)") }
            let run = project.run("all")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran().count == names.count)
            for (number, name) in names.enumerated() { #expect(project.text("out/\(name)") == "\(number)\n") }
            project.shell("rm -rf out sum")
            #expect(project.run("all", "--json").status == 0)
            #expect(project.ran() == [])
            for (number, name) in names.enumerated() { #expect(project.text("out/\(name)") == "\(number)\n") }
            project.write("changed\n", to: "in/with space")
            #expect(project.run("all", "--json").reasons["copy[in/with space]"] == "in/with space changed")
            #expect(project.ran() == ["x"])
        }
    }

    /// Names are bytes on Linux. One that is no text cannot be kept; without it a result would only look whole.
    @Test func namesThatAreNoTextAreAnError() {
        let yaml =
            "make: {inputs: [a], outputs: [out], run: 'mkdir out; echo 1 > \"out/$(printf \"x\\\\377y\")\"; echo make >> $log'}"
        Project.with(yaml, files: ["a": "1"]) { project in
            let run = project.run("make")
            #expect(run.status == 1)
            #expect(
                run.out.contains("make failed: cannot use \(project.at("out/x\u{FFFD}y")): its name is not UTF-8"),
                "\(run)")
            #expect(project.ran() == ["make"])
        }
    }

    @Test func directoriesThatForbidWriting() {
        let yaml = """
            make:
              inputs: [a]
              outputs: [out]
              run: mkdir -p out/shut; cp a out/shut/file; chmod 444 out/shut/file; chmod 555 out/shut out; echo make >> $log
            """
        for isUnprivileged in Binary.canChangeUser ? [false, true] : [false] {
            Project.with(yaml, files: ["a": "1"]) { project in
                if isUnprivileged { project.becomeUnprivileged() }
                let listing = "find out -printf '%p %y %m\\n' | sort"
                #expect(project.run("make").status == 0)
                let before = project.shell(listing)
                #expect(before == "out d 555\nout/shut d 555\nout/shut/file f 444\n")
                // Cleared away and made again, restored over nothing, restored over a writable one.
                project.write("2", to: "a")
                #expect(project.run("make").status == 0)
                project.shell("chmod -R u+w out; rm -rf out")
                #expect(project.run("make", "--json").outcomes == ["make": "restored"])
                #expect(project.shell(listing) == before)
                project.write("1", to: "a")
                #expect(project.run("make", "--json").outcomes == ["make": "restored"])
                #expect(project.shell("cat out/shut/file") == "1")
                #expect(project.shell(listing) == before)
                #expect(project.ran() == ["make", "make"])
                project.shell("chmod -R u+w out")
            }
        }
    }

    /// What a link points at is somebody else's.
    @Test func linksAreNotFollowedWhenClearing() {
        let yaml =
            "make: {inputs: [a], outputs: [out], run: 'ln -s ../precious out; cp a ../ran-once; echo make >> $log'}"
        Project.with(yaml, files: ["a": "1", "../precious/keep": "keep"]) { project in
            project.run("make")
            project.write("2", to: "a")
            #expect(project.run("make").status == 0)
            #expect(project.ran() == ["make", "make"])
            #expect(project.text("../precious/keep") == "keep")
        }
    }

    @Test func inputsThatAreLinksCountByTheirTarget() {
        let yaml = "read: {inputs: [link], outputs: [o], run: 'readlink link > o; echo read >> $log'}"
        Project.with(yaml, files: ["one": "1", "two": "1"]) { project in
            project.shell("ln -s one link")
            project.run("read")
            project.shell("ln -sfn two link")
            #expect(project.run("read", "--json").reasons == ["read": "link changed"])
            #expect(project.text("o") == "two\n")
        }
    }

    @Test func modesOfInputsCount() {
        let yaml = "read: {inputs: [tool], outputs: [o], run: 'stat -c %a tool > o'}"
        Project.with(yaml, files: ["tool": "#!/bin/sh\n"]) { project in
            project.run("read")
            project.shell("chmod 755 tool")
            #expect(project.run("read", "--json").reasons == ["read": "tool changed"])
            #expect(project.text("o") == "755\n")
        }
    }

    @Test func manyAndLargeFiles() {
        let yaml = """
            make:
              inputs: []
              outputs: [out]
              run: mkdir out; cd out; seq -f 'file-%g' 400 | xargs touch; head -c 3000000 /dev/zero > large; seq 100000 > numbers; echo make >> $log
            """
        Project.with(yaml) { project in
            project.run("make")
            let before = project.shell("find out -type f | wc -l; cat out/large out/numbers | sha256sum")
            project.shell("rm -r out")
            #expect(project.run("make", "--json").outcomes == ["make": "restored"])
            #expect(project.shell("find out -type f | wc -l; cat out/large out/numbers | sha256sum") == before)
            #expect(project.ran() == ["make"])
        }
    }
}
