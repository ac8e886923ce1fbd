// The pretended reactor keeps the promises of the seam that the engine's tests build on.

import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct ScriptedReactorTests {
    private func request(_ name: String) -> ProcessRequest {
        ProcessRequest(arguments: [name], environment: [], directory: "/")
    }

    /// Everything that happens until nothing is left, in words.
    private func story(of reactor: ScriptedReactor<Int>, until deadline: UInt64? = nil) -> [String] {
        var story: [String] = []
        while !reactor.running.isEmpty || story.isEmpty {
            switch reactor.next(until: deadline) {
            case .output(let token, let bytes):
                story.append("\(token.rawValue) prints \(String(decoding: bytes, as: UTF8.self))")
            case .exited(let token, let status, let usage):
                story.append("\(token.rawValue) \(status) after \(usage.wall)")
            case .message(let number): story.append("message \(number)")
            case .interrupted(let signal): story.append("interrupted \(signal)")
            case .probes: story.append("probes")
            case .deadline: return story + ["deadline"]
            }
        }
        return story
    }

    @Test func processesEndByTheirDurations() throws {
        let durations: [String: UInt64] = ["slow": 300, "quick": 100]
        let reactor = ScriptedReactor<Int> { ScriptedProcess(output: ["hi"], duration: durations[$0.arguments[0]]) }
        try reactor.spawn(request("slow"), as: ProcessToken(1))
        try reactor.spawn(request("quick"), as: ProcessToken(2))
        let start = reactor.now
        #expect(story(of: reactor) == ["2 prints hi", "2 exited(0) after 100", "1 prints hi", "1 exited(0) after 300"])
        #expect(reactor.now == start + 300)
        #expect(reactor.wallTime == 1_700_000_000_000_000_300)
        #expect(reactor.mostRunning == 2)
    }

    @Test func theDeadlineComesBetween() throws {
        let reactor = ScriptedReactor<Int> { _ in ScriptedProcess(duration: 300) }
        try reactor.spawn(request("slow"), as: ProcessToken(1))
        #expect(story(of: reactor, until: reactor.now + 299) == ["deadline"])
        #expect(story(of: reactor, until: reactor.now + 1) == ["1 exited(0) after 300"])
        #expect(story(of: reactor, until: 0) == ["deadline"])
    }

    @Test func stoppingEndsWithTermOrKill() throws {
        let reactor = ScriptedReactor<Int> {
            ScriptedProcess(duration: nil, ignoresTerm: $0.arguments[0] == "stubborn")
        }
        try reactor.spawn(request("stubborn"), as: ProcessToken(1))
        try reactor.spawn(request("polite"), as: ProcessToken(2))
        reactor.stop(ProcessToken(1), grace: 50)
        reactor.stop(ProcessToken(2), grace: 50)
        reactor.stop(ProcessToken(3), grace: 50)
        #expect(story(of: reactor) == ["2 signalled(15) after 0", "1 signalled(9) after 50"])
    }

    @Test func theTestDecidesWhatHappensWhenNothingElseDoes() throws {
        let reactor = ScriptedReactor<Int> { _ in .untilEnded }
        for number in 1...3 { try reactor.spawn(request("p\(number)"), as: ProcessToken(UInt32(number))) }
        reactor.whenIdle = { reactor in
            guard let last = reactor.running.last else { return }
            reactor.print("bye", from: last)
            reactor.exit(last, .exited(Int32(last.rawValue)))
        }
        #expect(
            story(of: reactor) == [
                "3 prints bye", "3 exited(3) after 0", "2 prints bye", "2 exited(2) after 0", "1 prints bye",
                "1 exited(1) after 0",
            ])
    }

    @Test func whatWasAskedForIsRecorded() throws {
        let refusal = SpawnError(program: "no", reason: "because")
        let reactor = ScriptedReactor<Int> { $0.arguments == ["no"] ? ScriptedProcess(refusal: refusal) : .failing(3) }
        #expect(throws: refusal) { try reactor.spawn(request("no"), as: ProcessToken(1)) }
        try reactor.spawn(request("yes"), as: ProcessToken(1))
        reactor.perform { 7 }
        reactor.interrupt()
        #expect(story(of: reactor) == ["1 exited(3) after 0"])
        #expect(story(of: reactor) == ["message 7"])
        #expect(story(of: reactor) == ["interrupted 2"])
        #expect(
            reactor.traffic == [
                .refused(request("no"), refusal), .spawned(ProcessToken(1), request("yes")), .performed,
            ])
        #expect(reactor.requests == [request("yes")])
    }

    @Test func aSeedDrawsTheOrderAndRepeatsIt() throws {
        func order(_ seed: UInt64?) throws -> [String] {
            let reactor = ScriptedReactor<Int>(seed: seed)
            for number in 1...8 { try reactor.spawn(request("p"), as: ProcessToken(UInt32(number))) }
            return story(of: reactor)
        }
        let byStart = try order(nil)
        #expect(byStart == (1...8).map { "\($0) exited(0) after 0" })
        #expect(try order(1) == order(1))
        #expect(try Set((0..<20).map { try order($0) }).count > 10)
        #expect(try order(1).sorted() == byStart)
    }
}
