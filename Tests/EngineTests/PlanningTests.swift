// What a run would do: found out without starting, writing or recording anything.

import Engine
import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct PlanningTests {
    static let plan = """
        gen: {run: copy src.txt gen.txt, inputs: [src.txt], outputs: [gen.txt]}
        use: {run: copy gen.txt use.txt, inputs: [gen.txt], outputs: [use.txt]}
        other: {run: print x, inputs: [], outputs: []}
        skipped: {run: x, when: false}
        checked: {run: x, ensure: [{exists: src.txt}]}
        broken: {run: x, inputs: [none.txt]}
        """

    private func forecast(_ rig: Rig) throws -> [String] {
        let graph = try rig.graph(Self.plan)
        let (engine, outcome) = try rig.engine(graph)
        rig.files.forgetAccesses()
        let planned = engine.plan()
        #expect(outcome.spawned == [])
        #expect(!rig.files.accesses.contains { [.write, .remove].contains($0.kind) })
        return planned.map { task in
            let text =
                switch task.forecast {
                case .decided(let decision): "\(decision)"
                case .mayRun(let after): "may run after \(after.map { graph[$0].name }.joined(separator: " "))"
                case .mayBeSatisfied: "may be satisfied"
                case .blocked(let culprit): "blocked by \(graph[culprit].name)"
                case .skipped: "skipped"
                case .failed: "fails"
                }
            return "\(graph[task.task].name): \(text)"
        }
    }

    @Test func saysWhatWouldBeDone() throws {
        let rig = Rig(["src.txt": "1"])
        #expect(
            Set(try forecast(rig)) == [
                "gen: run(Vocabulary.RunReason.neverRan)", "use: may run after gen",
                "other: run(Vocabulary.RunReason.neverRan)", "skipped: skipped", "checked: satisfied", "broken: fails",
            ])
        rig.options.keepsGoing = true
        try rig.run(Self.plan)
        #expect(
            Set(try forecast(rig)) == [
                "gen: upToDate", "use: upToDate", "other: upToDate", "skipped: skipped", "checked: satisfied",
                "broken: fails",
            ])
        rig["gen.txt"] = nil
        #expect(try forecast(rig).first == "gen: restore")
    }
}
