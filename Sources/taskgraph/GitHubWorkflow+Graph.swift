// The graph as jobs of a workflow: what each runs, and what the machine needs for it. Cuts nothing itself.

import Graph
import Report
import Vocabulary

extension GitHubWorkflow {
    /// - Parameters:
    ///   - directory: of the root file, relative to the repository.
    ///   - shards: over how many jobs instances of a task are spread at most.
    ///   - durations: nanoseconds by task, where they were measured.
    ///   - earlier: names of tasks by shard, by job id, that are kept where they are the same tasks.
    init(
        _ graph: Graph, directory: String, isOwn: Bool, shards: Int, durations: [String: UInt64],
        earlier: [String: [[String]]]
    ) {
        let ids = graph.ids.filter { graph.hasJob($0) }
        let plan = JobPlan(
            graph.planned(ids, durations), groups: graph.groups.map(\.name), shards: shards, earlier: earlier)
        let jobs = plan.jobs.map { job in
            let tasks = job.shards.map { $0.map { ids[$0] } }
            var result = Job(id: job.id, title: graph.jobTitle(job.name), targets: graph.targets(tasks))
            result.needs = job.needs.map { (plan.jobs[$0].id, plan.jobs[$0].shards.count) }
            graph.addNeeds(of: tasks.flatMap { $0 }, to: &result)
            return result
        }
        self.init(title: graph.title ?? "taskgraph", jobs: jobs)
        self.directory = directory
        self.isOwn = isOwn
    }
}

extension Graph {
    /// Services and gates come with the tasks that need them, so do hidden tasks outside of groups; nobody sits at a
    /// terminal.
    fileprivate func hasJob(_ id: TaskID) -> Bool {
        let task = self[id]
        switch task.kind {
        case .service, .gate: return false
        case .action, .expansion: return !task.isInteractive && !(task.isHidden && groupPositions(of: id).isEmpty)
        }
    }

    fileprivate func planned(_ ids: [TaskID], _ durations: [String: UInt64]) -> [JobPlan.Task] {
        let positions = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        return ids.map { id in
            JobPlan.Task(
                name: self[id].name, needs: jobNeeds(of: id, positions), groups: groupPositions(of: id),
                template: template(of: id), duration: durations[self[id].name])
        }
    }

    /// The nearest tasks with a job that a task waits for, through those without.
    private func jobNeeds(of id: TaskID, _ positions: [TaskID: Int]) -> [Int] {
        var found: Set<Int> = []
        var seen: Set<TaskID> = []
        var stack = [id]
        while let next = stack.popLast() {
            for need in needs(of: next) where need.kind != .soft && seen.insert(need.task).inserted {
                if let position = positions[need.task] { found.insert(position) } else { stack.append(need.task) }
            }
        }
        return found.sorted()
    }

    private func groupPositions(of id: TaskID) -> [Int] {
        groups.indices.filter { groups[$0].members.contains(id.rawValue) && !groups[$0].name.isEmpty }
            .sorted { groups[$0].name.utf8.count < groups[$1].name.utf8.count }
    }

    private func template(of id: TaskID) -> String? {
        self[id].instance.isEmpty ? nil : String(self[id].name.prefix { $0 != "[" })
    }

    fileprivate func jobTitle(_ name: String) -> String {
        let title = groups.first { $0.name == name }?.title ?? tasks(named: name).first.flatMap { self[$0].title }
        return title.map { "\(name): \($0)" } ?? name
    }

    /// The fewest names for the tasks of each shard: groups and templates that are whole, else the tasks.
    fileprivate func targets(_ shards: [[TaskID]]) -> [[String]] {
        shards.map { tasks in
            let own = Set(tasks)
            let isWhole = { (members: [TaskID]) in members.allSatisfy { own.contains($0) || !hasJob($0) } }
            var names: [String] = []
            for id in tasks {
                let group = groupPositions(of: id).first { position in
                    isWhole(groups[position].members.map { TaskID($0) })
                }
                let whole = template(of: id).flatMap { isWhole(self.tasks(named: $0)) ? $0 : nil }
                let name = group.map { groups[$0].name } ?? whole ?? self[id].name
                if !names.contains(name) { names.append(name) }
            }
            return names
        }
    }

    /// What a machine needs for tasks and for what they need, which is made again where the cache has lost it.
    fileprivate func addNeeds(of tasks: [TaskID], to job: inout GitHubWorkflow.Job) {
        let isWanted = closure(of: tasks)
        let wanted = ids.filter { isWanted[$0] }.map { self[$0] }
        job.secrets = Set(wanted.flatMap(\.secrets)).sorted()
        job.usesUV = wanted.contains { $0.cache.tools.contains("uv") || $0.commandWords.contains("uv") }
        job.packages = Set(wanted.compactMap(\.servicePackage)).sorted()
    }
}

extension TaskDefinition {
    fileprivate var commandWords: [Substring] {
        switch command {
        case .script(let script): script.split { $0.isWhitespace || ";|&()".contains($0) }
        case .arguments(let words): words.prefix(1).map { $0[...] }
        case nil: []
        }
    }

    /// The Debian package of the server behind a service; containers bring theirs along.
    fileprivate var servicePackage: String? {
        guard case .service(let node) = kind else { return nil }
        return switch node.recipe.driver {
        case .postgres: node.recipe.version.map { "postgresql-" + $0.prefix { $0 != "." } } ?? "postgresql"
        case .redis: "redis-server"
        case .process, .container: nil
        }
    }
}
