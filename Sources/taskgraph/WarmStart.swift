// The short way of a run: from the frozen graph and the imprint straight to what has changed. Takes it only where the
// long way would give the same.

import Engine
import Graph
import Host
import Imprint
import Ports
import Report
import Vocabulary

/// A run whose project need not be loaded.
struct WarmStart {
    private let invocation: Invocation
    private let environment: [String: String]
    private let startedAt: UInt64
    private let graph: GraphSnapshot
    private let imprint: Imprint
    private let targets: [TaskID]
    private let stateDirectory: String

    /// Nil when the short way cannot be taken.
    init?(_ invocation: Invocation) throws(CommandFailure) {
        guard invocation.allowsWarmStart else { return nil }
        startedAt = Machine.monotonicTime
        let rootFile = try Project.rootFile(invocation)
        stateDirectory = parentDirectory(of: rootFile) + "/" + StateDirectory.name
        environment = Project.environment
        let environment = environment
        guard let graph = RunMemory.graph(stateDirectory), let imprint = RunMemory.imprint(stateDirectory, of: graph),
            graph.facts.hold(
                for: invocation, rootFile: rootFile, workingDirectory: try Project.currentDirectory(),
                environment: environment),
            digest(ofVariables: imprint.facts.variableNames, in: environment) == imprint.facts.variables,
            imprint.facts.observations.allSatisfy(\.holds),
            imprint.facts.observations.contains(where: {
                $0.path == Session.cachePath(environment, root: graph.facts.root)
            }),
            let targets = WarmStart.targets(invocation.operands, of: graph),
            RunLock.isFree(in: stateDirectory), RunMemory.isRecent(stateDirectory)
        else { return nil }
        self.invocation = invocation
        self.graph = graph
        self.imprint = imprint
        self.targets = targets
    }

    /// The tasks on the command line, or all; nil where a name is a pattern, or unknown, or the graph has nodes that
    /// are no tasks.
    private static func targets(_ names: [String], of graph: GraphSnapshot) -> [TaskID]? {
        if names.isEmpty {
            return (0..<graph.count).allSatisfy(graph.hasDefinition) ? (0..<graph.count).map { TaskID($0) } : nil
        }
        var found: [TaskID] = []
        for name in names {
            guard let tasks = graph.tasks(named: name.hasSuffix("/") ? String(name.dropLast()) : name) else {
                return nil
            }
            found += tasks
        }
        return found
    }

    /// Runs what has changed. Nil when the project has to be loaded after all.
    func run() throws(CommandFailure) -> RunSummary? {
        let isWanted = closure
        let isDirty = dirty(isWanted)
        let count = isWanted.count { $0 != 0 }
        if showsEveryTask { return try run(isWanted.indices.filter { isWanted[$0] != 0 }, isDirty, count) }
        guard isDirty.contains(1) else { return try nothingToDo(count) }
        return try run(part(isWanted, isDirty), isDirty, count)
    }

    /// Whether unchanged tasks are named too, so that they have to be in the run's graph.
    private var showsEveryTask: Bool { invocation.isJSON || invocation.verbosity > 0 }

    /// The targets and what they need: a byte a task.
    private var closure: [UInt8] {
        var isWanted = [UInt8](repeating: 0, count: graph.count)
        var stack = targets.map(\.index)
        for target in stack { isWanted[target] = 1 }
        while let task = stack.popLast() {
            graph.forEachNeed(of: task) { need, kind in
                guard kind != .soft, isWanted[need] == 0 else { return }
                isWanted[need] = 1
                stack.append(need)
            }
        }
        return isWanted
    }

    /// Wanted tasks that are not settled, or rest on a path that is not as it was: a byte a task.
    private func dirty(_ isWanted: [UInt8]) -> [UInt8] {
        var isDirty = [UInt8](repeating: 0, count: graph.count)
        var files = [UInt8](repeating: 0, count: imprint.fileCount)
        for task in 0..<graph.count where isWanted[task] != 0 {
            if imprint.isSettled(task) {
                imprint.forEachFile(of: task) { files[$0] = 1 }
            } else {
                isDirty[task] = 1
            }
        }
        guard let differs = imprint.lookTable.differing(files) else { return isDirty }
        for task in 0..<graph.count where isWanted[task] != 0 {
            imprint.forEachFile(of: task) { if differs[$0] != 0 { isDirty[task] = 1 } }
        }
        return isDirty
    }

