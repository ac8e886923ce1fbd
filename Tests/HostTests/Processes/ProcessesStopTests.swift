// Stopping: TERM to the whole tree, KILL after the grace, and never a second TERM.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct Stopping {
        static let long: UInt64 = 60_000_000_000

        @Test(arguments: [
            ("dies of it", "echo up; exec cat gate", Vocabulary.ExitStatus.signalled(SIGTERM)),
            ("answers it", "trap 'exit 3' TERM; echo up; read _ < gate", .exited(3)),
            ("is stopped", "echo up; kill -STOP $$; read _ < gate", .signalled(SIGTERM)),
            ("has a tree", "sh -c 'sh -c \"cat gate\"; true' & echo up; cat gate; echo next", .signalled(SIGTERM)),
            (
                "has a daemon", "(setsid sh -c 'read _ < gate' > /dev/null 2>&1 &); echo up; cat gate",
                .signalled(SIGTERM)
            ),
        ])
        func termIsEnough(who: String, script: String, status: Vocabulary.ExitStatus) throws {
            try withRig { rig in
                let gate = rig.fifo("gate")
                let token = try rig.start(script)
                rig.wait(for: "up\n", from: token)
                rig.reactor.stop(token, grace: Stopping.long)
                let transcript = rig.end(of: token)
                #expect(transcript.status == status)
                #expect(transcript.text == "up\n")
                #expect(rig.survivors() == [], "\(who)")
                withExtendedLifetime(gate) {}
            }
        }

        @Test(arguments: [UInt64(0), 20_000_000])
        func killComesAfterTheGrace(grace: UInt64) throws {
            try withRig { rig in
                let gate = rig.fifo("gate")
                let stubborn = "trap \"\" TERM; cat gate; cat gate"
                let token = try rig.start(
                    "sh -c '\(stubborn)' & trap '' TERM; setsid sh -c '\(stubborn)' & echo up; cat gate; cat gate")
                rig.wait(for: "up\n", from: token)
                let before = rig.reactor.now
                rig.reactor.stop(token, grace: grace)
                let transcript = rig.end(of: token)
                #expect(transcript.status == .signalled(SIGKILL))
                #expect(rig.reactor.now - before >= grace)
                #expect(rig.survivors() == [])
                withExtendedLifetime(gate) {}
            }
        }

        /// Many programs take the second TERM as "at once".
        @Test func termIsSentOnce() throws {
            try withRig { rig in
                let (gate, report) = (rig.fifo("gate"), rig.fifo("report"))
                let counts = """
                    $SIG{TERM} = sub { $n++ }; $| = 1; print "up\\n"; select(undef, undef, undef, 0.001) until $n;
                    open(R, ">", "report"); print R "term\\n"; close R; open(G, "<", "gate"); $_ = <G>; print "$n\\n";
                    """
                let token = try rig.start(["perl", "-e", counts])
                rig.wait(for: "up\n", from: token)
                rig.reactor.stop(token, grace: Stopping.long)
                #expect(report.line() == "term")
                rig.reactor.stop(token, grace: Stopping.long)
                gate.release()
                #expect(rig.end(of: token).text == "up\n1\n")
            }
        }

        @Test func theEarlierKillCounts() throws {
            try withRig { rig in
                let gate = rig.fifo("gate")
                let token = try rig.start("trap '' TERM; echo up; cat gate; cat gate")
                rig.wait(for: "up\n", from: token)
                rig.reactor.stop(token, grace: 1_000_000)
                rig.reactor.stop(token, grace: .max)
                #expect(rig.end(of: token).status == .signalled(SIGKILL))
                withExtendedLifetime(gate) {}
            }
        }

        @Test func whatHasEndedIsNotStopped() throws {
            try withRig { rig in
                let token = try rig.start("exit 5")
                #expect(rig.end(of: token).status == .exited(5))
                rig.reactor.stop(token, grace: 0)
                rig.reactor.stop(ProcessToken(99), grace: 0)
                try #expect(rig.run("exit 6").status == .exited(6))
            }
        }

        @Test func aReactorThatGoesKillsWhatRuns() throws {
            try withTemporaryDirectory { directory in
                var rig: ReactorRig? = ReactorRig(directory: directory, workers: 2, leftoverGrace: Stopping.long)
                let report = rig?.fifo("report")
                let gate = rig?.fifo("gate")
                let stubborn = "trap \"\" TERM; echo up > report; read _ < gate"
                _ = try rig?.start(
                    "setsid sh -c '\(stubborn)' & (env -i setsid sh -c '\(stubborn)' &) ; yes & \(stubborn)")
                for _ in 0..<3 { #expect(report?.line() == "up") }
                rig = nil
                #expect(processes(mentioning: directory) == [])
                withExtendedLifetime(gate) {}
            }
        }
    }
}
