// Which process belongs to which task, from records alone.

import Glibc
import Ports
import Testing

@testable import Host

@Suite struct FamilyTests {
    static let ourSession: Int32 = 10

    /// Two tasks since tick 100 and 200, and an interactive one if wanted.
    private func family(interactive: Bool = false) -> Family {
        var family = Family(session: FamilyTests.ourSession, startedTick: 50)
        family.add(child(1, pid: 1000, task: "one", tick: 100))
        family.add(child(2, pid: 2000, task: "two", tick: 200))
        if interactive { family.add(child(3, pid: 3000, task: "three", tick: 300, isInteractive: true)) }
        return family
    }

    private func child(_ token: UInt32, pid: Int32, task: String?, tick: UInt64, isInteractive: Bool = false) -> Child {
        guard let end = Descriptor(dup(0)) else { fatalError("dup") }
        let mark = task.map { TaskMark(task: $0, outer: nil) }
        return Child(
            ProcessToken(token), StartedProcess(pid: pid, parent: 1, end: end), output: nil, mark: mark,
            isInteractive: isInteractive,
            startedAt: 0, startedTick: tick)
    }

    private func record(group: Int32 = 7, session: Int32 = 7, tick: UInt64 = 500) -> ProcessRecord {
        ProcessRecord(
            identity: ProcessIdentity(pid: 7, started: tick), parent: 1, group: group, session: session, isZombie: false
        )
    }

    @Test(arguments: [
        (
            session: Int32(1000), group: Int32(7), tick: UInt64(500), mark: String?.none,
            owner: Family.Owner.child(ProcessToken(1))
        ),
        (7, 2000, 500, nil, .child(ProcessToken(2))),
        // Its own session was made by another before.
        (7, 7, 500, "two", .child(ProcessToken(2))),
        (7, 7, 500, "two > inner", .child(ProcessToken(2))),
        (7, 7, 500, "twofold", .unclear),
        (7, 7, 500, nil, .unclear),
        // Only the first task was there.
        (7, 7, 150, nil, .child(ProcessToken(1))),
        (7, 7, 60, nil, .nobody),
        // Older than we are, whatever it carries.
        (7, 7, 40, "two", .unrelated),
        // The number of its group was once another's.
        (7, 1000, 90, nil, .nobody),
        (10, 10, 500, "two", .unrelated),
    ])
    func owners(session: Int32, group: Int32, tick: UInt64, mark: String?, owner: Family.Owner) {
        #expect(family().owner(of: record(group: group, session: session, tick: tick)) { mark } == owner)
    }

    @Test(arguments: [
        (group: Int32(3000), mark: String?.none, owner: Family.Owner.child(ProcessToken(3))),
        (7, "three", .child(ProcessToken(3))),
        (7, "two", .unrelated),
        (7, nil, .unrelated),
    ])
    func ownersInOurSession(group: Int32, mark: String?, owner: Family.Owner) {
        let record = record(group: group, session: FamilyTests.ourSession)
        #expect(family(interactive: true).owner(of: record) { mark } == owner)
    }

    @Test func whatWasSeenBeneathATaskStaysIts() {
        var family = family()
        family.learn(record().identity, belongsTo: ProcessToken(2))
        #expect(family.owner(of: record()) { "one" } == .child(ProcessToken(2)))
        if let second = family.children[ProcessToken(2)] { family.remove(second) }
        #expect(family.owner(of: record()) { "one" } == .child(ProcessToken(1)))
    }

    @Test func oneThatIsAloneOwnsNothingNew() {
        let family = family()
        family.children[ProcessToken(1)]?.isAlone = true
        #expect(family.owner(of: record()) { nil } == .child(ProcessToken(2)))
    }
}

@Suite struct TaskMarkTests {
    @Test func theMarkReplacesOneThatWasGiven() {
        let mark = TaskMark(task: "build", outer: "all")
        #expect(mark.added(to: ["A=1", "TASKGRAPH_TASK=x", "B=2"]) == ["A=1", "B=2", "TASKGRAPH_TASK=all > build"])
    }

    @Test(arguments: [
        ("all", true), ("all > build", true), ("all > build > deep", true), ("all >", false), ("al", false),
        ("", false),
    ])
    func coversItselfAndWhatRunsInside(found: String, covers: Bool) {
        #expect(TaskMark(task: "all", outer: nil).covers(found) == covers)
    }
}

@Suite struct ProcessorQuotaTests {
    @Test(arguments: [
        ("max 100000\n", Int?.none), ("200000 100000\n", 2), ("150000 100000\n", 2), ("5000 100000\n", 1), ("", nil),
        ("0 0\n", nil),
    ])
    func quotas(text: String, processors: Int?) {
        #expect(ProcessorQuota.processors(text) == processors)
    }

    @Test(arguments: [
        ("0::/\n", String?.some("")), ("0::/a/b\n", "/a/b"), ("12:cpu:/x\n0::/y\n", "/y"), ("12:cpu:/x\n", nil),
    ])
    func groups(text: String, path: String?) {
        #expect(ProcessorQuota.unifiedGroup(text) == path)
    }

    @Test func thisMachineHasAtLeastOne() {
        #expect(Machine.coreCount >= 1)
        #expect(Machine.coreCount <= sysconf(Int32(_SC_NPROCESSORS_CONF)))
    }
}
