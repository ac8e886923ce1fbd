// A graph cut into jobs: which tasks go together, and which jobs wait for which. Pure; knows no workflow language.

/// Tasks by position, with what decides the job that each belongs to.
public struct JobPlan: Sendable {
    public struct Task: Sendable {
        public var name: String
        /// Positions of the tasks that it waits for, hard or order-only.
        public var needs: [Int]
        /// Positions in `groups` of the groups that it is in, outermost first.
        public var groups: [Int]
        /// The task that it is an instance of.
        public var template: String?
        /// Nanoseconds, if it was ever measured.
        public var duration: UInt64?

        public init(
            name: String, needs: [Int] = [], groups: [Int] = [], template: String? = nil, duration: UInt64? = nil
        ) {
            self.name = name
            self.needs = needs
            self.groups = groups
            self.template = template
            self.duration = duration
        }
    }

    public struct Job: Hashable, Sendable {
        /// Letters, digits, `-` and `_`; unique in the plan.
        public var id = ""
        /// The group, task or template that it stands for; several, joined by `+`, when they need each other.
        public var name: String
        /// Positions of its tasks, in order.
        public var tasks: [Int]
        /// Positions of the jobs that it waits for, in order.
        public var needs: [Int] = []
        /// Positions of tasks by shard; one list when it is not spread.
        public var shards: [[Int]]
    }

    /// In an order in which every job follows what it needs; otherwise as declared.
    public let jobs: [Job]

    /// - Parameters:
    ///   - shards: over how many jobs the instances of one task are spread at most.
    ///   - earlier: names of tasks by shard, by the job's id: kept as they are where the tasks are still the same.
    public init(_ tasks: [Task], groups: [String], shards limit: Int, earlier: [String: [[String]]] = [:]) {
        let units = JobPlan.units(tasks, groups: groups, limit: limit)
        let merged = JobPlan.acyclic(units, tasks)
        var taken = JobPlan.reserved
        jobs = JobPlan.ordered(merged, tasks).map { job in
            var job = job
            job.id = JobPlan.id(job.name, &taken)
            job.shards = JobPlan.shards(job, tasks, limit, earlier[job.id])
            return job
        }
    }

    /// Ids of the jobs that a workflow has besides.
    static let reserved: Set<String> = ["taskgraph", "report"]

    private static func id(_ name: String, _ taken: inout Set<String>) -> String {
        let isFine = { (scalar: Unicode.Scalar) in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "_"
        }
        var base = name.unicodeScalars.map { isFine($0) ? String($0) : "-" }.joined()
        if !(base.unicodeScalars.first.map { isFine($0) && !("0"..."9").contains($0) } ?? false) { base = "_" + base }
        var id = base
        var number = 2
        while !taken.insert(id).inserted {
            id = "\(base)-\(number)"
            number += 1
        }
        return id
    }

    /// Fewer instances are not worth a machine each.
    static let leastInstances = 4

    // MARK: What goes together

    /// The name of each task's unit.
    private static func units(_ tasks: [Task], groups: [String], limit: Int) -> [String] {
        var instances: [String: Int] = [:]
        for task in tasks { if let template = task.template { instances[template, default: 0] += 1 } }
        var units = tasks.map { $0.groups.first.map { groups[$0] } ?? $0.template ?? $0.name }
        descend(&units, tasks, groups)
        let spread = Set(instances.filter { limit > 1 && $0.value >= leastInstances }.keys)
        for position in tasks.indices {
            if let template = tasks[position].template, spread.contains(template) { units[position] = template }
        }
        separateFollowers(&units, tasks, spread)
        return units
    }

    /// A group that holds nothing but groups stands for no job, its groups do; so does a group with needs of its own.
    private static func descend(_ units: inout [String], _ tasks: [Task], _ groups: [String]) {
        for depth in 1..<max(2, tasks.map(\.groups.count).max() ?? 0) {
            let before = units
            for (unit, members) in tasks.indices.grouped(by: { before[$0] }) {
                let inner = members.filter { task in
                    tasks[task].groups.count > depth && groups[tasks[task].groups[depth - 1]] == unit
                }
                let holdsGroupsOnly = inner.count == members.count
                for (child, own) in inner.grouped(by: { tasks[$0].groups[depth] }) {
                    let others = outerNeeds(members.filter { !own.contains($0) }, unit, before, tasks)
                    let needsMore = !outerNeeds(own, unit, before, tasks).isSubset(of: others)
                    if holdsGroupsOnly || needsMore { for task in own { units[task] = groups[child] } }
                }
            }
        }
    }

    private static func outerNeeds(_ members: [Int], _ unit: String, _ units: [String], _ tasks: [Task]) -> Set<Int> {
        Set(members.flatMap { tasks[$0].needs }.filter { units[$0] != unit })
    }

    /// What needs the instances of a spread task cannot be in the job that they need.
    private static func separateFollowers(_ units: inout [String], _ tasks: [Task], _ spread: Set<String>) {
        for template in spread.sorted() {
            var follows = Set(tasks.indices.filter { tasks[$0].template == template })
            let leaders = Set(follows.flatMap { tasks[$0].needs }.map { units[$0] })
            var isGrowing = true
            while isGrowing {
                let more = tasks.indices.filter {
                    !follows.contains($0) && tasks[$0].needs.contains(where: follows.contains)
                }
                isGrowing = !more.isEmpty
                follows.formUnion(more)
            }
            for task in follows where leaders.contains(units[task]) && tasks[task].template != template {
                units[task] += " after \(template)"
            }
        }
    }
}
