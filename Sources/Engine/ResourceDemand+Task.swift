// What a task takes of the things that limit how many run at once.

import Graph
import Schedule

extension ResourceDemand {
    /// - Parameter viewsAreSerial: where views are copies at one path, only one of each workspace can be open.
    init(of task: TaskDefinition, viewsAreSerial: Bool) {
        var locks = task.locks
        if viewsAreSerial, let workspace = task.workspace { locks.append("view of \(workspace.tree)") }
        if task.isInteractive { locks.append("the terminal") }
        self.init(slots: task.cpus, pool: task.pool, locks: locks)
    }
}
