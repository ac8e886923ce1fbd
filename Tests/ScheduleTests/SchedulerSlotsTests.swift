// Slots that leave the schedule and come back.

import Schedule
import Testing

@Suite struct SchedulerSlotsTests {
    @Test func slotsThatNobodyWantsAreIdle() throws {
        let run = try Harness("a: {run: x}\nb: {run: x, needs: [a]}", jobs: 4)
        #expect(run.scheduler.idleSlots() == 4)
        #expect(run.start() == ["a"])
        #expect(run.scheduler.idleSlots() == 3)
        #expect(run.scheduler.missingSlots() == 0)
        try run.finish("a")
        #expect(run.scheduler.idleSlots() == 4)
    }

    @Test func whatIsLentIsMissedUntilItIsBack() throws {
        let run = try Harness("a: {run: x}\nwide: {run: x, cpus: 3}\nb: {run: x}", jobs: 4)
        run.scheduler.lend(2)
        #expect(run.start() == ["a"])
        // Free, but not idle: the wide one waits for it.
        #expect(run.scheduler.missingSlots() == 2)
        #expect(run.scheduler.idleSlots() == 0)
        run.scheduler.regain(1)
        #expect(run.startQueued() == [])
        run.scheduler.regain(1)
        #expect(run.startQueued() == ["wide"])
        #expect(run.scheduler.missingSlots() == 1)
        #expect(run.scheduler.slots(of: try run.id("wide")) == 3)
    }

    /// Two that share slots and each wait for what the other holds would wait for ever.
    @Test func withSharedSlotsATaskStartsWithWhatThereIs() throws {
        let run = try Harness("wide: {run: x, cpus: 3}\nnext: {run: x, cpus: 9}", jobs: 4)
        run.scheduler.startWithFewer()
        run.scheduler.lend(2)
        #expect(run.start() == ["wide"])
        #expect(run.scheduler.slots(of: try run.id("wide")) == 2)
        #expect(run.scheduler.missingSlots() == 4)
        run.scheduler.regain(1)
        #expect(run.startQueued() == ["next"])
        #expect(run.scheduler.slots(of: try run.id("next")) == 1)
        try run.finish("wide")
        try run.finish("next")
        #expect(run.scheduler.idleSlots() == 3)
    }

    @Test(arguments: [(1, 4, 100, 4), (1, 4, 3, 3), (2, 4, 6, 3), (3, 4, 2, 0), (0, 2, 5, 2)])
    func sparesAreBoundedBySlotsAndMemory(services: Int, slots: Int, memory: Int, expected: Int) {
        #expect(ServiceTraits.sparesOfEach(of: services, slots: slots, memory: memory) == expected)
    }
}
