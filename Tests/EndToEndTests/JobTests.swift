// One budget: tasks, what runs inside of them, and a make around them never use more slots together than `-j` says. Observed
// by those who run: each leaves a file while it does.

import TestKit
import Testing

@Suite struct JobTests {
    /// Notes how many run at the same time; each waits for company as long as there may be some. Process numbers would not do
    /// for names: they are counted in each run's namespace.
    private static func counted(_ place: String) -> String {
        "mkdir -p \(place)/now; f=$$(mktemp \(place)/now/XXXXXX); i=0; while [ $$i -lt 15 ]; do "
            + "ls \(place)/now | wc -l >> \(place)/seen; sleep 0.01; i=$$((i+1)); done; rm $$f"
    }

    /// A makefile of so many independent rules.
    private static func makefile(_ rules: Int, _ recipe: String) -> String {
        let names = (0..<rules).map { "r\($0)" }.joined(separator: " ")
        return "all: \(names)\n\(names):\n\t@\(recipe)\n"
    }

    private static func most(_ project: Project) -> Int {
        (Disk.text(project.base + "/seen") ?? "").split(separator: "\n").compactMap { Int($0) }.max() ?? 0
    }

    // MARK: What tasks are told

    @Test(arguments: [
        ("", "1 1 -j4"), ("cpus: 3,", "3 3 -j4"), ("cpus: 99,", "4 4 -j4"),
        ("env: {MAKEFLAGS: -k, TASKGRAPH_JOBS: mine, PYTEST_XDIST_AUTO_NUM_WORKERS: '7'},", "mine 7 -k"),
    ])
    func aTaskIsToldItsSlots(keys: String, expected: String) {
        let yaml = """
            show: {\(keys) run: "set -- $TASKGRAPH_JOBS $PYTEST_XDIST_AUTO_NUM_WORKERS $MAKEFLAGS; echo $1 $2 $3"}
            """
        Project.with(yaml) { project in
            #expect(project.run("show", "-j4").out.contains("\n\(expected)\n"))
        }
    }

    @Test func theKeyDoesNotContainThem() {
        let yaml = """
            a: {inputs: [in], outputs: [out], run: "cp in out; echo $TASKGRAPH_JOBS >> $log"}
            """
        Project.with(yaml, files: ["in": "1"]) { project in
            #expect(project.run("a", "-j1").status == 0)
            #expect(project.run("a", "-j7", "--json").outcomes == ["a": "up-to-date"])
            project.yaml(yaml.replacing("{inputs", with: "{cpus: 3, inputs"))
            #expect(project.run("a", "-j7", "--json").outcomes == ["a": "up-to-date"])
            #expect(project.ran() == ["1"])
        }
    }

    /// As many as its other slots, at once; they are nobody else's.
    @Test func theTokensOfItsOwnSlotsLieReady() {
        let yaml = """
            wide: {cpus: 3, run: "dd bs=1 count=2 <&3 2> ../dd; dd iflag=nonblock bs=1 count=1 <&3 2> ../dd || echo none"}
            """
        Project.with(yaml) { project in
            #expect(project.run("wide", "-j3").out.contains("\n++none\n"))
        }
    }

    // MARK: make inside

    /// Three rules each of which waits for the others: only side by side can they end.
    @Test func aMakeGetsTheSlotsThatNobodyUses() {
        let rules = """
            all: a b c
            a: ; @echo a > ../ab & read x < ../ca; wait
            b: ; @echo b > ../bc & read x < ../ab; wait
            c: ; @echo c > ../ca & read x < ../bc; wait
            """
        Project.with("build: {timeout: 1m, run: make}", files: ["Makefile": rules]) { project in
            project.shell("mkfifo ../ab ../bc ../ca")
            let run = project.run("build", "-j3")
            #expect(run.status == 0, "\(run)")
            #expect(!run.out.contains("warning"))
        }
    }

