// How little is done: looks at files, and work that is handed to other threads.

import Engine
import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct EffortTests {
    private static let plan = "t: {run: copy src.txt out.txt, inputs: [src.txt], outputs: [out.txt]}"

    private func looks(_ path: String, _ rig: Rig) -> Int {
        rig.files.accesses.count { $0 == .init(.status, "/project/\(path)") }
    }

    private func performed(_ outcome: Outcome) -> Int { outcome.reactor.traffic.count { $0 == .performed } }

    @Test func anInputIsLookedAtOnceForTheKeyAndOnceAfterTheCommand() throws {
        let rig = Rig(["src.txt": "one"])
        try rig.run(Self.plan)
        #expect(looks("src.txt", rig) == 2)
        try rig.run(Self.plan)
        #expect(looks("src.txt", rig) == 1)
        #expect(looks("out.txt", rig) == 1)
    }

    @Test func aSmallOutputIsReadOnceAndNotLookedAtBesides() throws {
        let rig = Rig(["src.txt": "one"])
        try rig.run(Self.plan)
        #expect(rig.files.accesses.count { $0 == .init(.read, "/project/out.txt") } == 1)
        // Before the command: is anything in the way?
        #expect(looks("out.txt", rig) == 1)
        let kinds = rig.store.traffic.map { traffic in
            switch traffic {
            case .added: "added"
            case .published: "published"
            case .flushed: "flushed"
            case .restored: "restored"
            }
        }
        #expect(kinds == ["added", "published", "flushed"])
    }

    @Test(arguments: [
        // Nothing in a repository's own directory is an output.
        ("t: {run: copy src.txt .git/a, inputs: [src.txt], outputs: [.git/a]}", ".git/a"),
        ("t: {run: nothing, inputs: [src.txt], outputs: [a]}", "a"),
    ])
    func anOutputThatIsNotFoundAtOnceIsLookedForTheLongWay(plan: String, missing: String) throws {
        let rig = Rig(["src.txt": "one"])
        let run = try rig.run(plan)
        #expect(run.results == ["t": .failed(.missingOutputs([missing]), attempts: 1)])
        #expect(performed(run) == 3)
    }

    @Test(arguments: [
        (size: 100, plan: plan, performed: 1),
        (size: 70_000, plan: plan, performed: 2),
        (size: 100, plan: "t: {run: copy src.txt out/a, inputs: [src.txt], outputs: [out]}", performed: 2),
        (size: 100, plan: "t: {run: copy src.txt a.out, inputs: [src.txt], outputs: ['*.out']}", performed: 3),
        (size: 100, plan: "t: {run: copy src.txt a, inputs: [src.txt], outputs: [a], reports: [b]}", performed: 2),
    ])
    func onlyWorkOfSomeWeightIsHandedOver(size: Int, plan: String, performed: Int) throws {
        let rig = Rig(["src.txt": String(repeating: "x", count: size)])
        let first = try rig.run(plan)
        #expect(first.results == ["t": .succeeded(attempts: 1)])
        #expect(self.performed(first) == performed)
        let second = try rig.run(plan)
        #expect(second.results == ["t": .upToDate])
    }

    @Test func whatIsInTheWayIsRemovedAtOnceUnlessItIsADirectory() throws {
        let rig = Rig(["src.txt": "one", "out.txt": "old"])
        #expect(performed(try rig.run(Self.plan)) == 1)
        #expect(rig["out.txt"] == "one")
        rig["src.txt"] = "two"
        rig["out.txt"] = nil
        rig["out.txt/inside"] = "in the way"
        #expect(performed(try rig.run(Self.plan)) == 2)
        #expect(rig["out.txt"] == "two")
    }

    @Test func manyReadyTasksAreHandedOverTogether() throws {
        let rig = Rig()
        let plan = (0..<40).map { "t\($0): {run: nothing, inputs: []}\n" }.joined()
        #expect(performed(try rig.run(plan)) < 40)
    }

    @Test func aStoreInTroubleCostsTheRecordOnly() throws {
        let rig = Rig(["src.txt": "one"])
        rig.files.fail(.read, "/project/out.txt", with: 5)
        let run = try rig.run(Self.plan)
        #expect(run.results == ["t": .succeeded(attempts: 1)])
        #expect(run.lines.contains { $0.hasPrefix("t: warning: the result is not cached: ") })
        #expect(try rig.run(Self.plan).results == ["t": .succeeded(attempts: 1)])
    }

    @Test func anAbsoluteInputIsLookedForWhereItIs() throws {
        let rig = Rig(["src.txt": "one"])
        rig.files.add("/etc/name", "host")
        let plan = "t: {run: copy /etc/name out.txt, inputs: [/etc/name], outputs: [out.txt]}"
        #expect(try rig.run(plan).results == ["t": .succeeded(attempts: 1)])
        rig.files.add("/etc/name", "other")
        #expect(try rig.run(plan).lines.first == "t: runs: changed input /etc/name")
    }
}
