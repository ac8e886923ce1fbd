// When probes are tried and when that ends, as whole stories on a clock that only the test moves.

import Schedule
import Testing
import Vocabulary

@Suite struct ProbeMachineTests {
    /// An attempt that is going to be made: how long it takes (microseconds) and what comes of it.
    struct Try: Sendable {
        let duration: UInt64
        let event: ProbeMachine.Event

        static func yes(after duration: UInt64 = 0) -> Try { Try(duration: duration, event: .succeeded) }
        static func no(after duration: UInt64 = 0) -> Try { Try(duration: duration, event: .failed) }
        static let never = Try(duration: .max, event: .failed)
        static let impossible = Try(duration: 0, event: .impossible)
    }

    /// What the machine says, each with its time in microseconds, until it ends or `limit` things were said. The last
    /// try is repeated.
    private static func story(
        _ timing: ProbeTiming, _ tries: [Try], for purpose: ProbePurpose = .startup, limit: Int = 40
    ) -> [String] {
        let start: UInt64 = 5_000_000_000
        var machine = ProbeMachine(timing, for: purpose, now: start)
        var told: [String] = []
        var end: (time: UInt64, event: ProbeMachine.Event)?
        while told.count < limit, let wakeAt = machine.wakeAt {
            let (now, event) = end.map { $0.time < wakeAt ? $0 : (wakeAt, .timePassed) } ?? (wakeAt, .timePassed)
            let actions = machine.handle(event, at: now)
            if event != .timePassed || actions.contains(.abandon) { end = nil }
            for action in actions {
                told.append("\((now - start) / 1_000) \(action)")
                guard action == .attempt else { continue }
                let plan = tries[min(machine.attempts, tries.count) - 1]
                end = plan.duration == .max ? nil : (now + plan.duration * 1_000, plan.event)
            }
        }
        return told
    }

    private static func milliseconds(_ count: UInt64) -> UInt64 { count * 1_000_000 }

    @Test func readyAtOnce() {
        #expect(Self.story(.startup, [.yes(after: 7)]) == ["0 attempt", "7 succeed"])
    }

