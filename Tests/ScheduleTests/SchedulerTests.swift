// What may start, in which order, and what becomes of the rest when a task fails or the run is stopped.

import Schedule
import Testing
import Vocabulary

@Suite struct SchedulerTests {
    // MARK: Order

    @Test func whatEverythingWaitsForComesFirst() throws {
        let run = try Harness(
            """
            leaf: {run: x}
            short: {run: x}
            long: {run: x}
            middle: {run: x, needs: [long]}
            end: {run: x, needs: [middle, short]}
            """, jobs: 1)
        // Depths: leaf 1, short 2, long 3.
        #expect(run.start() == ["long"])
        try run.finish("long")
        #expect(run.start() == ["short"])
        try run.finish("short")
        #expect(run.start() == ["middle"])
        try run.finish("middle")
        // Equal weights: in the order they were declared.
        #expect(run.start() == ["leaf"])
        try run.finish("leaf")
        #expect(run.start() == ["end"])
        try run.finish("end")
        #expect(run.isFinished)
    }

    @Test func theLastSlotIsKeptForAHeavierTaskThatIsLookedAt() throws {
        let run = try Harness(
            """
            light: {run: x}
            other: {run: x}
            first: {run: x}
            second: {run: x, needs: [first]}
            third: {run: x, needs: [second]}
            """, jobs: 2)
        #expect(run.examine() == ["first", "light", "other"])
        try run.enqueue(["light", "other"])
        #expect(run.startQueued() == ["light"])
        try run.enqueue(["first"])
        #expect(run.startQueued() == ["first"])
        try run.finish("first")
        #expect(run.examine() == ["second"])
        #expect(run.startQueued() == [])
        // Whatever becomes of it, the slot is kept no longer than that takes.
        run.scheduler.restore(try run.id("second"))
        #expect(run.startQueued() == ["other"])
        try run.finish("second", .restored)
        try run.finish("light")
        #expect(run.examine() == ["third"])
        try run.enqueue(["third"])
        #expect(run.startQueued() == ["third"])
    }

    @Test func measuredDurationsDecideWhatIsLong() throws {
        let text = """
            a: {run: x}
            b: {run: x, needs: [a]}
            slow: {run: x}
            unknown: {run: x}
            """
        let run = try Harness(text, jobs: 1, durations: ["a": 10, "b": 10, "slow": 50])
        #expect(run.examine() == ["slow", "a", "unknown"])
    }

    @Test func unknownDurationsCountAsTheMedian() throws {
        let text = "a: {run: x}\nb: {run: x}\nc: {run: x}\nd: {run: x}"
        let run = try Harness(text, durations: ["a": 1, "b": 20, "c": 30])
        #expect(run.examine() == ["c", "b", "d", "a"])
    }

    @Test func equalTasksComeInDeclarationOrder() throws {
        let names = (1...40).map { "t\($0)" }
        let run = try Harness(names.map { "\($0): {run: x}" }.joined(separator: "\n"), jobs: 7)
        #expect(run.start() == Array(names.prefix(7)))
        try run.finish("t3")
        try run.finish("t1")
        #expect(run.start() == ["t8", "t9"])
    }

    @Test func onlyWhatIsWantedRuns() throws {
        let run = try Harness(
            """
            a: {run: x}
            b: {run: x, needs: [a, {task: s, soft: true}]}
            s: {run: x}
            c: {run: x, needs: [b]}
            """, targets: ["b"])
        #expect(run.start() == ["a"])
        try run.finish("a")
        #expect(run.start() == ["b"])
        try run.finish("b")
        #expect(run.isFinished)
        #expect(run.log == ["a: done", "b: done"])
    }

    @Test func aSoftNeedOrdersAndNeverBlocks() throws {
        let run = try Harness(
            """
            soft: {run: x}
            hard: {run: x}
            a: {run: x, needs: [{task: soft, soft: true}, hard]}
            """, keepsGoing: true)
        #expect(run.start() == ["soft", "hard"])
        try run.finish("hard")
        #expect(run.start() == [])
        try run.fail("soft")
        #expect(run.start() == ["a"])
    }

    // MARK: Resources