    private func nothingToDo(_ count: Int) throws(CommandFailure) -> RunSummary {
        var summary = RunSummary()
        summary.upToDate = count
        summary.wall = Machine.monotonicTime - startedAt
        let screen = try Screen(invocation, environment, TaskTable(count: 0) { _ in "" })
        screen.show(Event(time: 0, .runStarted(tasks: count, jobs: JobBudget(invocation, environment).slots)))
        screen.show(Event(time: summary.wall, .runFinished(summary)))
        screen.end()
        return summary
    }

    /// The changed tasks, all that depends on them, and what those need directly, in order.
    private func part(_ isWanted: [UInt8], _ isDirty: [UInt8]) -> [Int] {
        var isIn = isDirty
        var stack = isDirty.indices.filter { isDirty[$0] != 0 }
        while let task = stack.popLast() {
            graph.forEachDependent(of: task) { dependent, kind in
                guard kind != .soft, isWanted[dependent] != 0, isIn[dependent] == 0 else { return }
                isIn[dependent] = 1
                stack.append(dependent)
            }
        }
        for task in isIn.indices where isIn[task] == 1 {
            graph.forEachNeed(of: task) { need, _ in
                if isWanted[need] != 0, isIn[need] == 0 { isIn[need] = 2 }
            }
        }
        return isIn.indices.filter { isIn[$0] != 0 }
    }

    private func run(_ tasks: [Int], _ isDirty: [UInt8], _ count: Int) throws(CommandFailure) -> RunSummary? {
        guard tasks.allSatisfy(graph.hasDefinition), let part = graph.part(tasks) else { return nil }
        let session = try Session(
            invocation,
            Project(
                graph: part, sources: sources, root: graph.facts.root,
                rootFile: String(graph.facts.rootFile.split(separator: "/").last ?? "")))
        let memory = RunMemory(
            stateDirectory: stateDirectory, graph: graph,
            builder: ImprintBuilder(
                graph: graph.identity, count: graph.count, facts: imprint.facts, earlier: imprint, numbers: tasks))
        let earlier = EarlierResults(
            tasks: tasks.map { task in
                imprint.content(task).map {
                    EarlierResults.Task(content: $0, key: imprint.key(task), isUnchanged: isDirty[task] == 0)
                }
            }, others: count - tasks.count)
        let screen = try Screen(invocation, session.options.environment, session.taskTable, session.subject)
        let keeping = RunKeeping(session, Array(part.ids))
        let engine = session.engine(
            Array(part.ids), imprint: memory.builder, earlier: earlier, ticker: keeping.ticker(beside: screen.ticker)
        ) {
            screen.show($0)
            keeping.note($0)
        }
        let summary = engine.run()
        keeping.end(engine, screen)
        if let imprint = engine.imprint { memory.keep(imprint) }
        return summary
    }

    /// Read only when a diagnostic shows them.
    private var sources: SourceMap {
        var sources = SourceMap()
        let working = (try? Project.currentDirectory()) ?? "/"
        for path in graph.facts.sources {
            _ = sources.add(
                SourceText(path: relative(path, to: working), reading: { (try? DiskFiles().bytes(path)) ?? [] }))
        }
        return sources
    }
}

extension Invocation {
    /// Whether what is up to date may be left alone.
    fileprivate var allowsWarmStart: Bool { arguments.isEmpty && !isForced && usesCache && !isDryRun && !verifies }
}

extension Imprint {
    fileprivate var lookTable: LookTable {
        LookTable(
            names: names, nameStarts: nameStarts, rows: rows,
            directories: (0..<directoryCount).map { (directoryPath($0), files(ofDirectory: $0)) }, fileCount: fileCount
        )
    }
}