    @Test(arguments: [2, 4])
    func threeMakesTogetherKeepToTheBudget(jobs: Int) {
        let yaml = "build: {each: [a, b, c], run: make}"
        Project.with(yaml, files: ["Makefile": Self.makefile(5, Self.counted(".."))]) { project in
            let run = project.run("run", "-j\(jobs)")
            #expect(run.status == 0, "\(run)")
            #expect(Self.most(project) <= jobs)
            #expect(Self.most(project) > 1)
        }
    }

    /// It dies with tokens in its hands, while another task goes on that has nothing to do with it.
    @Test func theTokensOfADeadTaskComeBack() {
        let yaml = """
            long: {run: "read x < ../end"}
            dead: {run: "dd bs=1 count=2 <&3 > ../held 2> ../dd; kill -9 $$"}
            last:
              a: {needs: [{task: dead, soft: true}], run: "echo a > ../ab & read x < ../ca; wait"}
              b: {needs: [{task: dead, soft: true}], run: "echo b > ../bc & read x < ../ab; wait"}
              c: {needs: [{task: dead, soft: true}], run: "echo c > ../ca & read x < ../bc; wait; echo > ../end"}
            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../ab ../bc ../ca ../end")
            let run = project.run("run", "-k", "-j4", "--json")
            #expect(Disk.text(project.base + "/held") == "++")
            #expect(
                run.outcomes == [
                    "long": "succeeded", "dead": "failed", "last/a": "succeeded", "last/b": "succeeded",
                    "last/c": "succeeded",
                ])
        }
    }

    /// What is lent is called back for a task, as soon as who uses it has no more use for it.
    @Test func aTaskWaitsForASlotThatIsLent() {
        let yaml = """
            holder:
              run: |
                dd bs=1 count=1 <&3 > ../held 2> ../dd
                echo > ../go
                while [ ! -e ../put ]; do sleep 0.01; done
                printf + >&4
                read x < ../end
            gate: {run: "read x < ../go"}
            next: {needs: [gate], cpus: 2, run: "test -e ../put; echo > ../end"}
            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../go ../end")
            let child = project.start("run", "-j3", "--json")
            eventually("the token is held") { Disk.text(project.base + "/held") == "+" }
            project.shell(": > ../put")
            #expect(child.wait().status == 0)
        }
    }

    // MARK: make outside

    /// Two of them and a rule of the make itself share its three slots; a make that misses a token says so at its end.
    @Test func aMakeOutsideSharesItsSlots() {
        let yaml = "work: {each: [a, b, c, d], cpus: 2, run: sh ../count}\nnarrow: {each: [e, f, g], run: sh ../count}"
        let rules = """
            all: one two three
            one: ; +$(RUN) run > one.txt
            two: ; +cd other && $(RUN) run > two.txt
            three: ; @sh ../count
            """
        Project.with(yaml, files: ["Makefile": rules]) { project in
            project.write("version: 1\n" + yaml.replacing("../count", with: "../../count"), to: "other/tasks.yaml")
            let script = Self.counted(project.base).replacing("$$", with: "$")
            Disk.write(script, to: project.base + "/count", mode: 0o644)
            let out = project.shell("make -j3 RUN=\(Binary.path) 2>&1")
            #expect(!out.contains("jobserver") && !out.contains("INTERNAL"), "\(out)")
            #expect(Self.most(project) <= 3)
            #expect(Self.most(project) > 1)
        }
    }

    @Test func aTaskgraphInATaskKeepsToItsSlots() {
        let inner = "work: {each: [a, b, c, d, e, f], run: sh ../../count}"
        let yaml = "outer: {each: [x, y], cpus: 2, run: 'cd ${{ item }} && \(Binary.path) run'}"
        Project.with(yaml) { project in
            for name in ["x", "y"] { project.write("version: 1\n" + inner, to: name + "/tasks.yaml") }
            Disk.write(Self.counted(project.base).replacing("$$", with: "$"), to: project.base + "/count", mode: 0o644)
            let run = project.run("run", "-j4")
            #expect(run.status == 0, "\(run)")
            #expect(Self.most(project) <= 4)
            #expect(Self.most(project) > 2)
        }
    }
}
