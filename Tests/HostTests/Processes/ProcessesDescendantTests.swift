// Descendants that outlive their task's process: whatever they do, they are gone when the task's end is told.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

#if arch(x86_64)
    private let prctlNumber = 157
#else
    private let prctlNumber = 167
#endif

extension ProcessTests {
    /// A left process says `up` to the fifo `report` and then waits at a gate that never opens.
    @Suite struct Descendants {
        static let waits = "echo up > report; read _ < gate"

        /// TERM ends all of these: the grace is longer than the test may take.
        @Test(arguments: [
            ("in the background", "sh -c '\(waits)' &"),
            ("without the output pipe", "sh -c '\(waits)' > /dev/null 2>&1 &"),
            ("in a group of its own", "perl -e 'setpgrp; exec(\"sh\", \"-c\", \"\(waits)\")' &"),
            ("in a session of its own", "setsid sh -c '\(waits)' &"),
            ("forked twice", "(setsid sh -c '\(waits)' > /dev/null 2>&1 &)"),
            ("without its environment", "(env -i setsid sh -c '\(waits)' > /dev/null 2>&1 &)"),
            ("with descendants", "setsid sh -c '(setsid sh -c \"\(waits)\" &); sh -c \"\(waits)\"; true' &"),
            ("stopped", "setsid sh -c 'echo up > report; kill -STOP $$; read _ < gate' &"),
            (
                "below a subreaper",
                "perl -e 'syscall(\(prctlNumber), 36, 1); system(\"(setsid sh -c \\\"\(waits)\\\" &)\"); sleep 1000' &"
            ),
        ])
        func areEndedWithTheTask(how: String, leave: String) throws {
            try withRig { rig in
                let (go, report, gate) = (rig.fifo("go"), rig.fifo("report"), rig.fifo("gate"))
                let token = try rig.start("\(leave)\nread _ < go; echo done; exit 4")
                #expect(report.line() == "up")
                go.release()
                let transcript = rig.end(of: token)
                #expect(transcript.text == "done\n")
                #expect(transcript.status == .exited(4))
                #expect(rig.survivors() == [], "\(how)")
                withExtendedLifetime(gate) {}
            }
        }

        @Test func thoseThatIgnoreTermAreKilled() throws {
            try withRig(leftoverGrace: 20_000_000) { rig in
                let (go, report, gate) = (rig.fifo("go"), rig.fifo("report"), rig.fifo("gate"))
                let ignores = "trap \"\" TERM HUP INT; \(Descendants.waits); read _ < gate"
                let token = try rig.start("(setsid sh -c '\(ignores)' &); sh -c '\(ignores)' & read _ < go")
                #expect(report.line() == "up")
                #expect(report.line() == "up")
                let before = rig.reactor.now
                go.release()
                #expect(rig.end(of: token).status == .exited(0))
                #expect(rig.reactor.now - before >= 20_000_000)
                #expect(rig.survivors() == [])
                withExtendedLifetime(gate) {}
            }
        }

        /// The first process of a namespace ignores TERM by nature; its end is the end of all in it.
        @Test func aNamespaceOfProcessesIsEndedAsAWhole() throws {
            try withRig(leftoverGrace: 20_000_000) { rig in
                let (go, report, gate) = (rig.fifo("go"), rig.fifo("report"), rig.fifo("gate"))
                let inside = "(setsid sh -c \"\(Descendants.waits)\" &); read _ < gate"
                let token = try rig.start(
                    "unshare --user --map-root-user --pid --fork setsid sh -c '\(inside)' & read _ < go")
                #expect(report.line() == "up")
                go.release()
                #expect(rig.end(of: token).status == .exited(0))
                #expect(rig.survivors() == [])
                withExtendedLifetime(gate) {}
            }
        }

        @Test func oneThatForksAndLeavesItsSessionAllTheTimeIsCaught() throws {
            try withRig(leftoverGrace: 1_000_000) { rig in
                let (go, report) = (rig.fifo("go"), rig.fifo("report"))
                let runs = """
                    use POSIX "setsid"; $SIG{TERM} = "IGNORE"; setsid; open(R, ">", "report"); print R "up\\n"; close R;
                    while (1) { my $pid = fork; next unless defined $pid; exit 0 if $pid; setsid }
                    """
                try DiskFiles().write(Array(runs.utf8), to: rig.directory + "/runs.pl", mode: 0o644)
                let token = try rig.start("perl \"$D/runs.pl\" & read _ < go", task: "runner")
                #expect(report.line() == "up")
                go.release()
                #expect(rig.end(of: token).status == .exited(0))
                #expect(rig.survivors() == [])
            }
        }

