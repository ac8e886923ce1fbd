// A run at a pseudo-terminal: progress while it goes on, and a terminal left as it was found.

import Glibc
import Testing

@Suite struct TerminalTests {
    /// Runs the program at a terminal of 100 columns with util-linux' `script`, and gives all that the terminal got.
    private static func atTerminal(_ project: Project, _ command: String, _ body: () -> Void = {}) -> String {
        let line =
            "stty cols 100 rows 30; stty -a > ../before; \(Binary.path) \(command); echo \"exit $?\"; stty -a > ../after"
        project.write(line, to: "../line.sh")
        let child = Child(
            ["script", "-qec", "sh ../line.sh", "/dev/null"], in: project.path,
            environment: ["TERM": "xterm-256color"].merging(project.environment) { $1 },
            scratch: project.base + "/terminal"
        )
        body()
        return child.wait().out
    }

    @Test func progressWhileTasksRun() {
        let yaml = """
            quick: {run: echo from-quick}
            slow: {needs: [quick], run: "echo r > ../ready; read go < ../go"}
            """
        Project.with(yaml) { project in
            let (ready, go) = (project.fifo("ready"), project.fifo("go"))
            let screen = project.base + "/terminal.out"
            let text = Self.atTerminal(project, "slow") {
                _ = ready.line()
                // A line for the running task with what has elapsed, drawn again and again.
                eventually("the running task is shown") { (Disk.text(screen) ?? "").contains("slow") }
                let before = (Disk.text(screen) ?? "").utf8.count
                eventually("it is drawn again") { (Disk.text(screen) ?? "").utf8.count > before }
                go.release()
            }
            #expect(text.contains("\u{1B}["))
            #expect(text.contains("from-quick"))
            #expect(text.contains("2 done: 2 ran in"))
            #expect(text.contains("exit 0"))
            // What was hidden is shown again: cursor and line wrap.
            for (off, on) in [("\u{1B}[?25l", "\u{1B}[?25h"), ("\u{1B}[?7l", "\u{1B}[?7h")] {
                if let hidden = text.ranges(of: off).last { #expect(text[hidden.upperBound...].contains(on)) }
            }
            #expect(Disk.text(project.base + "/before") == Disk.text(project.base + "/after"))
        }
    }

    @Test func interruptLeavesTheTerminalClean() {
        let yaml = "slow: {run: \"echo ready > ../ready; sleep 1000\"}"
        Project.with(yaml) { project in
            let ready = project.fifo("ready")
            let text = Self.atTerminal(project, "slow") {
                _ = ready.line()
                if let engine = project.engine() { kill(engine.pid, SIGINT) }
            }
            #expect(text.contains("exit 130"), "\(text)")
            #expect(text.contains("SIGINT received, ending what runs"))
            for (off, on) in [("\u{1B}[?25l", "\u{1B}[?25h"), ("\u{1B}[?7l", "\u{1B}[?7h")] {
                if let hidden = text.ranges(of: off).last { #expect(text[hidden.upperBound...].contains(on)) }
            }
            #expect(Disk.text(project.base + "/before") == Disk.text(project.base + "/after"))
        }
    }

    @Test(arguments: [["CI": "true"], ["TERM": "dumb"]])
    func plainLinesInCIAndOnDumbTerminals(variable: [String: String]) {
        Project.with("say: {run: echo hello}") { project in
            project.environment.merge(variable) { $1 }
            let plain = Self.atTerminal(project, "say --color never")
            #expect(!plain.contains("\u{1B}"), "\(plain)")
            #expect(plain.contains("say: running"), "\(plain)")
        }
    }

    @Test func coloursCanBeRefused() {
        Project.with("say: {run: echo hello}") { project in
            project.environment["NO_COLOR"] = "1"
            #expect(!Self.atTerminal(project, "list").contains("\u{1B}"))
            #expect(!Self.atTerminal(project, "say").contains("\u{1B}[3"))
            project.environment["NO_COLOR"] = nil
            #expect(Self.atTerminal(project, "say").contains("\u{1B}["))
        }
    }

    @Test func interactiveTaskGetsTheTerminal() {
        let yaml = "ask: {interactive: true, run: 'test -t 0 && test -t 1 && echo has-terminal'}"
        Project.with(yaml) { project in
            let text = Self.atTerminal(project, "ask")
            #expect(text.contains("has-terminal"), "\(text)")
            #expect(text.contains("exit 0"), "\(text)")
        }
    }

    /// A session with a terminal of its own, in which the program is started as a shell with job control does it.
    static let shell = #"""
        import os, pty, signal, sys
        pid, terminal = pty.fork()
        if pid == 0:
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                os.execv(sys.argv[1], sys.argv[1:])
            _, status = os.waitpid(job, os.WUNTRACED)
            print("[stopped %s]" % os.WIFSTOPPED(status), flush=True)
            os.tcsetpgrp(0, job)
            os.kill(-job, signal.SIGCONT)
            _, status = os.waitpid(job, os.WUNTRACED)
            print("[ended %d]" % os.waitstatus_to_exitcode(status), flush=True)
            os._exit(0)
        seen = b""
        def wait(text):
            global seen
            while text not in seen:
                seen += os.read(terminal, 4096)
        wait(b"asking")
        os.write(terminal, b"\x1a")
        wait(b"[stopped True]")
        os.write(terminal, b"answer\n")
        wait(b"[ended ")
        sys.stdout.write(seen.decode())
        """#

    @Test(arguments: [[:], ["TASKGRAPH_NO_WARDEN": "1"]])
    func controlZStopsTheProgramAndItGoesOn(environment: [String: String]) {
        let yaml = "ask: {interactive: true, run: 'echo asking; read word; echo \"got $word\"'}"
        Project.with(yaml) { project in
            project.write(Self.shell, to: "../shell.py")
            let child = Child(
                ["python3", project.base + "/shell.py", Binary.path, "ask"], in: project.path,
                environment: project.environment.merging(environment) { $1 }, scratch: project.base + "/job")
            let ending = child.wait()
            #expect(ending.out.contains("got answer"), "\(ending)")
            #expect(ending.out.contains("[ended 0]"), "\(ending)")
        }
    }
}
