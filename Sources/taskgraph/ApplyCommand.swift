// `apply`: writes the layers of a finished target into the tree, one commit per task on a new branch, or as plain changes.

import Engine
import Graph
import Host
import Patterns
import Ports
import Vocabulary
import Workspace

enum ApplyCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard let target = invocation.operands.first, invocation.operands.count == 1 else {
            throw CommandFailure(.usage, "taskgraph: apply wants one target: taskgraph apply TARGET\n")
        }
        let (session, finished, engine) = try ViewCommands.finish(invocation, target: target)
        let repository = invocation.commits ? try GitRepository(of: finished.tree, session) : nil
        let steps = try changes(finished, session)
        guard !steps.isEmpty else {
            Output.print("\(target) changes nothing in \(finished.tree)\n")
            return .done
        }
        let paths = Set(steps.flatMap(\.paths))
        if let repository {
            try repository.refuseUnsaved(paths)
            let branch = invocation.branch ?? "taskgraph/\(target.split(separator: "/").joined(separator: "-"))"
            try repository.create(branch)
        }
        for step in steps {
            try write(step, finished, session)
            let task = session.project.graph[step.task]
            let title = task.title ?? engine.name(of: step.task)
            if let repository {
                let commit = try repository.commit(step.paths, message: "\(title)\n\nMade by the task \(task.name).\n")
                Output.print("\(commit ?? "nothing to commit") \(title) (\(counted(step.paths.count)))\n")
            } else {
                Output.print("\(title) (\(counted(step.paths.count)))\n")
            }
        }
        if let repository { Output.print("on branch \(try repository.branch()) of \(finished.tree)\n") }
        return .done
    }

    /// One layer without what ignore files keep out of the tree.
    private struct Step {
        let task: TaskID
        let layer: Digest
        /// The complete tree the layer lies on.
        let below: Tree
        /// Files that are written or removed.
        let paths: [String]
        let leavesOut: (String, Bool) -> Bool
    }

    private static func changes(_ finished: FinishedView, _ session: Session) throws(CommandFailure) -> [Step] {
        var below = finished.request.base.tree
        var rules = IgnoreFiles(files: DiskFiles()).all(in: finished.tree).rules
        var steps: [Step] = []
        for (task, digest) in finished.layers {
            guard let layer = session.ports.views.layer(digest) else {
                throw CommandFailure(
                    .machine, "taskgraph: the layer \(digest.short) is missing; `--force` makes it again\n")
            }
            // A layer that another task made, too, is written once.
            let after = below.applying(layer)
            guard after != below else { continue }
            defer { below = after }
            // A virtual environment brings an ignore file of its own that keeps it out of commits.
            for item in layer.items where item.path.hasSuffix(".gitignore") {
                let bytes = (try? session.ports.views.bytes(item.path, in: finished.request)) ?? nil
                rules.add(
                    bytes ?? [], in: join(rules.base, item.path.contains("/") ? parentDirectory(of: item.path) : ""))
            }
            let leavesOut = { [rules] (path: String, isDirectory: Bool) in
                rules.isIgnored(path, isDirectory: isDirectory)
            }
            let paths = layer.items.flatMap { item in
                changedFiles(item, below).filter { !leavesOut($0, false) }
            }
            if !paths.isEmpty {
                steps.append(Step(task: task, layer: digest, below: below, paths: paths, leavesOut: leavesOut))
            }
        }
        return steps
    }

    private static func join(_ base: String, _ path: String) -> String {
        base.isEmpty ? path : path.isEmpty ? base : base + "/" + path
    }

    /// The files that an entry of a layer writes or removes.
    private static func changedFiles(_ item: Tree.Item, _ below: Tree) -> [String] {
        switch item.entry {
        case .file, .link: [item.path]
        case .directory: []
        case .deleted:
            below.items.filter { $0.path == item.path || $0.path.hasPrefix(item.path + "/") }
                .filter { !$0.entry.isDirectory }.map(\.path)
        }
    }

    private static func write(_ step: Step, _ finished: FinishedView, _ session: Session) throws(CommandFailure) {
        do throws(LayerWriteError) {
            try session.ports.views.write(
                step.layer, below: step.below, onto: finished.tree, staging: session.staging, leavesOut: step.leavesOut)
        } catch {
            throw CommandFailure(.failed, "taskgraph: \(error)\n")
        }
    }

    private static func counted(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }
}
