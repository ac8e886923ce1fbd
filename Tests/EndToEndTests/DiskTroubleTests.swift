// A disk that is full or may not be written, clocks that jump, state of another version: a miss or a clear error.

import Glibc
import Testing

@Suite struct DiskTroubleTests {
    private static let yaml = """
        small: {inputs: [a], outputs: [small], run: "echo small >> $log; cp a small"}
        large: {inputs: [a], outputs: [large], run: "echo large >> $log; seq 40000 > large"}
        edit: {workspace: src, inputs: ['**'], changes: ['**'], run: "seq 40000 > new"}
        """
    private static let listing = "sha256sum small large"

    /// From hardly any room to enough: wherever it ends, it ends well, and with room it goes on.
    @Test func aFullDiskIsAnErrorOrALostResult() throws {
        try #require(Mounting.isPossible, "needs the right to mount a tmpfs")
        Project.with(DiskTroubleTests.yaml, files: ["a": "1", "src/file": ""]) { project in
            project.run("small", "large")
            let expected = project.shell(DiskTroubleTests.listing)
            var failures = 0
            var successes = 0
            for pages in [0, 1, 3, 8, 20, 40, 60, 70, 90, 120, 200, 400, 800] {
                project.shell("rm -rf small large .taskgraph")
                Mounting.tmpfs(project.at(".taskgraph"), size: "4m") {
                    project.shell(
                        "head -c $((4 * 1024 * 1024 - \(pages) * 4096)) /dev/zero > .taskgraph/filler || true")
                    let run = project.run("-k", "small", "large", "edit")
                    #expect(run.status == 0 || run.isClearError, "\(pages): \(run)")
                    if run.status == 0 { successes += 1 } else { failures += 1 }
                    if project.exists("small"), project.exists("large") {
                        #expect(project.shell(DiskTroubleTests.listing) == expected, "\(pages)")
                    }
                    project.shell("rm .taskgraph/filler; rm -f small large")
                    let next = project.run("small", "large", "edit")
                    #expect(next.status == 0, "\(pages): \(next)")
                    #expect(project.shell(DiskTroubleTests.listing) == expected, "\(pages)")
                    #expect(project.run("cache", "verify").status == 0, "\(pages)")
                }
            }
            #expect(failures > 0 && successes > 0)
        }
    }

    /// Restoring into a full disk fails with the reason, and leaves what was there.
    @Test func restoringWithoutRoomFails() throws {
        try #require(Mounting.isPossible, "needs the right to mount a tmpfs")
        let yaml = "large: {inputs: [a], outputs: [out/large], run: 'seq 40000 > out/large'}"
        Project.with(yaml, files: ["a": "1"]) { project in
            Mounting.tmpfs(project.at("out"), size: "1m") {
                project.run("large")
                project.shell("echo precious > out/large; head -c 2000000 /dev/zero > out/filler || true")
                let run = project.run("large")
                #expect(run.status == 1 && (run.out + run.err).contains("No space left on device"), "\(run)")
                #expect(project.shell("cat out/large; ls -A out") == "precious\nfiller\nlarge\n")
                project.shell("rm out/filler")
                #expect(project.run("large", "--json").outcomes == ["large": "restored"])
            }
        }
    }

    enum Forbidding: CaseIterable { case modes, mount }

    @Test(arguments: Forbidding.allCases)
    func aReadOnlyStateIsSaid(how: Forbidding) throws {
        try #require(how == .modes ? Binary.canChangeUser : Mounting.isPossible, "needs root")
        Project.with(DiskTroubleTests.yaml, files: ["a": "1", "src/file": ""]) { project in
            project.run("small")
            project.write("2", to: "a")
            func check() {
                let run = project.run("small")
                #expect(run.status == 5)
                #expect(run.err.hasPrefix("taskgraph: the state directory cannot be used: cannot "), "\(run)")
                #expect(
                    run.err.hasSuffix(
                        "  hint: results are kept in \(project.path)/.taskgraph; make that directory writable\n"))
            }
            switch how {
            case .modes:
                project.becomeUnprivileged()
                project.shell("chmod -R a-w .taskgraph")
                check()
                project.shell("chmod -R u+w .taskgraph")
            case .mount: Mounting.readOnly(project.at(".taskgraph")) { check() }
            }
            #expect(project.run("small").status == 0)
            #expect(project.text("small") == "2")
        }
    }

    /// Times in the future prove nothing, and clocks set back lose nothing.
    @Test func clocksMayJump() {
        Project.with(DiskTroubleTests.yaml, files: ["a": "1", "src/file": ""]) { project in
            let century = 36_525 * 86_400
            for (round, shift) in [century, -century / 2, 0, -86_400, 86_400, 0].enumerated() {
                let clock = ["TASKGRAPH_CLOCK_SHIFT": "\(shift)"]
                project.write("\(round)", to: "a")
                // Same size, same time in the far future: only the content tells.
                project.shell("touch -d '2199-01-01 00:00:00' a")
                #expect(project.run(["small", "edit"], environment: clock).status == 0)
                #expect(project.text("small") == "\(round)")
                #expect(project.ran() == ["small"])
                #expect(project.run(["small", "edit"], environment: clock).status == 0)
                #expect(project.ran() == [], "\(round)")
            }
            project.write("0", to: "a")
            project.shell("rm small")
            #expect(project.run("small", "--json").outcomes == ["small": "restored"])
            #expect(project.run("cache", "gc").status == 0)
            #expect(project.run("cache", "verify").status == 0)
        }
    }

    @Test func stateOfAnotherVersionIsAMissOrSaid() {
        Project.with(DiskTroubleTests.yaml, files: ["a": "1", "src/file": ""]) { project in
            project.run("small", "large", "edit")
            let expected = project.shell(DiskTroubleTests.listing)
            project.shell(
                """
                cp -a .taskgraph ../saved
                find .taskgraph -type f ! -path '*/layers/*' ! -name VERSION ! -name .gitignore ! -name '*.sqlite' \
                    -exec sh -c 'printf "taskgraph from the future 99" | dd of="$0" conv=notrunc 2>/dev/null' {} ';'
                rm small large
                """)
            #expect(project.run("small", "large", "edit").status == 0)
            #expect(project.shell(DiskTroubleTests.listing) == expected)
            project.shell(
                "rm -rf .taskgraph; cp -a ../saved .taskgraph; echo taskgraph store 2 > .taskgraph/cache/VERSION")
            let refused = project.run("small")
            #expect(refused.status == 5)
            #expect(
                refused.err == """
                    taskgraph: the cache cannot be opened: the cache \(project.path)/.taskgraph/cache is of another version \
                    ("taskgraph store 2"; this taskgraph reads "taskgraph store 1"): delete it or set TASKGRAPH_CACHE to \
                    another directory
                      hint: TASKGRAPH_CACHE names another directory

                    """)
        }
    }
}
