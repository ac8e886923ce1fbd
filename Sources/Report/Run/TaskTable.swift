// What the reports need to know about the tasks of a run, by id. Does not know the graph.

public import Vocabulary

/// Names of tasks, asked for only when something is said about a task: a run in which nothing happens asks for none.
public struct TaskTable: Sendable {
    private let count: Int
    private let nameOf: @Sendable (TaskID) -> String
    private let interactive: Set<TaskID>
    /// Where the tasks were declared, for findings about their declarations.
    public let sources: SourceMap
    /// Where a task was declared; asked for when it is annotated.
    private let rangeOf: @Sendable (TaskID) -> SourceRange?
    /// The tasks that a task waits for; asked for when the run is exported.
    private let needsOf: @Sendable (TaskID) -> [TaskID]
    /// Names of tasks that were made while running; they follow the others.
    private var made: [String] = []

    /// - Parameters:
    ///   - count: the tasks that are known when the run begins.
    ///   - interactive: the tasks that are given the terminal.
    ///   - sources: the texts they were declared in.
    ///   - range: where a task with an id below `count` was declared.
    ///   - needs: what a task with an id below `count` waits for.
    ///   - name: the full name of a task with an id below `count`.
    public init(
        count: Int, interactive: Set<TaskID> = [], sources: SourceMap = SourceMap(),
        range: @escaping @Sendable (TaskID) -> SourceRange? = { _ in nil },
        needs: @escaping @Sendable (TaskID) -> [TaskID] = { _ in [] },
        name: @escaping @Sendable (TaskID) -> String
    ) {
        self.count = count
        self.interactive = interactive
        self.sources = sources
        rangeOf = range
        needsOf = needs
        nameOf = name
    }

    public init(_ names: [String], interactive: Set<TaskID> = [], sources: SourceMap = SourceMap()) {
        self.init(count: names.count, interactive: interactive, sources: sources) { names[$0.index] }
    }

    public func name(of task: TaskID) -> String {
        if task.index < count { return nameOf(task) }
        let position = task.index - count
        return position < made.count ? made[position] : "task #\(task.rawValue)"
    }

    func range(of task: TaskID) -> SourceRange? { task.index < count ? rangeOf(task) : nil }

    func needs(of task: TaskID) -> [TaskID] { task.index < count ? needsOf(task) : [] }

    func isInteractive(_ task: TaskID) -> Bool { interactive.contains(task) }

    /// Takes in the names that an `expanded` event brings.
    mutating func add(instances: [String]) {
        made.append(contentsOf: instances)
    }
}
