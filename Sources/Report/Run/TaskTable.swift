// What the reports need to know about the tasks of a run, by id. Does not know the graph.

public import Vocabulary

/// Names of tasks, asked for only when something is said about a task: a run in which nothing happens asks for none.
public struct TaskTable: Sendable {
    private let count: Int
    private let nameOf: @Sendable (TaskID) -> String
    private let interactive: Set<TaskID>
    /// Where the tasks were declared, for findings about their declarations.
    let sources: SourceMap
    /// Names of tasks that were made while running; they follow the others.
    private var made: [String] = []

    /// - Parameters:
    ///   - count: the tasks that are known when the run begins.
    ///   - interactive: the tasks that are given the terminal.
    ///   - sources: the texts they were declared in.
    ///   - name: the full name of a task with an id below `count`.
    public init(
        count: Int, interactive: Set<TaskID> = [], sources: SourceMap = SourceMap(),
        name: @escaping @Sendable (TaskID) -> String
    ) {
        self.count = count
        self.interactive = interactive
        self.sources = sources
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

    func isInteractive(_ task: TaskID) -> Bool { interactive.contains(task) }

    /// Takes in the names that an `expanded` event brings.
    mutating func add(instances: [String]) {
        made.append(contentsOf: instances)
    }
}
