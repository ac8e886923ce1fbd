// With the cache, without it, with one that may only be read, and with results that are not wanted.

import Glibc
import Testing

@Suite struct CacheModeTests {
    static let yaml = """
        copy: {inputs: [a], outputs: [b], run: "echo copy >> $log; cp a b"}
        edit: {workspace: src, inputs: ['**'], changes: ['**'], run: "echo edit >> $log; echo x > new"}
        show: {workspace: src, needs: [edit], inputs: ['**'], run: "echo show >> $log; cat new"}
        """

    private func with(_ body: (Project) -> Void) {
        Project.with(CacheModeTests.yaml, files: ["a": "1", "src/file": ""]) { project in
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            body(project)
        }
    }

    private func content(_ project: Project) -> String {
        project.shell("find ../cache \\( -type f -o -type d \\) -printf '%p %s %i %m\\n' | sort")
    }

    @Test func withoutTheCacheNothingIsLookedUpOrKept() {
        with { project in
            project.run("copy", "--no-cache")
            project.run("copy", "--no-cache")
            #expect(project.ran() == ["copy", "copy"])
            #expect(project.run("cache", "stats").out.contains("results   0\n"))
            project.run("copy")
            project.run("copy")
            #expect(project.ran() == ["copy"])
        }
    }

    @Test func forcedRunsAreKept() {
        with { project in
            project.run("copy")
            project.run("copy", "--force")
            #expect(project.ran() == ["copy", "copy"])
            project.shell("rm b")
            #expect(project.run("copy", "--json").outcomes == ["copy": "restored"])
        }
    }

    @Test func aReadOnlyCacheIsUsedAndStaysAsItIs() {
        with { project in
            // One that is not there is an empty one.
            #expect(project.run("copy", "edit", "show", "--read-only-cache").status == 0)
            #expect(project.ran() == ["copy", "edit", "show"])
            #expect(!Disk.exists(project.base + "/cache"))
            project.run("copy", "edit", "show")
            _ = project.ran()
            project.shell("rm -rf b .taskgraph")
            let before = content(project)
            let run = project.run("copy", "edit", "show", "--read-only-cache", "--json")
            #expect(run.outcomes["copy"] == "restored")
            #expect(project.ran() == [])
            project.write("2", to: "a")
            project.write("2", to: "src/file")
            for _ in 1...2 {
                let changed = project.run("copy", "edit", "show", "--read-only-cache")
                #expect(changed.status == 0 && changed.err == "", "\(changed)")
            }
            #expect(project.ran() == ["copy", "copy", "edit", "edit", "show", "show"])
            #expect(content(project) == before)
        }
    }

    enum Forbidding: CaseIterable { case modes, mount }

    @Test(arguments: Forbidding.allCases)
    func aCacheThatCannotBeWrittenIsSaidOnceAndUsed(how: Forbidding) throws {
        try #require(how == .modes ? Binary.canChangeUser : Mounting.isPossible, "needs root")
        with { project in
            project.run("copy", "edit", "show")
            _ = project.ran()
            project.shell("rm -rf b .taskgraph")
            let warning =
                "warning: the cache \(project.base)/cache cannot be written: results of this run are not kept\n"
            func check() {
                let before = content(project)
                let run = project.run("copy", "edit", "show")
                #expect(run.status == 0 && run.err == warning, "\(run)")
                #expect(project.ran() == [])
                project.shell("echo 2 > a; echo 2 > src/file")
                let changed = project.run("copy", "edit", "show")
                #expect(changed.status == 0 && changed.err == warning, "\(changed)")
                #expect(project.ran() == ["copy", "edit", "show"])
                #expect(project.text("b") == "2\n")
                #expect(content(project) == before)
                #expect(project.run("cache", "gc").status == 5)
                #expect(project.run("cache", "verify").status == 0)
            }
            switch how {
            case .modes:
                project.becomeUnprivileged()
                // Not what is in layers: their modes are content.
                project.shell("find ../cache -path '*/layers/*' -prune -o -type d -exec chmod a-w {} +")
                check()
                project.shell("find ../cache -path '*/layers/*' -prune -o -type d -exec chmod u+w {} +")
            case .mount: Mounting.readOnly(project.base + "/cache") { check() }
            }
        }
    }
}
