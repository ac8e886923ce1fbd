// Output and ends of single processes: nothing lost, nothing mixed up, nothing starved.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct Output {
        @Test(arguments: [
            ("exit 0", "", Vocabulary.ExitStatus.exited(0)),
            ("printf hello; exit 3", "hello", .exited(3)),
            ("echo out; echo err >&2; echo out", "out\nerr\nout\n", .exited(0)),
            ("kill -TERM $$", "", .signalled(SIGTERM)),
            ("cat", "", .exited(0)),
            ("exec 1>&- 2>&-; exit 7", "", .exited(7)),
        ])
        func outputAndStatus(script: String, output: String, status: Vocabulary.ExitStatus) throws {
            try withRig { rig in
                let transcript = try rig.run(script)
                #expect(transcript.text == output)
                #expect(transcript.status == status)
            }
        }

        @Test func whatIsPrintedRightBeforeTheEndIsDelivered() throws {
            try withRig { rig in
                for _ in 0..<200 { try #expect(rig.run("printf last-words").text == "last-words") }
            }
        }

        /// More than one reading takes, all of it in the pipe when the process ends.
        @Test func whatABiggerPipeHoldsAtTheEndIsDelivered() throws {
            try withRig { rig in
                let grow = "fcntl(STDOUT, 1031, 1 << 20) or die $!; print 'x' x 300_000"
                let token = try rig.start(["perl", "-e", grow])
                rig.waitForEnd(of: token)
                #expect(rig.end(of: token).output.count == 300_000)
            }
        }

        @Test func bigOutputOfSeveralProcessesArrivesWhole() throws {
            try withRig { rig in
                let size = 5_000_000
                let tokens = try (0..<3).map { try rig.start("head -c \(size) /dev/zero | tr '\\0' \($0)") }
                for (number, token) in tokens.enumerated() {
                    let output = rig.end(of: token).output
                    #expect(output.count == size)
                    #expect(output.allSatisfy { $0 == UInt8(ascii: "0") + UInt8(number) })
                }
            }
        }

        @Test func aFloodStarvesNeitherOthersNorTheDeadline() throws {
            try withRig { rig in
                let flood = try rig.start("exec yes")
                rig.wait(for: "y", from: flood)
                let other = try rig.start("echo here")
                #expect(rig.end(of: other).text == "here\n")

                let deadline = rig.reactor.now + 1_000_000
                var chunksAfterwards = 0
                deliveries: while true {
                    switch rig.reactor.next(until: deadline) {
                    case .deadline: break deliveries
                    case .output: if rig.reactor.now > deadline + 50_000_000 { chunksAfterwards += 1 }
                    default: Issue.record("neither output nor deadline")
                    }
                }
                #expect(chunksAfterwards < 64)
                rig.reactor.stop(flood, grace: 60_000_000_000)
                #expect(rig.end(of: flood).status == .signalled(SIGTERM))
            }
        }

        @Test func usageIsThatOfTheProcessAndWhatItWaitedFor() throws {
            try withRig { rig in
                let busy = try rig.run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done").usage
                let idle = try rig.run("exit 0").usage
                #expect(busy.cpu > 2 * idle.cpu)
                #expect(busy.wall >= busy.cpu / 2)
                #expect(busy.peakMemory > 500_000)
            }
        }

        @Test func usageOfDescendantsThatWereLeftCountsToo() throws {
            try withRig { rig in
                let gate = rig.fifo("gate")
                let ended = rig.fifo("ended")
                let token = try rig.start(
                    "(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo ended > ended) & read _ < gate")
                #expect(ended.line() == "ended")
                gate.release()
                let busy = rig.end(of: token).usage
                let idle = try rig.run("exit 0").usage
                #expect(busy.cpu > 2 * idle.cpu)
            }
        }
    }
}
