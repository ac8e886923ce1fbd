// A scheduler over a graph made from YAML, driven by names, with every outcome written down.

import Graph
import Manifest
import Schedule
import Testing
import Vocabulary

/// Drives a scheduler as the engine does. Tasks are told apart by their names.
final class Harness {
    let graph: Graph
    var scheduler: Scheduler
    /// `name: outcome`, in the order they came.
    private(set) var log: [String] = []
    private var names: [String]

    /// - Parameters:
    ///   - yaml: a plan without its version.
    ///   - targets: nil: everything.
    ///   - durations: known ones, in nanoseconds.
    init(
        _ yaml: String, targets: [String]? = nil, jobs: Int = 100, keepsGoing: Bool = false,
        durations: [String: UInt64] = [:]
    ) throws {
        let (file, mistakes) = FileDeclaration.parse(Array("version: 1\n\(yaml)".utf8), source: SourceID(0))
        try #require(mistakes == [])
        let (loaded, findings) = Graph.load([file], context: LoadContext(root: "/project"))
        try #require(findings == [])
        let graph = try #require(loaded)
        self.graph = graph
        names = graph.ids.map { graph[$0].name }
        let isWanted = graph.closure(of: try targets.map { try graph.select($0) } ?? Array(graph.ids))
        let weights = criticalPathWeights(graph: graph, isWanted: isWanted, durations: durations)
        let tasks = graph.ids.map { id in
            let task = graph[id]
            return ScheduledTask(
                demand: ResourceDemand(slots: task.cpus, pool: task.pool, locks: task.locks), isAlways: task.isAlways,
                weight: weights[id]
            )
        }
        scheduler = Scheduler(graph: graph, isWanted: isWanted, tasks: IDMap(tasks), jobs: jobs, keepsGoing: keepsGoing)
    }

    var isFinished: Bool { scheduler.isFinished }

    func id(_ name: String) throws -> TaskID { TaskID(try #require(names.firstIndex(of: name), "no task \(name)")) }

    /// Takes everything that is to be examined.
    func examine() -> [String] {
        var taken: [String] = []
        while let id = scheduler.nextToExamine() { taken.append(names[id.index]) }
        return taken
    }

    /// Examines everything, lets it queue, and starts what can start.
    func start() -> [String] {
        while let id = scheduler.nextToExamine() { scheduler.enqueue(id) }
        return startQueued()
    }

    func enqueue(_ names: [String]) throws {
        for name in names { scheduler.enqueue(try id(name)) }
    }

    func startQueued() -> [String] {
        var started: [String] = []
        while let id = scheduler.nextToStart() { started.append(names[id.index]) }
        return started
    }

    func expand(
        _ name: String, into instances: [String], _ task: ScheduledTask = ScheduledTask(demand: ResourceDemand())
    ) throws {
        let made = scheduler.expand(try id(name), into: instances.map { _ in task })
        #expect(made.map(\.index) == Array(names.count..<names.count + instances.count))
        names += instances
    }

    /// Finishes a task as the engine does, and writes down everything that has its outcome by it.
    func finish(_ name: String, _ outcome: TaskOutcome = .succeeded(attempts: 1)) throws {
        note(scheduler.finish(try id(name), outcome))
        note(scheduler.cancelIfStopping())
    }

    func fail(_ name: String) throws { try finish(name, .failed(.exit(.exited(1)), attempts: 1)) }

    func interrupt() { note(scheduler.interrupt()) }

    private func note(_ finished: [(TaskID, TaskOutcome)]) {
        for (id, outcome) in finished {
            #expect(scheduler.outcome(of: id) == outcome)
            let text =
                switch outcome {
                case .succeeded: "done"
                case .failed: "failed"
                case .blocked(let culprit): "blocked by \(names[culprit.index])"
                case .cancelled: "cancelled"
                default: "\(outcome)"
                }
            log.append("\(names[id.index]): \(text)")
        }
    }
}
