// The program is killed after each of its changes of the disk; the next run must end as if nothing had happened.

import Glibc
import Testing

/// What a run finds when it begins, as a shell script; `saved` has the state of a finished run.
enum Beginning: String, CaseIterable {
    case nothing = "rm -rf .taskgraph small large dir; echo hello > a; echo text > src/file"
    case outputsRemoved =
        "rm -rf .taskgraph small large dir; cp -a ../saved .taskgraph; echo hello > a; echo text > src/file"
    case inputsChanged =
        "rm -rf .taskgraph small large dir; cp -a ../saved .taskgraph; cp -a ../outputs/. .; echo other > a; echo other > src/file"
}

@Suite struct CrashPointTests {
    /// All of them with `TASKGRAPH_ALL_CRASH_POINTS=1`; otherwise so many, evenly spread.
    private static let limit = getenv("TASKGRAPH_ALL_CRASH_POINTS") == nil ? 20 : Int.max

    @Test(arguments: Beginning.allCases)
    func aKillAfterAnyChangeOfTheDiskLosesNothing(beginning: Beginning) {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.run(Sample.targets)
            project.shell("cp -a .taskgraph ../saved; mkdir ../outputs; cp -a small large dir ../outputs")

            project.shell(beginning.rawValue)
            let trace = project.base + "/effects"
            let undisturbed = project.run(Sample.targets, environment: ["TASKGRAPH_CRASH_COUNT": trace])
            #expect(undisturbed.status == 0)
            let effects = (Disk.text(trace) ?? "").split(separator: "\n")
            let expected = state(of: project)
            #expect(effects.count > 20)
            let count = min(effects.count, CrashPointTests.limit)
            var killed = 0
            for index in 1...count {
                let point = index * effects.count / count
                project.shell(beginning.rawValue)
                let crashed = project.run(Sample.targets, environment: ["TASKGRAPH_CRASH_AT": "\(point)"])
                killed += crashed.status == 137 ? 1 : 0
                let what = "\(beginning) at \(point) (\(effects[point - 1]))"
                let next = project.run(Sample.targets)
                #expect(next.status == 0 && next.err == "", "\(what): \(next)")
                #expect(state(of: project) == expected, "\(what)")
                #expect(leftovers(of: project) == "", "\(what)")
                let last = project.run(["--json"] + Sample.targets)
                #expect(Set(last.outcomes.values) == ["up-to-date"], "\(what): \(last.outcomes)")
            }
            // A thread may be about to do the last one when the program ends by itself.
            #expect(killed >= count - 1)
        }
    }

    /// The unfinished files stand beside the outputs there, and the next run knows of them.
    @Test func unfinishedOutputsOnAnotherFilesystemAreClearedAway() throws {
        try #require(Mounting.isPossible, "needs the right to mount a tmpfs")
        let yaml =
            "big: {inputs: [a], outputs: [out/big, out/small], run: 'mkdir -p out; seq 30000 > out/big; cp a out/small'}"
        Project.with(yaml, files: ["a": "1"]) { project in
            Mounting.tmpfs(project.at("out"), size: "16m") {
                project.run("big")
                let listing = "sha256sum out/*; ls -A out"
                let before = project.shell(listing)
                let trace = project.base + "/effects"
                project.shell("rm out/*")
                project.run(["big"], environment: ["TASKGRAPH_CRASH_COUNT": trace])
                #expect(project.shell(listing) == before)
                var leftBeside = 0
                for point in 1...(Disk.text(trace) ?? "").split(separator: "\n").count {
                    project.shell("rm out/*")
                    project.run(["big"], environment: ["TASKGRAPH_CRASH_AT": "\(point)"])
                    if project.shell("ls -A out").contains(".taskgraph-") { leftBeside += 1 }
                    #expect(project.run("big").status == 0)
                    #expect(project.shell(listing) == before, "at \(point)")
                    #expect(leftovers(of: project) == "", "at \(point)")
                }
                #expect(leftBeside > 0, "the test must have seen what it is about")
            }
        }
    }

    /// A tree that was half written stays so, but nothing of ours stays in it.
    @Test func unfinishedFilesOfApplyAreClearedAway() {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.run(Sample.targets)
            project.shell("cp -a src ../source")
            let trace = project.base + "/effects"
            let apply = ["apply", "edit", "--no-commit"]
            #expect(project.run(apply, environment: ["TASKGRAPH_CRASH_COUNT": trace]).status == 0)
            let applied = project.shell("cat src/file src/new; readlink src/link; ls src")
            let count = (Disk.text(trace) ?? "").split(separator: "\n").count
            for point in stride(from: 1, through: count, by: max(1, count / 12)) {
                project.shell("rm -rf src; cp -a ../source src")
                project.run(apply, environment: ["TASKGRAPH_CRASH_AT": "\(point)"])
                project.run("small")
                #expect(leftovers(of: project) == "", "at \(point)")
            }
            project.shell("rm -rf src; cp -a ../source src")
            #expect(project.run(apply).status == 0)
            #expect(project.shell("cat src/file src/new; readlink src/link; ls src") == applied)
        }
    }

    /// Declared outputs with modes and content, and what the store keeps of workspaces.
    private func state(of project: Project) -> String {
        project.shell(
            Sample.listing + "\nfind .taskgraph/snapshots -mindepth 2 -maxdepth 2 -name '[0-9]*' | wc -l\n"
                + Sample.layers)
    }

    private func leftovers(of project: Project) -> String {
        project.shell(
            """
            find . -name '.taskgraph-*' -o -name '*.tmp' -o -name '*.new.*' -o -name '*.beside'
            find .taskgraph/tmp .taskgraph/cache/tmp .taskgraph/cache/views -mindepth 1 2>/dev/null || true
            find .taskgraph/snapshots -path '*/users/*' 2>/dev/null || true
            cat .taskgraph/lock
            grep -F "\(project.path)/.taskgraph" /proc/self/mounts || true
            """)
    }
}
