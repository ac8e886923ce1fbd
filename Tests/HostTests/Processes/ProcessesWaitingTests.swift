// What else the reactor waits for: deadlines, signals, work on other threads.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct Waiting {
        @Test func theDeadlineIsNeverEarly() throws {
            try withRig { rig in
                for microseconds in [UInt64(0), 1, 10, 300, 1_500, 5_000] {
                    let deadline = rig.reactor.now + microseconds * 1_000
                    #expect(shown(rig.reactor.next(until: deadline)) == "deadline")
                    #expect(rig.reactor.now >= deadline)
                }
            }
        }

        @Test func whatIsReadyComesBeforeADeadlineThatHasPassed() throws {
            try withRig { rig in
                let ended = rig.fifo("ended")
                let token = try rig.start("echo one; echo ended > ended")
                #expect(ended.line() == "ended")
                rig.waitForEnd(of: token)
                let occurrences = (0..<4).map { _ in shown(rig.reactor.next(until: 0)) }
                #expect(occurrences == ["output one\n", "exited(0)", "deadline", "deadline"])
            }
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func signalsInterrupt(signal: Int32) throws {
            try withRig { rig in
                #expect(pthread_kill(pthread_self(), signal) == 0)
                #expect(shown(rig.reactor.next(until: nil)) == "interrupted \(signal)")
                // Those of the terminal reach us, not the task: it is in a session of its own.
                try #expect(rig.run("echo undisturbed").text == "undisturbed\n")
            }
        }

        @Test func workIsDoneAtTheSameTimeOnOtherThreads() throws {
            try withRig(workers: 3) { rig in
                let meeting = Meeting(of: 3)
                for number in 0..<3 {
                    rig.reactor.perform { meeting.attend() ? number : -1 }
                }
                #expect(Set((0..<3).map { _ in rig.message() }) == [0, 1, 2])
            }
        }

        @Test func noMoreThreadsWorkThanAllowed() throws {
            try withRig(workers: 2) { rig in
                let crowd = Crowd()
                for number in 0..<200 {
                    rig.reactor.perform {
                        crowd.with { sched_yield() }
                        return number
                    }
                }
                #expect(Set((0..<200).map { _ in rig.message() }) == Set(0..<200))
                #expect(crowd.most <= 2)
            }
        }

        @Test func oneThreadDoesItsWorkInOrder() throws {
            try withRig(workers: 1) { rig in
                for number in 0..<500 { rig.reactor.perform { number } }
                #expect((0..<500).map { _ in rig.message() } == Array(0..<500))
            }
        }

        @Test func processesAndWorkGoOnSideBySide() throws {
            try withRig { rig in
                let go = rig.fifo("go")
                let token = try rig.start("read _ < go; echo went")
                rig.reactor.perform {
                    go.release()
                    return 1
                }
                #expect(rig.message() == 1)
                #expect(rig.end(of: token).text == "went\n")
            }
        }
    }
}

/// An occurrence in words, without its token.
private func shown(_ occurrence: Occurrence<Int>) -> String {
    switch occurrence {
    case .output(_, let bytes): "output " + String(decoding: bytes, as: UTF8.self)
    case .exited(_, let status, _): "\(status)"
    case .message(let number): "message \(number)"
    case .interrupted(let signal): "interrupted \(signal)"
    case .probes: "probes"
    case .deadline: "deadline"
    }
}

extension ReactorRig {
    /// The next message; processes are noted meanwhile.
    func message() -> Int {
        while true {
            let occurrence = reactor.next(until: nil)
            if case .message(let number) = occurrence { return number }
            note(occurrence)
        }
    }

    /// Waits until the process has ended, without telling the reactor.
    func waitForEnd(of token: ProcessToken) {
        while ProcessTable.record(of: pid(of: token))?.isZombie == false { sched_yield() }
        guard let news = reactor.parent.newsDescriptor else { return }
        var ready = pollfd(fd: news, events: Int16(POLLIN), revents: 0)
        poll(&ready, 1, -1)
    }
}

/// A point that nobody passes before all are there.
private final class Meeting: @unchecked Sendable {
    private let lock = ConditionLock()
    private var missing: Int

    init(of count: Int) {
        missing = count
    }

    func attend() -> Bool {
        lock.with {
            missing -= 1
            lock.broadcast()
            while missing > 0 { lock.wait() }
            return true
        }
    }
}

/// How many are inside at once.
private final class Crowd: @unchecked Sendable {
    private let lock = ConditionLock()
    private var inside = 0
    private var highest = 0

    var most: Int { lock.with { highest } }

    func with(_ body: () -> Void) {
        lock.with {
            inside += 1
            highest = max(highest, inside)
        }
        body()
        lock.with { inside -= 1 }
    }
}
