// The second half of cutting a graph into jobs: their order, what they wait for, how they are spread. Pure.

extension JobPlan {
    // MARK: What waits for what

    /// Units that need each other, directly or through others, become one job.
    static func acyclic(_ units: [String], _ tasks: [Task]) -> [Job] {
        let grouped = tasks.indices.grouped { units[$0] }
        let place = Dictionary(uniqueKeysWithValues: grouped.enumerated().map { ($1.key, $0) })
        let needs = grouped.map { unit in
            Set(unit.members.flatMap { tasks[$0].needs }.compactMap { place[units[$0]] })
        }
        let reach = needs.indices.map { reachable(from: $0, needs) }
        var seen: Set<Int> = []
        var jobs: [Job] = []
        for unit in grouped.indices where seen.insert(unit).inserted {
            let circle = grouped.indices.filter { $0 == unit || reach[unit].contains($0) && reach[$0].contains(unit) }
            seen.formUnion(circle)
            let members = circle.flatMap { grouped[$0].members }.sorted()
            jobs.append(Job(name: circle.map { grouped[$0].key }.joined(separator: "+"), tasks: members, shards: []))
        }
        return jobs
    }

    private static func reachable(from start: Int, _ needs: [Set<Int>]) -> Set<Int> {
        var reached: Set<Int> = []
        var stack = [start]
        while let next = stack.popLast() {
            for need in needs[next] where reached.insert(need).inserted { stack.append(need) }
        }
        return reached
    }

    /// Jobs behind what they need, with `needs` filled in.
    static func ordered(_ jobs: [Job], _ tasks: [Task]) -> [Job] {
        var owner: [Int: Int] = [:]
        for (position, job) in jobs.enumerated() { for task in job.tasks { owner[task] = position } }
        let needs = jobs.indices.map { job in
            Set(jobs[job].tasks.flatMap { tasks[$0].needs }.compactMap { owner[$0] }).subtracting([job])
        }
        var order: [Int] = []
        var isDone = Set<Int>()
        while order.count < jobs.count {
            guard let next = jobs.indices.first(where: { !isDone.contains($0) && needs[$0].isSubset(of: isDone) })
            else { break }
            isDone.insert(next)
            order.append(next)
        }
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        return order.map { position in
            var job = jobs[position]
            job.needs = needs[position].compactMap { places[$0] }.sorted()
            return job
        }
    }

    // MARK: Shards

    static func shards(_ job: Job, _ tasks: [Task], _ limit: Int, _ earlier: [[String]]?) -> [[Int]] {
        let isSpread = job.tasks.allSatisfy { tasks[$0].template == job.name } && job.tasks.count >= leastInstances
        guard isSpread, limit > 1, job.tasks.allSatisfy({ isOneLine(tasks[$0].name) }) else { return [job.tasks] }
        if let earlier, let kept = same(earlier, job, tasks) { return kept }
        let durations = Sharding.completed(job.tasks.map { tasks[$0].duration })
        let count = Sharding.usefulCount(durations, limit: min(limit, job.tasks.count / 2))
        return Sharding.split(durations, into: count).map { $0.map { job.tasks[$0] } }
    }

    /// The earlier split, if it is one of the same tasks.
    private static func same(_ earlier: [[String]], _ job: Job, _ tasks: [Task]) -> [[Int]]? {
        let positions = Dictionary(job.tasks.map { (tasks[$0].name, $0) }) { first, _ in first }
        let found = earlier.map { $0.compactMap { positions[$0] } }
        let isSame = found.joined().count == earlier.joined().count && found.joined().sorted() == job.tasks
        return isSame && found.allSatisfy { !$0.isEmpty } ? found : nil
    }

    /// Names of instances come from file names.
    private static func isOneLine(_ name: String) -> Bool { !name.contains { $0.isNewline } }
}

extension Sequence<Int> {
    /// Groups in order of their first members.
    func grouped<Key: Hashable>(by key: (Int) -> Key) -> [(key: Key, members: [Int])] {
        var places: [Key: Int] = [:]
        return reduce(into: []) { groups, item in
            let name = key(item)
            if let place = places[name] {
                groups[place].members.append(item)
            } else {
                places[name] = groups.count
                groups.append((name, [item]))
            }
        }
    }
}
