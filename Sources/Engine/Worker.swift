// The work that is done for tasks on other threads. Holds what never changes in a run; every method returns a value.

import Fingerprint
import Graph
import Patterns
import Ports
import Vocabulary

/// Does the engine's blocking work. One value, copied to every thread.
struct Worker: Sendable {
    let ports: EnginePorts
    let options: RunOptions
    /// Absolute path of the root file's directory.
    let root: String
    /// Nanoseconds since the epoch.
    let startedAt: UInt64
    let viewTrees: ViewTrees

    var disk: DiskTree { DiskTree(ports: ports, root: root) }

    func place(of situation: Situation) throws(ViewError) -> Place {
        guard let view = situation.view else { return .root(disk) }
        return .view(view.request, try viewTrees.tree(of: view.request), ports.views)
    }

    /// Where the reports of a task are put: in place, or for a workspace task in the state directory.
    func reportDirectory(of task: TaskDefinition) -> String {
        task.workspace == nil ? root : "\(options.stateDirectory)/reports/\(task.name)"
    }
}
