// Random graphs, resources and outcomes against what must hold in every run, whatever the order.

import Graph
import Schedule
import TestKit
import Testing
import Vocabulary

@Suite struct RandomRunTests {
    /// A plan, how it is run, and what happens in it, all drawn from a seed.
    struct Draw {
        var random: SeededGenerator

        mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

        mutating func plan() -> String {
            var text = "pools: {p: \(1 + below(2)), q: 3}\n"
            for number in 0..<(1 + below(25)) {
                var keys = ["run: x"]
                var needs: [String] = []
                for other in 0..<number where chance(20) {
                    needs.append(
                        ["t\(other)", "{task: t\(other), order-only: true}", "{task: t\(other), soft: true}"][below(3)])
                }
                if !needs.isEmpty { keys.append("needs: [\(needs.joined(separator: ", "))]") }
                if chance(30) { keys.append("cpus: \(1 + below(4))") }
                if chance(30) { keys.append("pool: \(["p", "q"][below(2)])") }
                if chance(30) { keys.append("lock: [\(["a", "b", "a, b"][below(3)])]") }
                if chance(15) { keys.append("always: true") }
                text += "t\(number): {\(keys.joined(separator: ", "))}\n"
            }
            return text
        }
    }

    @Test(arguments: 0..<300)
    func everyTaskHasOneOutcomeAndNoLimitIsExceeded(seed: Int) throws {
        var draw = Draw(random: SeededGenerator(seed: UInt64(seed)))
        let plan = draw.plan()
        let jobs = 1 + draw.below(4)
        let keepsGoing = draw.chance(50)
        let interruptAt = draw.chance(20) ? draw.below(15) : Int.max
        let run = try Harness(plan, jobs: jobs, keepsGoing: keepsGoing)
        let graph = run.graph
        var examining: [TaskID] = []
        var running: [TaskID] = []
        var outcomes: [TaskID: TaskOutcome] = [:]
        var started: Set<TaskID> = []
        var hasFailed = false
        var steps = 0

        func note(_ finished: [(TaskID, TaskOutcome)]) {
            for (id, outcome) in finished {
                #expect(outcomes[id] == nil, "seed \(seed): \(graph[id].name) has two outcomes")
                outcomes[id] = outcome
            }
        }

        while !run.isFinished {
            steps += 1
            try #require(steps < 1000, "seed \(seed): no end\n\(plan)")
            if steps == interruptAt { note(run.scheduler.interrupt()) }
            while let id = run.scheduler.nextToExamine() {
                // Every need has its outcome, and a good one unless it only orders or the task runs whatever comes.
                for need in graph.needs(of: id) {
                    let outcome = try #require(outcomes[need.task], "seed \(seed): \(graph[id].name) is too early")
                    #expect(
                        outcome.isDone || need.kind == .soft || graph[id].isAlways, "seed \(seed): \(graph[id].name)")
                }
                examining.append(id)
            }
            while let id = run.scheduler.nextToStart() {
                running.append(id)
                #expect(started.insert(id).inserted)
                #expect(running.map { min(graph[$0].cpus, jobs) }.reduce(0, +) <= jobs, "seed \(seed): slots")
                for (pool, size) in graph.pools {
                    #expect(running.count { graph[$0].pool == pool } <= size, "seed \(seed): pool \(pool)")
                }
                for lock in ["a", "b"] {
                    #expect(running.count { graph[$0].locks.contains(lock) } <= 1, "seed \(seed): lock \(lock)")
                }
                #expect(!(hasFailed && !keepsGoing) || graph[id].isAlways, "seed \(seed): started after a failure")
            }
            if !examining.isEmpty, running.isEmpty || draw.chance(50) {
                let id = examining.remove(at: draw.below(examining.count))
                if draw.chance(30) {
                    note(run.scheduler.finish(id, .upToDate))
                } else if !run.scheduler.mayRun(id) {
                    note(run.scheduler.finish(id, .cancelled))
                } else {
                    run.scheduler.enqueue(id)
                }
            } else if !running.isEmpty {
                let id = running.remove(at: draw.below(running.count))
                let fails = draw.chance(15)
                hasFailed = hasFailed || fails
                note(
                    run.scheduler.finish(id, fails ? .failed(.exit(.exited(1)), attempts: 1) : .succeeded(attempts: 1)))
                note(run.scheduler.cancelIfStopping())
            } else {
                try #require(run.isFinished, "seed \(seed): nothing runs and nothing can start\n\(plan)")
            }
        }
        #expect(outcomes.count == graph.count, "seed \(seed)")
        for (id, outcome) in outcomes {
            let needs = graph.needs(of: id).filter { $0.kind != .soft }
            switch outcome {
            case .blocked(let culprit):
                #expect(needs.contains { $0.task == culprit } && outcomes[culprit]?.isDone == false, "seed \(seed)")
                #expect(!graph[id].isAlways, "seed \(seed)")
            case .cancelled:
                #expect(interruptAt <= steps || hasFailed && !keepsGoing, "seed \(seed): cancelled without a reason")
            default:
                #expect(graph[id].isAlways || needs.allSatisfy { outcomes[$0.task]?.isDone == true }, "seed \(seed)")
            }
        }
    }
}