        @Test func theirLastWordsAreDelivered() throws {
            try withRig { rig in
                let (go, report, gate) = (rig.fifo("go"), rig.fifo("report"), rig.fifo("gate"))
                let token = try rig.start(
                    "setsid sh -c 'trap \"echo bye; exit\" TERM; \(Descendants.waits)' & read _ < go; echo done")
                #expect(report.line() == "up")
                go.release()
                #expect(rig.end(of: token).text == "done\nbye\n")
                withExtendedLifetime(gate) {}
            }
        }

        @Test func aTasksEndLeavesThoseOfOthersAlone() throws {
            try withRig { rig in
                let (report, gate, told) = (rig.fifo("report"), rig.fifo("gate"), rig.fifo("told"))
                let (go1, go2) = (rig.fifo("go1"), rig.fifo("go2"))
                let daemon = "(setsid sh -c 'echo up > report; read _ < gate; echo $TASKGRAPH_TASK > told' &)"
                let first = try rig.start("\(daemon); read _ < go1", task: "first")
                let second = try rig.start("\(daemon); read _ < go2", task: "second")
                #expect(report.line() == "up")
                #expect(report.line() == "up")
                go1.release()
                #expect(rig.end(of: first).status == .exited(0))
                gate.release()
                #expect(told.line() == "second")
                go2.release()
                #expect(rig.end(of: second).status == .exited(0))
            }
        }

        @Test func anUnclearOneIsEndedWithTheLastTaskThatMayOwnIt() throws {
            try withRig { rig in
                let (report, gate) = (rig.fifo("report"), rig.fifo("gate"))
                let (go1, go2) = (rig.fifo("go1"), rig.fifo("go2"))
                let daemon = "(env -i D=\"$D\" setsid sh -c '\(Descendants.waits)' > /dev/null 2>&1 &)"
                // The second task comes before the process: what is younger than a process cannot have started it.
                let second = try rig.start("read _ < go2", task: "second")
                let first = try rig.start("\(daemon); read _ < go1", task: "first")
                #expect(report.line() == "up")
                go1.release()
                #expect(rig.end(of: first).status == .exited(0))
                #expect(rig.survivors().contains { $0.contains("report") })
                go2.release()
                #expect(rig.end(of: second).status == .exited(0))
                #expect(rig.survivors() == [])
                withExtendedLifetime(gate) {}
            }
        }

        /// A process that is no descendant may hold the pipe: a server that was passed the descriptor.
        @Test func aStrangerWhoHoldsThePipeDoesNotKeepTheTask() throws {
            try withRig { rig in
                let go = rig.fifo("go")
                let token = try rig.start("read _ < go; printf done")
                let stranger = open("/proc/\(rig.pid(of: token))/fd/1", O_WRONLY | O_CLOEXEC)
                defer { close(stranger) }
                go.release()
                let transcript = rig.end(of: token)
                #expect(transcript.text == "done")
                #expect(stranger >= 0)
            }
        }

        @Test func whatOtherPartsOfTheProgramStartIsLeftAlone() throws {
            try withRig { rig in
                let (gate, report) = (rig.fifo("gate"), rig.fifo("report"))
                var pid = pid_t()
                let script = "echo up > \(rig.directory)/report; read _ < \(rig.directory)/gate; exit 9"
                let code = CStringArray.with(["/bin/sh", "-c", script], []) { arguments, environment, _ in
                    posix_spawn(&pid, "/bin/sh", nil, nil, arguments, environment)
                }
                #expect(code == 0)
                #expect(report.line() == "up")
                try #expect(rig.run("exit 0").status == .exited(0))
                gate.release()
                var status: Int32 = 0
                #expect(waitpid(pid, &status, 0) == pid)
                #expect(status == 9 << 8)
            }
        }
    }
}