    @Test func aTaskTakesItsSlotsAndOfMoreThanThereAreAll() throws {
        let run = try Harness(
            """
            a: {run: x, cpus: 2}
            b: {run: x}
            wide: {run: x, cpus: 9}
            c: {run: x}
            """, jobs: 3)
        #expect(run.start() == ["a", "b"])
        try run.finish("a")
        // c would fit, but would let the wide one wait for ever.
        #expect(run.start() == [])
        try run.finish("b")
        #expect(run.start() == ["wide"])
        try run.finish("wide")
        #expect(run.start() == ["c"])
    }

    @Test func aPoolLimitsItsMembersAndHoldsUpNobodyElse() throws {
        let run = try Harness(
            """
            pools: {db: 2}
            a: {run: x, pool: db}
            b: {run: x, pool: db}
            c: {run: x, pool: db}
            d: {run: x, pool: db}
            e: {run: x}
            """, jobs: 4)
        #expect(run.start() == ["a", "b", "e"])
        try run.finish("e")
        #expect(run.start() == [])
        try run.finish("b")
        #expect(run.start() == ["c"])
        try run.finish("a")
        try run.finish("c")
        #expect(run.start() == ["d"])
    }

    @Test func aLockIsHeldByOneAndGoesToTheHeaviest() throws {
        let run = try Harness(
            """
            a: {run: x, lock: [db]}
            b: {run: x, lock: [db, port]}
            c: {run: x, lock: [port]}
            d: {run: x, lock: [db]}
            after: {run: x, needs: [d]}
            """)
        #expect(run.start() == ["d", "c"])
        try run.finish("d")
        #expect(run.start() == ["a", "after"])
        try run.finish("a")
        // The port is still taken.
        #expect(run.start() == [])
        try run.finish("c")
        #expect(run.start() == ["b"])
        for name in ["b", "after"] { try run.finish(name) }
        #expect(run.isFinished)
    }

    @Test func whatIsNotRunTakesNothing() throws {
        let run = try Harness("a: {run: x, lock: [l]}\nb: {run: x, lock: [l]}", jobs: 1)
        #expect(run.examine() == ["a", "b"])
        try run.finish("a", .upToDate)
        try run.enqueue(["b"])
        #expect(run.startQueued() == ["b"])
        try run.finish("b")
        #expect(run.isFinished)
    }

    // MARK: Failure

    static let family = """
        base: {run: x}
        other: {run: x}
        child: {run: x, needs: [base]}
        grandchild: {run: x, needs: [child, other]}
        cousin: {run: x, needs: [other]}
        cleanup: {run: x, needs: [grandchild], always: true}
        last: {run: x, needs: [cleanup]}
        """

