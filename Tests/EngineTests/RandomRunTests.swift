// Random plans run in random orders of completion, against a pure model of what must run and what must not.

import Engine
import TestKit
import Testing
import Vocabulary

@Suite struct RandomRunTests {
    /// Task `n` copies source `n` and then the outputs of what it needs, one after the other, into its own output.
    struct Model {
        let needs: [[Int]]
        var sources: [String]

        init(_ random: inout SeededGenerator) {
            let count = Int.random(in: 2...9, using: &random)
            needs = (0..<count).map { task in
                (0..<task).filter { _ in Int.random(in: 0..<100, using: &random) < 35 }
            }
            sources = (0..<count).map { _ in String(Int.random(in: 0..<3, using: &random)) }
        }

        /// A task whose number is divisible by three makes the same whatever its source says: the wave stops there.
        var yaml: String {
            needs.indices.map { task in
                let inputs = (["src\(task)"] + needs[task].map { "out\($0)" }).joined(separator: ", ")
                let script = task % 3 == 0 ? "write out\(task) fixed" : "copy src\(task) out\(task)"
                return "t\(task): {run: \(script), inputs: [\(inputs)], outputs: [out\(task)]}"
            }.joined(separator: "\n")
        }

        /// What a task's output holds.
        func output(_ task: Int) -> String { task % 3 == 0 ? "fixed" : sources[task] }

        /// Everything a task reads.
        func inputs(_ task: Int) -> [String] { [sources[task]] + needs[task].map(output) }
    }

    @Test(arguments: 0..<60)
    func runsWhatReadsSomethingNewAndNothingElse(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var model = Model(&random)
        let rig = Rig()
        rig.seed = UInt64(seed)
        rig.options.jobs = Int.random(in: 1...4, using: &random)
        /// The inputs with which each task has a result.
        var known = Set<[String]>()
        for round in 0..<5 {
            for (task, source) in model.sources.enumerated() { rig["src\(task)"] = source }
            let run = try rig.run(model.yaml)
            #expect(run.summary.total == model.needs.count, "seed \(seed), round \(round)")
            for task in model.needs.indices {
                let isKnown = !known.insert(["t\(task)"] + model.inputs(task)).inserted
                let outcome = run.results["t\(task)"]
                #expect(
                    isKnown ? outcome == .upToDate || outcome == .restored : outcome == .succeeded(attempts: 1),
                    "seed \(seed), round \(round): t\(task) \(String(describing: outcome))"
                )
                #expect(rig["out\(task)"] == model.output(task), "seed \(seed), round \(round): out\(task)")
            }
            #expect(try rig.run(model.yaml).summary.upToDate == model.needs.count, "seed \(seed), round \(round)")
            let changed = Int.random(in: model.sources.indices, using: &random)
            model.sources[changed] = String(Int.random(in: 0..<3, using: &random))
        }
    }
}
