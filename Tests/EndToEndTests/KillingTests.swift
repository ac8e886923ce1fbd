// KILL for the program, for its warden, or for both: no process of a task lives on, whatever it does to stay.

import Glibc
import Testing

@Suite struct KillingTests {
    enum Victim: String, CaseIterable, Sendable {
        case engine, warden, both
    }

    /// Processes that ignore every signal and leave their parents in all the ways there are.
    static let adversary = #"""
        import ctypes, os, signal, sys, time

        def ignore():
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)

        def stay(): 
            while True: time.sleep(1000)

        def detached(then):
            """In a session of its own, its parent gone."""
            if os.fork(): return
            os.setsid()
            if os.fork(): os._exit(0)
            then()

        def reaper():
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
            detached(said)
            stay()

        def other_user():
            os.setgroups([]); os.setresgid(65533, 65533, 65533); os.setresuid(65533, 65533, 65533)
            said()

        def runner():
            os.write(up, b"x")
            while True:
                if os.fork(): os._exit(0)
                os.setsid()
                time.sleep(0.0004)

        def said():
            os.write(up, b"x")
            stay()

        ignore()
        down, up = os.pipe()
        kinds = [said, reaper, runner] + ([other_user] if os.geteuid() == 0 else [])
        for kind in kinds: detached(kind)
        if os.fork() == 0: said()
        for _ in range(len(kinds) + 1): os.read(down, 1)
        open(sys.argv[1], "w").write("ready\n")
        stay()
        """#

    static let yaml = """
        stubborn:
          inputs: [a]
          outputs: [b]
          run: |
            echo stubborn >> $log
            test ! -e ../finish || { cp a b; exit 0; }
            echo half > b
            exec python3 ../adversary.py ../ready
        """

    private static func with(_ yaml: String, unprivileged: Bool, _ body: (Project) -> Void) {
        Project.with(yaml, files: ["a": "whole", "tree/file": "x"]) { project in
            project.write(adversary, to: "../adversary.py")
            project.write("", to: "../log", mode: 0o666)
            if unprivileged { project.becomeUnprivileged() }
            body(project)
        }
    }

    /// KILL at one moment, as far as there is one.
    private static func kill(_ victim: Victim, of project: Project) {
        let victims = [victim == .warden ? nil : project.engine(), victim == .engine ? nil : project.warden()]
        let pids = victims.compactMap { $0?.pid }
        #expect(pids.count == (victim == .both ? 2 : 1))
        for pid in pids { Glibc.kill(pid, SIGKILL) }
    }

    static let cases = Victim.allCases.flatMap { victim in
        (Binary.canChangeUser ? [false, true] : [false]).map { (victim, $0) }
    }

    @Test(arguments: cases)
    func nothingLivesOn(victim: Victim, unprivileged: Bool) {
        Self.with(Self.yaml, unprivileged: unprivileged) { project in
            let ready = project.fifo("ready")
            let run = project.start("stubborn")
            #expect(ready.line() == "ready")
            let count = project.processes().count
            #expect(count >= 7 + (unprivileged ? 0 : 1), "\(project.processes())")
            Self.kill(victim, of: project)
            let ending = run.wait()
            #expect(ending.status == (victim == .warden ? 1 : 137))
            eventually("all are dead") { project.processes().isEmpty }
            #expect(project.ran() == ["stubborn"])

            // What was half written is no result.
            project.write("", to: "../finish")
            #expect(project.run("stubborn", "--json").outcomes == ["stubborn": "succeeded"])
            #expect(project.text("b") == "whole")
        }
    }

    @Test func aKilledWardenIsNamedAndReplaced() {
        let yaml = """
            stubborn:
              retries: 1
              run: |
                echo stubborn >> $log
                test ! -e ../again || exit 0
                touch ../again
                printf 'no newline'
                exec python3 ../adversary.py ../ready
            after: {needs: [stubborn], run: echo after >> $log}
            """
        Self.with(yaml, unprivileged: false) { project in
            let ready = project.fifo("ready")
            let run = project.start("after", "--verbose")
            #expect(ready.line() == "ready")
            let pid = project.warden()?.pid ?? 0
            Self.kill(.warden, of: project)
            let ending = run.wait()
            #expect(ending.status == 0)
            let reason = """
                stubborn | no newline
                stubborn | taskgraph: process \(pid), from which all tasks are started, was killed, and this task with it

                """
            #expect(ending.out.contains(reason), "\(ending.out)")
            #expect(project.ranInOrder() == ["stubborn", "stubborn", "after"])
            #expect(project.processes() == [])
        }
    }

    @Test(arguments: cases)
    func workspacesLeaveNothing(victim: Victim, unprivileged: Bool) {
        let yaml = """
            vars: {repo: {path: tree}}
            edit:
              workspace: ${{ repo }}
              changes: [new]
              run: |
                echo edit >> $log
                test ! -e $base/finish || { echo whole > new; exit 0; }
                echo half > new
                exec python3 $base/adversary.py $base/ready
            """
        Self.with("", unprivileged: false) { project in
            project.yaml(yaml.replacing("$base", with: project.base))
            if unprivileged { project.becomeUnprivileged() }
            let ready = project.fifo("ready")
            let run = project.start("edit")
            #expect(ready.line() == "ready")
            Self.kill(victim, of: project)
            _ = run.wait()
            eventually("all are dead") { project.processes().isEmpty }
            #expect(!(Disk.text("/proc/self/mountinfo") ?? "").contains(project.base))

            project.write("", to: "../finish")
            #expect(project.run("edit", "--json").outcomes == ["edit": "succeeded"])
            #expect(Disk.names(in: project.at(".taskgraph/cache/views")) == [])
            #expect(project.run("export", "edit", "out").status == 0)
            #expect(project.text("out/new") == "whole\n")
        }
    }

    /// Without namespaces the kernel kills at least the task's own process.
    @Test func withoutAWardenTheTasksOwnProcessDies() {
        Project.with("sleepy: {run: [sh, -c, 'echo ready > ../ready; exec sleep 1000']}") { project in
            project.environment["TASKGRAPH_NO_WARDEN"] = "1"
            let ready = project.fifo("ready")
            let run = project.start("sleepy")
            #expect(ready.line() == "ready")
            #expect(project.warden() == nil)
            Self.kill(.engine, of: project)
            #expect(run.wait().status == 137)
            eventually("it is dead") { project.processes().isEmpty }
        }
    }

    /// Words that run a program in a user namespace in which no other can be made, and without any right in it.
    static let refusing = [
        "unshare", "--user", "--map-root-user", "sh", "-c",
        #"echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "$@""#, "sh",
    ]

    @Test func whereNamespacesAreRefusedItIsSaidWhenAsked() {
        Project.with("say: {run: echo hello >> $log}") { project in
            project.prefix = Self.refusing
            let told = project.run("say", "--verbose")
            #expect(told.status == 0)
            #expect(
                told.err == """
                    tasks run without a warden: cannot make a PID and a mount namespace: No space left on device
                      hint: if taskgraph is killed with KILL, what its tasks started may live on; see docs/processes.md

                    """)
            let silent = project.run("say", "--force")
            #expect(silent.status == 0)
            #expect(silent.err == "")
            #expect(project.ran() == ["hello", "hello"])
        }
    }

    /// Where a warden is refused, that is told when one is asked for: nobody asks when nothing runs.
    @Test func whatIsUpToDateAsksForNone() {
        Project.with("make: {inputs: [a], outputs: [b], run: cp a b}", files: ["a": "x"]) { project in
            project.prefix = Self.refusing
            #expect(project.run("make", "--verbose").err.contains("without a warden"))
            let again = project.run("make", "--verbose", "--json")
            #expect(again.err == "")
            #expect(again.outcomes == ["make": "up-to-date"])
        }
    }
}