    @Test func aFailureBlocksWhatNeedsItAndEndsTheRun() throws {
        let run = try Harness(Self.family)
        #expect(run.start() == ["base", "other"])
        try run.fail("base")
        #expect(
            run.log == [
                "base: failed", "child: blocked by base", "grandchild: blocked by child", "cousin: cancelled",
                "last: cancelled",
            ])
        #expect(run.start() == ["cleanup"])
        try run.finish("other")
        try run.finish("cleanup")
        #expect(run.log.suffix(2) == ["other: done", "cleanup: done"])
        #expect(run.isFinished)
    }

    @Test func keepGoingRunsWhatDoesNotNeedTheFailedOne() throws {
        let run = try Harness(Self.family, keepsGoing: true)
        _ = run.start()
        try run.fail("base")
        try run.finish("other")
        #expect(run.log == ["base: failed", "child: blocked by base", "other: done", "grandchild: blocked by child"])
        #expect(run.start() == ["cleanup", "cousin"])
        try run.finish("cleanup")
        #expect(run.start() == ["last"])
        try run.finish("cousin")
        try run.finish("last")
        #expect(run.isFinished)
    }

    @Test func whatWaitsForAPoolIsCancelledToo() throws {
        let run = try Harness("pools: {p: 1}\na: {run: x, pool: p}\nb: {run: x, pool: p}\nc: {run: x}")
        #expect(run.start() == ["a", "c"])
        try run.fail("c")
        #expect(run.log == ["c: failed", "b: cancelled"])
        try run.finish("a")
        #expect(run.start() == [])
        #expect(run.isFinished)
    }

    @Test func whatIsExaminedWhenAnotherTaskFailsDoesNotRun() throws {
        let run = try Harness("a: {run: x}\nb: {run: x}\nc: {run: x, always: true}")
        #expect(run.examine() == ["a", "b", "c"])
        try run.enqueue(["a"])
        #expect(run.startQueued() == ["a"])
        try run.fail("a")
        #expect(try ["b", "c"].map { run.scheduler.mayRun(try run.id($0)) } == [false, true])
        run.interrupt()
        #expect(try ["b", "c"].map { run.scheduler.mayRun(try run.id($0)) } == [false, false])
    }

    @Test func whatIsBeingExaminedIsLeftToItsExaminer() throws {
        let run = try Harness("a: {run: x}\nb: {run: x}\nc: {run: x, needs: [b]}")
        #expect(run.examine() == ["b", "a"])
        run.interrupt()
        #expect(run.log == ["c: cancelled"])
        try run.finish("a", .upToDate)
        try run.finish("b", .cancelled)
        #expect(run.isFinished)
    }

    @Test func anInterruptCancelsAllThatDoesNotRun() throws {
        let run = try Harness(Self.family, jobs: 1)
        #expect(run.start() == ["base"])
        run.interrupt()
        #expect(
            Set(run.log) == [
                "other: cancelled", "child: cancelled", "grandchild: cancelled", "cousin: cancelled",
                "cleanup: cancelled", "last: cancelled",
            ])
        #expect(run.start() == [])
        try run.finish("base", .cancelled)
        #expect(run.isFinished)
        #expect(run.log.count == 7)
    }

    // MARK: Expansions

    @Test func anExpansionIsDoneWhenItsInstancesAre() throws {
        let run = try Harness(
            """
            split: {run: x}
            many: {run: x, needs: [split]}
            link: {run: x, needs: [many]}
            other: {run: x}
            """, jobs: 2)
        _ = run.start()
        try run.finish("split")
        #expect(run.examine() == ["many"])
        try run.expand("many", into: ["many[1]", "many[2]", "many[3]"])
        try run.finish("other")
        #expect(run.start() == ["many[1]", "many[2]"])
        try run.finish("many[2]", .restored)
        #expect(run.start() == ["many[3]"])
        try run.finish("many[1]")
        try run.finish("many[3]")
        #expect(run.log.suffix(2) == ["many[3]: done", "many: done"])
        #expect(run.start() == ["link"])
        try run.finish("link")
        #expect(run.isFinished)
    }

    @Test func instancesWeighWhatTheirExpansionDoes() throws {
        let run = try Harness("a: {run: x}\nmany: {run: x}\nlink: {run: x, needs: [many]}", jobs: 1)
        #expect(run.examine() == ["many", "a"])
        try run.expand("many", into: ["many[1]"])
        #expect(run.examine() == ["many[1]"])
        try run.enqueue(["a", "many[1]"])
        #expect(run.startQueued() == ["many[1]"])
    }

    @Test func aFailedInstanceBlocksWhatNeedsTheExpansion() throws {
        let run = try Harness(
            "many: {run: x}\nlink: {run: x, needs: [many]}\nreport: {run: x, needs: [many], always: true}",
            keepsGoing: true)
        #expect(run.examine() == ["many"])
        try run.expand("many", into: ["many[1]", "many[2]"])
        #expect(run.start() == ["many[1]", "many[2]"])
        try run.fail("many[2]")
        try run.finish("many[1]")
        #expect(
            run.log == [
                "many[2]: failed", "many[1]: done", "many: blocked by many[2]", "link: blocked by many",
            ])
        #expect(run.start() == ["report"])
        try run.finish("report")
        #expect(run.isFinished)
    }

    @Test func anExpansionThatRunsAlwaysIsDoneWithItsInstances() throws {
        let run = try Harness("base: {run: x}\nmany: {run: x, needs: [base], always: true}", keepsGoing: true)
        #expect(run.start() == ["base"])
        try run.fail("base")
        #expect(run.examine() == ["many"])
        try run.expand("many", into: ["many[1]"])
        #expect(run.start() == ["many[1]"])
        try run.finish("many[1]")
        #expect(run.log == ["base: failed", "many[1]: done", "many: done"])
    }

    @Test func anInterruptEndsAnExpansion() throws {
        let run = try Harness("many: {run: x}\nlink: {run: x, needs: [many]}", jobs: 1)
        _ = run.examine()
        try run.expand("many", into: ["many[1]", "many[2]"])
        #expect(run.start() == ["many[1]"])
        run.interrupt()
        try run.finish("many[1]", .cancelled)
        #expect(run.log == ["link: cancelled", "many[2]: cancelled", "many[1]: cancelled", "many: cancelled"])
        #expect(run.isFinished)
    }
}
