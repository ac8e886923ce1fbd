// Services that stand in the background, as their files on disk tell of them.

import Glibc
import Ports
import TestKit
import Testing

@testable import Host

@Suite struct StandingServicesTests {
    @Test func aServiceStandsAsLongAsItsKeeperHoldsTheClaim() throws {
        try withTemporaryDirectory { directory in
            let register = ServiceRegister(directory: directory + "/services")
            #expect(register.names == [] && register["db"] == nil && !register.end("db"))
            let requests = try KeeperRequests(in: register)
            var claim = try StandingClaim("db", in: register)
            #expect(register["db"] == ServiceRegister.Entry(keeper: getpid(), facts: nil), "it is being started")
            #expect(try StandingClaim("db", in: register) == nil)
            let facts = [
                ServiceRegister.Fact("host", "127.0.0.1"), ServiceRegister.Fact("env", "A=one\\two\nthree"),
                ServiceRegister.Fact("user", ""),
            ]
            try claim?.state(facts)
            #expect(register["db"]?.facts == facts)
            #expect(register.names == ["db"])
            #expect(requests.take() == [])
            #expect(register.end("db") && register.end("db"))
            #expect(requests.take() == ["db", "db"])
            claim = nil
            #expect(register.names == [] && register["db"] == nil)
            register.waitUntilGone("db")
            #expect(try StandingClaim("db", in: register) != nil)
        }
    }

    /// Left by one that was killed: nobody holds the lock.
    @Test func aFileAloneIsNoService() throws {
        try withTemporaryDirectory { directory in
            let register = ServiceRegister(directory: directory)
            try DiskFiles().write(Array("1\nhost 127.0.0.1\nend\n".utf8), to: directory + "/db.up", mode: 0o600)
            #expect(register.names == [])
            let claim = try StandingClaim("db", in: register)
            #expect(register["db"] == ServiceRegister.Entry(keeper: getpid(), facts: nil), "what was there is gone")
            withExtendedLifetime(claim) {}
        }
    }

    private func log(_ ending: String, _ text: String, isFailure: Bool = false, users: [String] = []) -> ServiceLog {
        ServiceLog(service: "db", users: users, ending: ending, isFailure: isFailure, bytes: Array(text.utf8))
    }

    private func text(in directory: String, isStanding: Bool = false) -> String {
        String(decoding: ServiceLogFiles.text(of: "db", in: directory, isStanding: isStanding), as: UTF8.self)
    }

    @Test func logsOfTheLastRunStay() throws {
        withTemporaryDirectory { directory in
            #expect(text(in: directory) == "")
            ServiceLogFiles(directory: directory).keep(log("was stopped", "earlier\n"))
            let logs = ServiceLogFiles(directory: directory)
            logs.keep(log("ended with exit code 3", "no newline", isFailure: true, users: ["a", "b"]))
            logs.keep(log("was stopped", ""))
            #expect(
                text(in: directory) == """
                    == db, used by a, b: ended with exit code 3 ==
                    no newline
                    == db: was stopped ==
                    (it wrote nothing)

                    """)
        }
    }

    @Test func thoseThatFailedStayLongest() {
        withTemporaryDirectory { directory in
            let logs = ServiceLogFiles(directory: directory)
            for number in 1...ServiceLogFiles.most + 3 {
                logs.keep(log("\(number)", "", isFailure: number == 2))
            }
            let kept = text(in: directory).split(separator: "\n").filter { $0.hasPrefix("==") }
            let numbers = [2] + Array(5...ServiceLogFiles.most + 3)
            #expect(kept.map(String.init) == numbers.map { "== db: \($0) ==" })
        }
    }

    @Test func theLogOfOneThatStandsIsTheOneThatIsShown() {
        withTemporaryDirectory { directory in
            var standing = StandingLog(of: "db", in: directory)
            standing?.write(Array("one\n".utf8))
            ServiceLogFiles(directory: directory).keep(log("was stopped", "of a run\n"))
            #expect(text(in: directory, isStanding: true) == "one\n")
            #expect(text(in: directory) == "== db: was stopped ==\nof a run\n", "it was written last")
            var shown = ""
            func isWritten() -> Bool {
                // Asked when the watch is there: what comes from now on is seen.
                standing?.write(Array("two\n".utf8))
                standing = nil
                return true
            }
            StandingLog.follow(
                "db", in: directory, while: isWritten, show: { shown += String(decoding: $0, as: UTF8.self) })
            #expect(shown == "one\ntwo\n")
        }
    }
}
