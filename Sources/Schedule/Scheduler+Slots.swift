// Slots that leave the schedule for a while, and those that somebody waits for. Does not know who has them.

public import Vocabulary

extension Scheduler {
    /// Slots that nobody has and nobody waits for.
    public mutating func idleSlots() -> Int { nextInQueue() == nil ? resources.freeSlots : 0 }

    /// How many slots the next task lacks; 0 when it lacks none, or there is none.
    public mutating func missingSlots() -> Int {
        nextInQueue().map { resources.missing(for: tasks[$0.index].demand) } ?? 0
    }

    /// The slots that a running task has.
    public func slots(of id: TaskID) -> Int { resources.slots(tasks[id.index].demand) }

    /// Slots go to somebody outside of the schedule.
    public mutating func lend(_ slots: Int) { resources.freeSlots -= slots }

    /// Lent slots are back.
    public mutating func regain(_ slots: Int) { resources.freeSlots += slots }

    /// Wants no task to wait for several slots: one starts with those that are free, at least one. For slots that are
    /// shared with others outside, each of whom might wait for what another holds.
    public mutating func startWithFewer() { resources.isElastic = true }
}
