// `cache verify` finds what is damaged and removes it; `cache gc` removes what is not needed, also beside runs.

import Testing

@Suite struct CacheCommandTests {
    /// What is done to the cache or the state, and what is said of it.
    static let damage: [(String, [String])] = [
        ("true", []),
        ("printf X | dd of=$(ls .taskgraph/cache/blobs/*/*) bs=1 seek=100 conv=notrunc", ["blob", "record large"]),
        ("rm .taskgraph/cache/blobs/*/*", ["blob", "record large"]),
        ("truncate -s 5 .taskgraph/cache/blobs/*/*", ["blob", "record large"]),
        ("echo x | tee -a .taskgraph/cache/layers/*/tree/file", ["layer", "record edit"]),
        ("rm -r .taskgraph/cache/layers/*", ["record after", "record edit"]),
        (
            "for s in .taskgraph/cache/segments/*; do printf XYZ | dd of=$s bs=1 seek=100 conv=notrunc; done",
            ["segment"]
        ),
        ("for s in .taskgraph/cache/segments/*; do echo garbage > $s; done", ["segment"]),
        ("echo garbage > .taskgraph/cache/index", ["index"]),
        (
            "printf X | dd of=.taskgraph/digests bs=1 seek=150 conv=notrunc; printf X | dd of=.taskgraph/digests bs=1 seek=8 conv=notrunc",
            ["digests"]
        ),
        (
            "printf XYZXYZXYZ | dd of=.taskgraph/history.sqlite bs=1 seek=100 conv=notrunc; rm -f .taskgraph/*-wal",
            ["history"]
        ),
    ]

    @Test func everythingDamagedIsFoundAndRemoved() {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.run(Sample.targets)
            let expected = project.shell(Sample.listing)
            project.shell("cp -a .taskgraph ../saved")
            for (script, findings) in CacheCommandTests.damage {
                project.shell(
                    "rm -rf .taskgraph; cp -a ../saved .taskgraph; rm -rf small large dir; (\(script)) 2>/dev/null")
                let found = project.run("cache", "verify")
                #expect(found.status == (findings.isEmpty ? 0 : 1), "\(script): \(found)")
                let lines = found.out.split(separator: "\n").dropLast()
                for finding in findings {
                    #expect(lines.contains { $0.hasPrefix(finding) }, "\(script): \(found.out)")
                }
                #expect(lines.isEmpty == findings.isEmpty, "\(script): \(found.out)")
                let json = jsonObject(project.run("cache", "verify", "--json").out)
                #expect((json?["damage"] as? [Any])?.count == lines.count)
                // Looking has not changed anything.
                #expect(project.run("cache", "verify").out == found.out)
                #expect(project.run("cache", "verify", "--repair").status == found.status)
                let after = project.run("cache", "verify")
                #expect(after.status == 0 && after.out.hasSuffix("all as they should be\n"), "\(script): \(after)")
                #expect(project.run(Sample.targets).status == 0)
                #expect(project.shell(Sample.listing) == expected, "\(script)")
            }
        }
    }

    private static let day = 86_400

    /// A day ahead of the clock by so much.
    private func ahead(_ days: Int) -> [String: String] {
        ["TASKGRAPH_CLOCK_SHIFT": "\(days * CacheCommandTests.day)"]
    }

    @Test func whatWasNotUsedForLongGoes() {
        let yaml =
            "make: {each: [a, b], inputs: [], outputs: ['${{ item }}'], run: 'echo ${{ item }} >> $log; seq 20000 > ${{ item }}; echo ${{ item }} >> ${{ item }}'}"
        Project.with(yaml) { project in
            project.run("make")
            _ = project.ran()
            #expect(
                jsonObject(project.run(["cache", "gc", "--json"], environment: ahead(29)).out)?["results"] as? Int == 0)
            // A use that no index knew of, and later one that an index knows of.
            for (use, cleaning) in [(20, 35), (45, 70)] {
                #expect(project.run(["make[a]"], environment: ahead(use)).status == 0)
                let result = jsonObject(
                    project.run(["cache", "gc", "--max-age", "30d", "--json"], environment: ahead(cleaning)).out)
                #expect(result?["results"] as? Int == (use == 20 ? 1 : 0))
                #expect(result?["contents"] as? Int == (use == 20 ? 1 : 0))
            }
            project.shell("rm a b")
            project.run(["make"], environment: ahead(70))
            #expect(project.ran() == ["b"])
            #expect(jsonObject(project.run("cache", "gc", "--max-size", "0", "--json").out)?["results"] as? Int == 2)
            #expect(project.shell("find .taskgraph/cache/segments .taskgraph/cache/blobs -type f") == "")
        }
    }

    @Test func theLongestUnusedGoFirst() {
        let yaml =
            "make: {each: [a, b, c], inputs: [], outputs: ['${{ item }}'], run: 'echo ${{ item }} >> $log; seq 50000 > ${{ item }}; echo ${{ item }} >> ${{ item }}'}"
        Project.with(yaml) { project in
            for (days, item) in ["c", "a", "b", "a"].enumerated() {
                project.run(["make[\(item)]"], environment: ahead(days))
            }
            _ = project.ran()
            // Each has 289 kB.
            let result = project.run(["cache", "gc", "--max-size", "600K"], environment: ahead(4))
            #expect(
                result.out.hasPrefix("removed 1 result, 1 content, 0 layers, 0 snapshots: 289."),
                "\(result)")
            project.shell("rm a b c")
            project.run(["make"], environment: ahead(4))
            #expect(project.ran() == ["c"])
        }
    }

    /// Layers too: a view is never without its ground.
    @Test func collectingBesideRunsHarmsNone() {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            project.run(Sample.targets)
            let expected = project.shell(Sample.listing)
            let stop = project.base + "/stop"
            project.write(
                "while ! test -e \(stop); do \(Binary.path) cache gc --max-size $1 || exit 1; done\n",
                to: "../collect.sh")
            let collectors = ["0", "200K"].map { size in
                Child(
                    ["sh", project.base + "/collect.sh", size], in: project.path, environment: project.environment,
                    scratch: "\(project.base)/collector-\(size)")
            }
            for round in 1...25 {
                project.shell("rm -rf small large dir" + (round % 3 == 0 ? " .taskgraph" : ""))
                let run = project.run(Sample.targets)
                #expect(run.status == 0, "\(round): \(run)")
                #expect(project.shell(Sample.listing) == expected, "\(round)")
            }
            project.write("", to: stop.replacing(project.path, with: ""))
            project.shell(": > \(stop)")
            for collector in collectors {
                let ending = collector.wait()
                #expect(ending.status == 0 && ending.err == "", "\(ending)")
                #expect(ending.out.split(separator: "\n").count > 3)
            }
            #expect(project.run("cache", "verify").status == 0)
        }
    }

    @Test func snapshotsOfTreesThatAreGoneAreRemoved() {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.run(Sample.targets)
            project.shell("mkdir ../elsewhere; cp -a . ../elsewhere/project")
            #expect(project.run("cache", "gc").out.contains(" 0 snapshots"))
            project.shell("mv src ../src")
            #expect(project.run("cache", "gc").out.contains(" 1 snapshot:"))
            #expect(project.shell("find .taskgraph/snapshots -type f") == "")
            project.shell("mv ../src src")
            #expect(project.run(Sample.targets).status == 0)
        }
    }
}
