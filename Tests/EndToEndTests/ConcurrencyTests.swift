// Tasks side by side: how many, which never together, and that their lines stay whole. Tasks observe it themselves.

import Testing

@Suite struct ConcurrencyTests {
    /// A script that notes how many of its kind run at the same time; each waits for company as long as there may be some.
    private static func counted(_ kind: String) -> String {
        "mkdir -p ../now/\(kind); : > ../now/\(kind)/$$; ls ../now/\(kind) | wc -l >> ../seen-\(kind); "
            + "i=0; while [ $i -lt 15 ]; do ls ../now/\(kind) | wc -l >> ../seen-\(kind); sleep 0.01; i=$((i+1)); done; "
            + "rm ../now/\(kind)/$$"
    }

    private static func most(_ project: Project, _ kind: String) -> Int {
        (Disk.text(project.base + "/seen-\(kind)") ?? "").split(separator: "\n").compactMap { Int($0) }.max() ?? 0
    }

    @Test(arguments: [1, 3])
    func jobSlotsLimit(jobs: Int) {
        let yaml = "work: {each: [a, b, c, d, e, f], run: '\(Self.counted("all"))'}"
        Project.with(yaml) { project in
            #expect(project.run("work", "-j", "\(jobs)").status == 0)
            #expect(Self.most(project, "all") <= jobs)
        }
    }

    /// Each waits for the other: only side by side can they end.
    @Test func independentTasksRunTogether() {
        let yaml = """
            left: {run: "echo l > ../left; read x < ../right"}
            right: {run: "read x < ../left; echo r > ../right"}
            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../left ../right")
            #expect(project.run("run", "-j2").status == 0)
        }
    }

    @Test func poolsLimit() {
        let yaml = """
            pools: {narrow: 2}
            work: {each: [a, b, c, d, e, f], pool: narrow, run: '\(Self.counted("pool"))'}
            """
        Project.with(yaml) { project in
            #expect(project.run("work", "-j6").status == 0)
            #expect(Self.most(project, "pool") <= 2)
        }
    }

    @Test func locksExclude() {
        let yaml = """
            one: {each: [a, b, c], lock: [gpu], run: '\(Self.counted("lock"))'}
            two: {each: [a, b, c], lock: [gpu, disk], run: '\(Self.counted("lock"))'}
            """
        Project.with(yaml) { project in
            #expect(project.run("run", "-j6").status == 0)
            #expect(Self.most(project, "lock") == 1)
        }
    }

    @Test func processorsAreCounted() {
        let yaml = "wide: {each: [a, b, c, d], cpus: 2, run: '\(Self.counted("cpus"))'}\nhuge: {cpus: 99, run: 'true'}"
        Project.with(yaml) { project in
            #expect(project.run("wide", "-j5").status == 0)
            #expect(Self.most(project, "cpus") <= 2)
            // More than there are is all there are, not never.
            #expect(project.run("huge", "-j2").status == 0)
        }
    }

    @Test func linesOfConcurrentTasksStayWhole() {
        let yaml = """
            chat:
              each: [a, b, c]
              run: |
                i=0
                while [ $i -lt 100 ]; do
                  printf '${{ item }}${{ item }}'; printf '${{ item }}'; printf '${{ item }}%d\\n' $i
                  i=$((i+1))
                done
            """
        Project.with(yaml) { project in
            let run = project.run("chat", "-j3")
            for item in ["a", "b", "c"] {
                let prefix = "chat[\(item)] | "
                let lines = run.out.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map {
                    $0.dropFirst(prefix.count)
                }
                #expect(lines == (0..<100).map { "\(item)\(item)\(item)\(item)\($0)"[...] })
            }
        }
    }

    @Test func longestWayFirst() {
        // One slot, two ready tasks: the one with the longer chain behind it goes first, declared later or not.
        let yaml = """
            short: {run: echo short >> $log}
            long: {run: echo long >> $log}
            middle: {needs: [long], run: echo middle >> $log}
            last: {needs: [middle], run: echo last >> $log}
            """
        Project.with(yaml) { project in
            project.run("run", "-j1")
            #expect(project.ranInOrder().first == "long")
        }
    }
}
