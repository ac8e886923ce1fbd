// The work that is done for tasks on other threads. Holds what never changes in a run; every method returns a value.

import Fingerprint
import Graph
import Patterns
import Ports
import Vocabulary

/// Does the engine's blocking work. One value, copied to every thread.
struct Worker: Sendable {
    var ports: EnginePorts
    let options: RunOptions
    /// Absolute path of the root file's directory.
    let root: String
    /// Nanoseconds since the epoch.
    let startedAt: UInt64
    let viewTrees: ViewTrees
    let environment: CallerEnvironment
    /// Notes what is looked at, where the run keeps an imprint.
    var observer: ObservedFiles?
    /// Whether the run keeps an imprint.
    var keepsImprint = false

    /// The same worker, with a witness of what it looks at for a task whose being up to date rests on the disk alone.
    func observing(_ task: TaskDefinition) -> Worker {
        guard keepsImprint, task.canSettle else { return self }
        var worker = self
        let observer = ObservedFiles(ports.files)
        worker.observer = observer
        worker.ports.files = observer
        return worker
    }

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
