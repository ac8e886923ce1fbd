// Job tokens on their way: into a pipe, to processes, back; and from a job server outside.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct Tokens {
        @Test func tokensComeBackOnceAndOnlyThoseThatLieThere() throws {
            try withTemporaryDirectory { directory in
                let fifo = try #require(TokenFifo("tokens", in: directory + "/new"))
                #expect(fifo.take(atMost: 2) == 0)
                #expect(fifo.put(0) == 0 && fifo.put(3) == 3)
                #expect(fifo.unread == 3)
                #expect(fifo.take(atMost: 2) == 2 && fifo.take(atMost: 2) == 1)
                #expect(fifo.put(70_000) < 70_000, "a full pipe takes no more, and nobody waits")
                _ = fcntl(fifo.shared, F_SETFL, O_RDWR | O_NONBLOCK)
                fifo.clear()
                #expect(fifo.unread == 0)
                #expect(fcntl(fifo.shared, F_GETFL) & O_NONBLOCK == 0, "the next client may want to wait")
            }
        }

        @Test func itsNameGoesWithIt() throws {
            try withTemporaryDirectory { directory in
                var fifo = TokenFifo("tokens", in: directory)
                let path = try #require(fifo?.path)
                #expect(access(path, F_OK) == 0)
                fifo = nil
                #expect(access(path, F_OK) != 0)
                #expect(TokenFifo("tokens", in: "/proc/none") == nil)
            }
        }

        /// A process has the pipe twice and nothing else besides, whatever else is passed to the one who starts it.
        @Test(arguments: [10, 200_000], [false, true])
        func aProcessHasThemAsThreeAndFour(environmentSize: Int, isInteractive: Bool) throws {
            try withRig { rig in
                let fifo = try #require(TokenFifo("tokens", in: rig.directory))
                #expect(fifo.put(3) == 3)
                let script = "ls /proc/self/fd > fds; dd bs=1 count=1 <&3 2>/dev/null > taken; printf x >&4"
                var request = ProcessRequest(
                    arguments: ["/bin/sh", "-c", script],
                    environment: ["PATH=/usr/bin:/bin"]
                        + (0..<10).map { "X\($0)=" + String(repeating: "x", count: environmentSize / 10) },
                    directory: rig.directory, isInteractive: isInteractive)
                request.tokens = fifo.shared
                let token = ProcessToken(77)
                try rig.reactor.spawn(request, as: token)
                #expect(rig.end(of: token).status == .exited(0))
                func text(_ name: String) throws -> String {
                    String(decoding: try DiskFiles().bytes(rig.directory + "/" + name), as: UTF8.self)
                }
                // The last one is the directory that is listed.
                #expect(try text("fds") == "0\n1\n2\n3\n4\n5\n")
                #expect(try text("taken") == "+")
                #expect(fifo.unread == 3)
            }
        }

        /// As a make hands them out, and as ninja wants them.
        @Test(arguments: [true, false])
        func anOuterJobServerGetsItsOwnTokensBack(isNamed: Bool) {
            withTemporaryDirectory { directory in
                let path = directory + "/outer"
                let end = mkfifo(path, 0o600) == 0 ? open(path, O_RDWR | O_NONBLOCK) : -1
                defer { close(end) }
                func rest() -> String {
                    var bytes = [UInt8](repeating: 0, count: 9)
                    let count = read(end, &bytes, 9)
                    return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
                }
                #expect(write(end, "abc", 3) == 3)
                let access: MakeFlags.Access =
                    isNamed ? .path(path) : .descriptors(reading: end, writing: end)
                var outer = OuterTokens(MakeFlags(access, jobs: nil))
                #expect(outer?.take(atMost: 2) == 2 && outer?.take(atMost: 2) == 1 && outer?.take(atMost: 2) == 0)
                #expect(outer?.put(1) == 1)
                #expect(rest() == "c")
                outer = nil
                #expect(rest() == "ab")
            }
        }

        /// Descriptors that a make has closed, or that have become something else since.
        @Test(
            arguments: [
                .path("/nosuch/fifo"), .path("/dev/null"), .descriptors(reading: 0, writing: 9999),
            ] as [MakeFlags.Access])
        func whatIsNoPipeIsNoJobServer(access: MakeFlags.Access) {
            #expect(OuterTokens(MakeFlags(access, jobs: nil)) == nil)
        }
    }
}
