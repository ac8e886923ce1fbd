// Anything may happen to the state and the cache: it costs a miss or a clear error, never a wrong byte, a hang or a trap.

import Glibc
import Testing

@Suite struct DamageTests {
    /// `TASKGRAPH_DAMAGE_ROUNDS=N` for more; `TASKGRAPH_DAMAGE_SEED=N` for one round again.
    private static let seeds: [UInt64] = {
        if let text = getenv("TASKGRAPH_DAMAGE_SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
        let rounds = getenv("TASKGRAPH_DAMAGE_ROUNDS").flatMap { UInt64(String(cString: $0)) } ?? 120
        return Array(1...rounds)
    }()

    @Test func randomDamageNeverGivesAWrongByte() {
        Project.with(Sample.plan, files: Sample.files) { project in
            project.run(Sample.targets)
            let expected = project.shell(Sample.listing)
            let layers = project.shell(Sample.layers)
            project.shell("cp -a .taskgraph ../saved")
            var refused = 0
            for seed in DamageTests.seeds {
                var random = SeededRandom(seed)
                let removesOutputs = Bool.random(using: &random)
                project.shell(
                    "rm -rf .taskgraph; cp -a ../saved .taskgraph" + (removesOutputs ? "; rm -rf small large dir" : ""))
                let what = "seed \(seed): " + damage(project, &random)
                let run = project.run(Sample.targets)
                guard run.status == 0 else {
                    refused += 1
                    #expect(run.isClearError, "\(what): \(run)")
                    // Whatever it was: the next run heals it, or says again what a person has to do.
                    let again = project.run(Sample.targets)
                    #expect(again.status == 0 || again.isClearError, "\(what): \(again)")
                    if again.status == 0 { #expect(project.shell(Sample.listing) == expected, "\(what), healed") }
                    project.shell("rm -rf .taskgraph; cp -a ../saved .taskgraph")
                    project.run(Sample.targets)
                    continue
                }
                #expect(project.shell(Sample.listing) == expected, "\(what): \(run)")
                let kept = project.shell(Sample.layers)
                #expect(layers.split(separator: "\n").allSatisfy { kept.contains($0) }, "\(what): \(run)")
            }
            #expect(refused * 3 < DamageTests.seeds.count, "most damage must cost nothing but a miss")
        }
    }

    /// - Returns: what was done, for the message.
    private func damage(_ project: Project, _ random: inout SeededRandom) -> String {
        var done: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let paths = Disk.everything(beneath: project.at(".taskgraph"))
            guard let path = paths.randomElement(using: &random),
                let damage = Damage.allCases.randomElement(using: &random)
            else { continue }
            damage.apply(to: path, &random)
            done.append("\(damage) \(path.dropFirst(project.path.utf8.count + 1))")
        }
        return done.joined(separator: ", ")
    }
}

extension Ending {
    /// Ended by itself with a failure that says something, and not by a trap.
    var isClearError: Bool {
        (status == 1 || status == 5) && (err + out).contains(": ") && !(err + out).contains("Fatal error")
    }
}
