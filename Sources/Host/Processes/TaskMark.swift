// The variable by which processes that left their session are still known. Knows nothing of processes.

/// The value of `TASKGRAPH_TASK`: the task's name, after that of the outer task when taskgraph itself runs in one.
struct TaskMark: Hashable {
    static let variable = "TASKGRAPH_TASK"
    private static let separator = " > "

    let value: String

    /// - Parameter outer: the variable as this process itself was given it.
    init(task: String, outer: String?) {
        value = outer.map { $0 + TaskMark.separator + task } ?? task
    }

    /// Whether a process with this value was started by the task, directly or by a taskgraph inside it.
    func covers(_ found: String) -> Bool {
        found == value || found.utf8.starts(with: (value + TaskMark.separator).utf8)
    }

    /// The environment with this mark and no other.
    func added(to environment: [String]) -> [String] {
        let assignment = TaskMark.variable + "="
        var marked = environment
        if marked.contains(where: { $0.hasPrefix(assignment) }) { marked.removeAll { $0.hasPrefix(assignment) } }
        marked.append(assignment + value)
        return marked
    }
}