    @Test func pausesBeginSmallAndGrowByHalfUpToASecond() {
        let times = Self.story(ProbeTiming(), [.no()], limit: 22).map { UInt64($0.split(separator: " ")[0]) ?? 0 }
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses.prefix(5) == [2_000, 3_000, 4_500, 6_750, 10_125])
        #expect(pauses.suffix(3) == [1_000_000, 1_000_000, 1_000_000])
        for (next, pause) in zip(pauses.dropFirst(), pauses) {
            #expect(next >= pause && next <= pause * 3 / 2 + 1)
        }
    }

    @Test func aHintBringsTheNextAttemptForward() {
        var machine = ProbeMachine(.startup, for: .startup, now: 0)
        #expect(machine.handle(.hinted, at: 0) == [], "nothing was tried yet: the first attempt is due anyway")
        #expect(machine.handle(.timePassed, at: 0) == [.attempt])
        #expect(machine.handle(.hinted, at: 1) == [], "one goes on")
        #expect(machine.handle(.failed, at: 2) == [])
        #expect(machine.wakeAt == 2 + ProbeTiming.firstPause)
        #expect(machine.handle(.hinted, at: 3) == [.attempt])
        #expect(machine.handle(.failed, at: 4) == [])
        #expect(machine.wakeAt == 4 + ProbeTiming.firstPause, "pauses begin small again")
        #expect(machine.handle(.timePassed, at: 4 + ProbeTiming.firstPause) == [.attempt])
        #expect(machine.handle(.succeeded, at: 5 + ProbeTiming.firstPause) == [.succeed])
    }

    @Test func aHintChangesNoPeriodAndNoDelay() {
        let timing = ProbeTiming(initialDelay: 7, period: Self.milliseconds(5))
        var machine = ProbeMachine(timing, for: .startup, now: 0)
        #expect(machine.handle(.hinted, at: 1) == [])
        #expect(machine.wakeAt == 7)
        _ = machine.handle(.timePassed, at: 7)
        _ = machine.handle(.failed, at: 8)
        #expect(machine.handle(.hinted, at: 9) == [])
        #expect(machine.wakeAt == 7 + Self.milliseconds(5))
    }

    @Test func aPeriodIsFromStartToStart() {
        let timing = ProbeTiming(initialDelay: Self.milliseconds(30), period: Self.milliseconds(50))
        let tries = [Try.no(after: 20_000), .no(after: 70_000), .no(), .yes()]
        #expect(
            Self.story(timing, tries) == [
                "30000 attempt", "80000 attempt", "150000 attempt", "200000 attempt", "200000 succeed",
            ])
    }

    /// A caller that does everything due now must come to an end.
    @Test func noPeriodIsSoShortThatTimeStandsStill() {
        let story = Self.story(ProbeTiming(period: 0), [.no()], limit: 4)
        #expect(story == ["0 attempt", "1000 attempt", "2000 attempt", "3000 attempt"])
    }

    @Test func anAttemptThatTakesTooLongIsAFailure() {
        let timing = ProbeTiming(period: Self.milliseconds(100), timeout: Self.milliseconds(10), failureThreshold: 2)
        #expect(
            Self.story(timing, [.never]) == [
                "0 attempt", "10000 abandon", "100000 attempt", "110000 abandon",
                "110000 fail(\(reason(.failures(2))))",
            ])
    }

    @Test func successesAndFailuresCountInARow() {
        let timing = ProbeTiming(period: Self.milliseconds(1), successThreshold: 2, failureThreshold: 2)
        #expect(Self.story(timing, [.no(), .yes(), .no(), .yes(), .yes()]).last == "4000 succeed")
        #expect(Self.story(timing, [.yes(), .no(), .no()]).last == "2000 fail(\(reason(.failures(2))))")
    }

    @Test func theDeadlineEndsAPauseAndAnAttempt() {
        let deadline = ProbeTiming(period: Self.milliseconds(40), deadline: Self.milliseconds(50))
        let failure = "50000 fail(\(reason(.deadline(50_000_000))))"
        #expect(Self.story(deadline, [.no()]) == ["0 attempt", "40000 attempt", failure])
        #expect(Self.story(deadline, [.never]) == ["0 attempt", "50000 abandon", failure])
    }

    @Test func whatIsImpossibleIsNotTriedAgain() {
        #expect(Self.story(.startup, [.no(), .impossible]).last == "2000 fail(\(reason(.impossible)))")
    }

    @Test func livenessGoesOnUntilFailuresInARow() {
        let tries = [Try.yes(), .yes(), .no(), .no(), .yes(), .no()]
        #expect(
            Self.story(.liveness, tries, for: .liveness).map { $0.replacing("000000 ", with: " s ") } == [
                "0 attempt", "1 s attempt", "2 s attempt", "3 s attempt", "4 s attempt", "5 s attempt", "6 s attempt",
                "7 s attempt", "7 s fail(\(reason(.failures(3))))",
            ])
    }

    @Test func resultsWithoutAnAttemptMeanNothing() {
        var machine = ProbeMachine(ProbeTiming(initialDelay: 10), for: .startup, now: 0)
        #expect(machine.handle(.succeeded, at: 5) == [] && machine.handle(.failed, at: 6) == [])
        #expect(machine.handle(.timePassed, at: 9) == [] && machine.wakeAt == 10)
        #expect(machine.handle(.timePassed, at: 10) == [.attempt])
        #expect(machine.handle(.succeeded, at: 11) == [.succeed])
        #expect(machine.handle(.succeeded, at: 12) == [] && machine.wakeAt == nil && !machine.isAttempting)
    }

    private func reason(_ reason: ProbeFailure.Reason) -> String { "\(ProbeMachine.Action.fail(reason))".inner }
}

extension String {
    /// What stands between the outermost parentheses.
    fileprivate var inner: String {
        String(drop { $0 != "(" }.dropFirst().dropLast())
    }
}
