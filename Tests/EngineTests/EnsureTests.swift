// `ensure`: a task whose conditions hold is spared; afterwards all of them must hold.

import Engine
import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct EnsureTests {
    @Test func aTaskWhoseConditionsHoldIsSatisfied() throws {
        let rig = Rig()
        let plan = "a: {run: write a.txt x, ensure: [{exists: a.txt}]}"
        #expect(try rig.run(plan).lines == ["a: runs: not cached, no-inputs", "a: done"])
        let second = try rig.run(plan)
        #expect(second.lines == ["a: is satisfied", "a: satisfied"])
        #expect(second.reactor.requests == [])
        rig["a.txt"] = nil
        #expect(try rig.run(plan).lines == ["a: runs: not cached, no-inputs", "a: done"])
        rig.options.isForced = true
        #expect(try rig.run(plan).spawned == ["write a.txt x"])
    }

    @Test func aTaskWithOutputsIsNotSparedByItsConditions() throws {
        let rig = Rig(["a.txt": "x"])
        let run = try rig.run("a: {run: write a.txt y, outputs: [a.txt], ensure: [{exists: a.txt}]}")
        #expect(run.spawned == ["write a.txt y"])
    }

    @Test func conditionsWithoutACommandAreATest() throws {
        let rig = Rig(["a.txt": "x"])
        #expect(try rig.run("a: {ensure: [{exists: a.txt}]}").lines == ["a: is satisfied", "a: satisfied"])
        let run = try rig.run("a: {ensure: [{exists: b.txt}, {absent: a.txt}]}")
        #expect(run.lines.count == 2 && run.summary.failed == 1)
        guard case .failed(.conditions(let findings), _)? = run.results["a"] else {
            return #expect(Bool(false), "\(run.lines)")
        }
        #expect(findings.count == 2)
    }

    @Test func whatDoesNotHoldAfterwardsFailsTheTask() throws {
        let run = try Rig().run("a: {run: write b.txt x, inputs: [], ensure: [{exists: a.txt}], outputs: [b.txt]}")
        guard case .failed(.conditions(let findings), _)? = run.results["a"] else {
            return #expect(Bool(false), "\(run.lines)")
        }
        #expect(findings.map(\.message) == ["nothing matches \"a.txt\""])
    }

    // MARK: Commands

    @Test func commandsAmongTheConditionsRunBeforeAndAfter() throws {
        let rig = Rig()
        let plan =
            "a: {run: write a.txt x, ensure: [{exists: a.txt}, {run: needs a.txt}, {run: needs a.txt; print again}]}"
        // The condition without a process fails already: no process is started for the others.
        #expect(try rig.run(plan).spawned == ["write a.txt x", "needs a.txt", "needs a.txt; print again"])
        let second = try rig.run(plan)
        #expect(second.spawned == ["needs a.txt", "needs a.txt; print again"])
        #expect(second.lines == ["a: runs: not cached, no-inputs", "a: is satisfied", "a: satisfied"])
        #expect(second.output == "")
    }

    @Test func whatIsNotSatisfiedRuns() throws {
        let rig = Rig()
        let run = try rig.run("a: {run: write a.txt x, ensure: [{run: needs a.txt}]}")
        #expect(run.spawned == ["needs a.txt", "write a.txt x", "needs a.txt"])
        #expect(run.results["a"] == .succeeded(attempts: 1))
    }

    @Test func aCheckThatCannotBeStartedIsNotSatisfied() throws {
        let run = try Rig().run("a: {run: print x, ensure: [{run: [unknown]}]}")
        #expect(run.spawned == ["print x"])
        #expect(run.lines == ["a: runs: not cached, no-inputs", "a: cannot start unknown: No such file or directory"])
    }

    @Test func aCheckThatHangsIsNotSatisfiedAndDoesNotFailTheTask() throws {
        let run = try Rig().run("a: {run: takes 1, timeout: 5s, ensure: [{run: hang}]}")
        #expect(run.spawned == ["hang", "takes 1", "hang"])
        #expect(run.lines == ["a: runs: not cached, no-inputs", "a: timed out"])
        #expect(run.summary.wall == 11_000_000_000)
    }

    @Test func aFailedCheckShowsWhatItPrinted() throws {
        let run = try Rig().run("a: {run: print out, ensure: [{run: 'print first; print last; exit 4'}]}")
        #expect(run.lines.last == "a: `print first; print last; exit 4` exited with 4 | first | last")
        #expect(run.output == "out\n")
    }

    @Test func aFailedCheckIsTriedAgainWithTheTask() throws {
        let run = try Rig().run("a: {run: print x, inputs: [], outputs: [], retries: 2, ensure: [{run: fails 2}]}")
        // Before, after, and after the second attempt.
        #expect(run.spawned == ["fails 2", "print x", "fails 2", "print x", "fails 2"])
        #expect(run.results["a"] == .succeeded(attempts: 2))
    }

    // MARK: Drift

    @Test func driftIsFoundWithoutRunning() throws {
        let rig = Rig(["a.txt": "x"])
        let graph = try rig.graph(
            """
            good: {run: exit 1, ensure: [{exists: a.txt}, {run: needs a.txt}]}
            bad: {run: exit 1, ensure: [{absent: a.txt}, {run: needs b.txt}]}
            none: {run: exit 1}
            skipped: {run: exit 1, when: false, ensure: [{absent: a.txt}]}
            """)
        let (engine, outcome) = try rig.engine(graph)
        let findings = engine.check()
        #expect(findings.map { graph[$0.task].name } == ["good", "bad"])
        #expect(findings.map(\.failures.count) == [0, 2])
        #expect(outcome.spawned == ["needs a.txt", "needs b.txt"])
    }
}
