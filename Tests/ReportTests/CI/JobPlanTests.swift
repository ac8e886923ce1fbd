// Graphs cut into jobs: which tasks go together, what waits for what, how instances are spread.

import Report
import Testing

@Suite struct JobPlanTests {
    private typealias Task = JobPlan.Task

    /// `name (tasks) < needs`, or with a list of tasks for each shard.
    private static func text(_ plan: JobPlan, _ tasks: [JobPlan.Task]) -> [String] {
        plan.jobs.map { job in
            let needs = job.needs.map { plan.jobs[$0].id }.joined(separator: ", ")
            let shards = job.shards.map { $0.map { tasks[$0].name }.joined(separator: " ") }.joined(separator: " | ")
            return "\(job.id): \(shards)" + (needs.isEmpty ? "" : " < \(needs)")
        }
    }

    @Test func topLevelGroupsAndTasksAreJobs() {
        let tasks = [
            Task(name: "a/x", needs: [3], groups: [0]), Task(name: "a/y", needs: [0], groups: [0]),
            Task(name: "b/x", needs: [1, 3], groups: [1]), Task(name: "tools"),
        ]
        let plan = JobPlan(tasks, groups: ["a", "b"], shards: 4)
        #expect(Self.text(plan, tasks) == ["tools: tools", "a: a/x a/y < tools", "b: b/x < tools, a"])
    }

    @Test func aGroupOfGroupsStandsForNoJobAndOneWithNeedsOfItsOwnDoes() {
        let groups = ["p", "p/a", "p/b", "q", "q/own", "q/same"]
        let tasks = [
            Task(name: "t"), Task(name: "u"), Task(name: "p/a/x", needs: [0], groups: [0, 1]),
            Task(name: "p/b/x", needs: [0], groups: [0, 2]), Task(name: "q/x", needs: [0], groups: [3]),
            Task(name: "q/own/x", needs: [1], groups: [3, 4]), Task(name: "q/same/x", needs: [0, 4], groups: [3, 5]),
        ]
        let plan = JobPlan(tasks, groups: groups, shards: 4)
        #expect(
            Self.text(plan, tasks) == [
                "t: t", "u: u", "p-a: p/a/x < t", "p-b: p/b/x < t", "q: q/x q/same/x < t", "q-own: q/own/x < u",
            ])
    }

    @Test func groupsThatNeedEachOtherAreOneJob() {
        let tasks = [
            Task(name: "a/x", groups: [0]), Task(name: "b/x", needs: [0], groups: [1]),
            Task(name: "a/y", needs: [1], groups: [0]), Task(name: "c", needs: [2]),
        ]
        let plan = JobPlan(tasks, groups: ["a", "b"], shards: 4)
        #expect(Self.text(plan, tasks) == ["a-b: a/x b/x a/y", "c: c < a-b"])
        #expect(plan.jobs[0].name == "a+b")
    }

    private static let spread: [JobPlan.Task] =
        [Task(name: "g/venv", groups: [0])]
        + (0..<6).map {
            Task(
                name: "g/test[\($0)]", needs: [0], groups: [0], template: "g/test", duration: [9, 1, 1, 1, 5, 5][$0])
        } + [Task(name: "g/sum", needs: [1, 2, 3, 4, 5, 6], groups: [0])]

    @Test func instancesAreSpreadBetweenWhatTheyNeedAndWhatNeedsThem() {
        let plan = JobPlan(Self.spread, groups: ["g"], shards: 2)
        #expect(
            Self.text(plan, Self.spread) == [
                "g: g/venv", "g-test: g/test[0] g/test[1] g/test[2] | g/test[3] g/test[4] g/test[5] < g",
                "g-after-g-test: g/sum < g-test",
            ])
        let whole = JobPlan(Self.spread, groups: ["g"], shards: 1)
        #expect(whole.jobs.map(\.shards) == [[Array(0..<8)]])
    }

    @Test func anEarlierSplitIsKeptWhileItIsOfTheSameTasks() {
        let earlier = [["g/test[5]"], (0..<5).map { "g/test[\($0)]" }]
        let kept = JobPlan(Self.spread, groups: ["g"], shards: 2, earlier: ["g-test": earlier])
        #expect(kept.jobs[1].shards == [[6], [1, 2, 3, 4, 5]])
        let fresh = JobPlan(Self.spread, groups: ["g"], shards: 2)
        for broken in [[["g/test[5]"]], earlier + [["g/test[6]"]], earlier + [["g/test[5]"]], earlier + [[]]] {
            #expect(JobPlan(Self.spread, groups: ["g"], shards: 2, earlier: ["g-test": broken]).jobs == fresh.jobs)
        }
    }

    @Test func idsAreUniqueAndFine() {
        let tasks = ["a/b", "a-b", "1", "report", "taskgraph", "ü x"].map { Task(name: $0) }
        let plan = JobPlan(tasks, groups: [], shards: 4)
        #expect(plan.jobs.map(\.id) == ["a-b", "a-b-2", "_1", "report-2", "taskgraph-2", "_--x"])
    }
}

@Suite struct LineDifferenceTests {
    @Test(arguments: [
        ("a\nb\n", "a\nb\n", ""), ("a\nb\nc\n", "a\nx\nc\n", "@@ line 2 @@\n-b\n+x\n"),
        ("a\n", "a\nb\n", "@@ line 2 @@\n+b\n"),
        ("a\nb\nc\nd\n", "b\nc\nd\ne\n", "@@ line 1 @@\n-a\n@@ line 5 @@\n+e\n"),
    ])
    func isWhatDiffers(before: String, after: String, difference: String) {
        #expect(lineDifference(before, after) == difference)
    }
}
