// Probes against sockets, files and messages that the test makes: refused, never answered, come late, gone again.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite struct ProberTests {
    private static let http = ProbeKind.http(HTTPExpectation(path: "/health"))

    // MARK: Sockets

    @Test func whatRefusesForAWhileIsReadyOnceItListens() {
        let (rig, port) = (ProberRig(), TestPort())
        let probe = rig.add(.tcp, at: port.address)
        rig.wait { $0.attempts(of: probe).count == 3 }
        #expect(rig.attempts(of: probe) == Array(repeating: .failed("Connection refused"), count: 3))
        port.open()
        rig.wait { $0.end(of: probe) != nil }
        #expect(rig.isReady(probe) && rig.attempts(of: probe).last == .succeeded)
    }

    @Test(arguments: [
        Self.http, .redis, .postgres(query: nil, parameters: []), .postgres(query: "SELECT 1", parameters: []),
    ])
    func whatAcceptsAndNeverAnswersIsNotReady(kind: ProbeKind) throws {
        let (rig, port) = (ProberRig(), TestPort())
        port.open()
        let timing = ProbeTiming(period: 1_000_000, timeout: 20_000_000, failureThreshold: 2)
        let probe = rig.add(kind, at: port.address, timing)
        rig.wait { $0.end(of: probe) != nil }
        let failure = try #require(rig.failure(of: probe))
        #expect(failure.reason == .failures(2))
        #expect(failure.lastError == "the connection was accepted, but no answer came")
        guard case .process(getpid(), _)? = failure.port?.owner else {
            Issue.record("the owner of the port is this process, not \(String(describing: failure.port))")
            return
        }
    }

    /// To be accepted is all that tcp asks for.
    @Test func tcpDoesNotWaitForAnAnswer() {
        let (rig, port) = (ProberRig(), TestPort())
        port.open()
        let probe = rig.add(.tcp, at: port.address)
        rig.wait { $0.end(of: probe) != nil }
        #expect(rig.isReady(probe))
    }

    @Test func anAnswerThatIsWrongIsTriedAgain() {
        let (rig, port) = (ProberRig(), TestPort())
        port.open()
        let probe = rig.add(Self.http, at: port.address)
        var answers = ["HTTP/1.1 503 Not Yet\r\n\r\n", "", "SSH-2.0-x\r\n", "HTTP/1.1 204 No Content\r\n\r\n"][...]
        rig.wait { rig in
            if let next = answers.first, port.answer(next) { answers.removeFirst() }
            return rig.end(of: probe) != nil
        }
        #expect(
            rig.attempts(of: probe) == [
                .failed("it answered 503 Not Yet, wanted 200-399"),
                .failed("the connection was closed without an answer"),
                .failed("what answered is not HTTP: \"SSH-2.0-x\""), .succeeded,
            ])
    }

    @Test func whatDiesAfterItWasReadyIsNoLongerAlive() throws {
        let (rig, port) = (ProberRig(), TestPort())
        port.open()
        let timing = ProbeTiming(period: 1_000_000, failureThreshold: 3)
        let probe = rig.add(.tcp, at: port.address, for: .liveness, timing)
        rig.wait { $0.attempts(of: probe).count == 5 }
        #expect(rig.end(of: probe) == nil)
        port.shut()
        rig.wait { $0.end(of: probe) != nil }
        let failure = try #require(rig.failure(of: probe))
        #expect(failure.reason == .failures(3) && failure.purpose == .liveness)
        #expect(failure.port == .init(port.number, .nobody))
        #expect(Array(rig.attempts(of: probe).suffix(3)) == Array(repeating: .failed("Connection refused"), count: 3))
    }

    @Test func ofSeveralAddressesOneIsEnough() throws {
        let (refusing, open) = (TestPort(), TestPort())
        open.open()
        for order in [[refusing, open], [open, refusing], [refusing, refusing]] {
            let addresses = try order.flatMap { try SocketAddress.resolve("localhost", $0.number) }
            let attempt = SocketAttempt(addresses, nil)
            var progress = attempt.advance()
            while case .waiting(let descriptor, let interest) = progress {
                var ready = pollfd(fd: descriptor, events: Int16(interest == .writing ? POLLOUT : POLLIN), revents: 0)
                poll(&ready, 1, -1)
                progress = attempt.advance()
            }
            guard case .over(let result) = progress else { continue }
            #expect(result == (order.contains { $0 === open } ? .succeeded : .failed("Connection refused")))
        }
    }

    @Test func whatCannotBeTriedFailsAtOnce() {
        let long = "/" + String(repeating: "x", count: 200)
        let cases: [(ProbeKind, ProbeAddress, String)] = [
            (.tcp, ProbeAddress(), "no port is known"),
            (.redis, ProbeAddress(socket: long), "the path of the socket is longer than 107 bytes"),
            (.log(pattern: "(", file: nil), ProbeAddress(), "/(/ is no regular expression: `(` without `)`"),
            (.notify, ProbeAddress(), "no path is known for the socket"),
            (
                .notify, ProbeAddress(socket: "/nosuch/x"),
                "the socket /nosuch/x cannot be made: No such file or directory"
            ),
        ]
        for (kind, address, error) in cases {
            let rig = ProberRig()
            let probe = rig.add(kind, at: address)
            rig.wait { $0.end(of: probe) != nil }
            #expect(rig.failure(of: probe)?.lastError == error)
            #expect(rig.failure(of: probe)?.reason == .impossible)
        }
    }

    // MARK: Commands

    @Test func commandsAreAskedForAndJudged() {
        let rig = ProberRig()
        let probe = rig.add(.exec(.script("check")))
        rig.wait { $0.outcomes.contains(.start(probe, .script("check"))) }
        rig.prober.tell(probe, .commandEnded(.exited(3), output: Array("one\ntwo\n".utf8)))
        rig.wait { $0.outcomes.count { $0 == .start(probe, .script("check")) } == 2 }
        #expect(rig.attempts(of: probe) == [.failed("it exited with 3: two")])
        rig.prober.tell(probe, .commandEnded(.exited(0), output: []))
        rig.wait { $0.end(of: probe) != nil }
        #expect(rig.isReady(probe))
    }

    /// The next one is started when the last one has ended, however late that is; what a killed one says does not count.
    @Test func aCommandThatTakesTooLongIsKilledBeforeTheNext() {
        let rig = ProberRig()
        let probe = rig.add(.exec(.script("check")), ProbeTiming(period: 1_000_000, timeout: 1_000_000))
        rig.wait { $0.attempts(of: probe).count == 3 }
        #expect(rig.attempts(of: probe) == Array(repeating: .failed("the command had not ended"), count: 3))
        let asked = { rig.outcomes.filter { if case .attempted = $0 { false } else { true } } }
        #expect(asked() == [.start(probe, .script("check")), .stop(probe)])
        rig.prober.tell(probe, .commandEnded(.exited(0), output: []))
        rig.wait { _ in asked().count >= 3 }
        #expect(asked()[2] == .start(probe, .script("check")) && rig.end(of: probe) == nil)
        rig.prober.tell(probe, .commandRefused(SpawnError(program: "check", reason: "it is gone")))
        rig.wait { $0.end(of: probe) != nil }
        #expect(rig.failure(of: probe)?.lastError == "cannot start check: it is gone")
    }

    // MARK: What is told

    @Test func aLineOfTheOutputMakesReady() {
        let rig = ProberRig()
        let probe = rig.add(.log(pattern: "^ready on \\d+$", file: nil), ProbeTiming(timeout: 1))
        for (bytes, isFound) in [("not ready on 1\nrea", false), ("dy on 8", false), ("0\nmore", true)] {
            rig.prober.tell(probe, .output(Array(bytes.utf8)))
            rig.turn()
            #expect(rig.isReady(probe) == isFound, "after \(bytes)")
        }
    }

    @Test func aDeadlineShowsTheEndOfTheLog() throws {
        let rig = ProberRig()
        let spec = ProbeSpec(.log(pattern: "ready", file: nil), timing: ProbeTiming(deadline: 1_000_000))
        let probe = rig.prober.add(spec, at: ProbeAddress(), for: .startup, now: 5)
        rig.prober.tell(probe, .output(Array((1...20).map { "line \($0)\n" }.joined().utf8)))
        for now: UInt64 in [5, 1_000_004, 1_000_005] {
            #expect(rig.end(of: probe) == nil)
            rig.turn(now: now)
        }
        let failure = try #require(rig.failure(of: probe))
        #expect(failure.log == (11...20).map { "line \($0)" })
        #expect(failure.lastError == "no line matches yet")
    }

    @Test func aServiceNotifies() {
        withTemporaryDirectory { directory in
            let (rig, path) = (ProberRig(), directory + "/notify")
            let probe = rig.add(.notify, at: ProbeAddress(socket: path), ProbeTiming(timeout: 1))
            guard let target = SocketAddress.unix(path), let socket = target.open(SOCK_DGRAM) else {
                fatalError("no socket: errno \(errno)")
            }
            let say = { (text: String) in
                let count = target.with { sendto(socket.number, text, text.utf8.count, 0, $0, $1) }
                #expect(count == text.utf8.count)
                rig.turn()
            }
            say("STATUS=loading\nNOTREADY=1")
            #expect(rig.end(of: probe) == nil)
            say("READY=1\nSTATUS=here")
            rig.wait { $0.end(of: probe) != nil }
            #expect(rig.isReady(probe) && access(path, F_OK) != 0)
            let spec = ProbeSpec(.notify, timing: ProbeTiming(deadline: 1_000))
            let other = rig.prober.add(spec, at: ProbeAddress(socket: path), for: .startup, now: 5)
            rig.turn(now: 5)
            let text = "STATUS=still loading"
            _ = target.with { sendto(socket.number, text, text.utf8.count, 0, $0, $1) }
            rig.turn(now: 1_005)
            #expect(
                rig.failure(of: other)?.lastError == "the service has not said READY=1; its status is: still loading")
        }
    }

    // MARK: Files

    @Test func aFileThatComesLater() throws {
        try withTemporaryDirectory { directory in
            let (rig, path) = (ProberRig(), directory + "/pid")
            let exists = rig.add(.file(path: path, contains: nil))
            let contains = rig.add(.file(path: path, contains: "42"))
            rig.wait { $0.attempts(of: exists).count == 2 }
            try DiskFiles().write(Array("4".utf8), to: path, mode: 0o644)
            rig.wait {
                $0.end(of: exists) != nil && $0.attempts(of: contains).last != .failed("No such file or directory")
            }
            #expect(rig.isReady(exists) && rig.attempts(of: contains).last == .failed("it does not contain \"42\""))
            try DiskFiles().write(Array("42\n".utf8), to: path, mode: 0o644)
            rig.wait { $0.end(of: contains) != nil }
            #expect(rig.isReady(contains))
        }
    }

    @Test func aLogFileIsReadOnAndReplaced() throws {
        try withTemporaryDirectory { directory in
            let (rig, path) = (ProberRig(), directory + "/log")
            let probe = rig.add(.log(pattern: "^up$", file: path))
            let write = { (text: String) in try DiskFiles().write(Array(text.utf8), to: path, mode: 0o644) }
            let pass = {
                let before = rig.attempts(of: probe).count
                rig.wait { $0.attempts(of: probe).count >= before + 2 }
            }
            pass()
            try write("")
            pass()
            try write("going\nup soon\n")
            pass()
            // Another file, and longer than what was read of the first one: it is read from its start.
            try write("up\nand here come more lines than before\n")
            rig.wait { $0.end(of: probe) != nil }
            #expect(rig.isReady(probe))
            let said = rig.attempts(of: probe).reduce(into: [AttemptResult]()) { if $0.last != $1 { $0.append($1) } }
            #expect(
                said == [
                    .failed("No such file or directory"), .failed("the file is empty"), .failed("no line matches yet"),
                    .succeeded,
                ])
        }
    }

    /// Nobody ends the last line of `printf ready > log`.
    @Test func aLastLineWithoutItsEndCounts() throws {
        try withTemporaryDirectory { directory in
            let rig = ProberRig()
            try DiskFiles().write(Array("up".utf8), to: directory + "/log", mode: 0o644)
            let probe = rig.add(.log(pattern: "^up$", file: directory + "/log"))
            rig.wait { $0.end(of: probe) != nil }
            #expect(rig.attempts(of: probe) == [.failed("no line matches yet"), .succeeded])
        }
    }

    // MARK: Many

    @Test func aThousandAtOnce() {
        let (rig, refusing, silent) = (ProberRig(), TestPort(), TestPort())
        silent.open()
        var probes: [ProbeID] = []
        let timing = ProbeTiming(timeout: 60_000_000_000)
        for index in 0..<1_000 {
            let kind: [ProbeKind] = [.tcp, Self.http, .redis, .file(path: "/nosuch", contains: nil)]
            // The silent ones hold a descriptor each: no more of them than any machine allows.
            let port = index % 4 == 1 && index < 800 ? silent : refusing
            probes.append(rig.add(kind[index % 4], at: port.address, timing))
        }
        rig.wait { rig in
            probes.indices.allSatisfy { $0 % 4 == 1 && $0 < 800 || rig.attempts(of: probes[$0]).count >= 2 }
        }
        #expect(rig.outcomes.allSatisfy { if case .attempted = $0 { true } else { false } })
        refusing.open()
        let accepted = probes.indices.filter { $0 % 4 == 0 }.map { probes[$0] }
        rig.wait { rig in accepted.allSatisfy { rig.end(of: $0) != nil } }
        #expect(accepted.allSatisfy(rig.isReady))
        for probe in probes { rig.prober.remove(probe) }
        #expect(rig.prober.nextDeadline == nil && rig.prober.turn(now: .max) == [])
    }
}
