// What the first of two runs made, and how the second differs from it. Knows nothing of the order of steps.

import Graph
import Patterns
import Ports
import Vocabulary

/// The first of two runs of a task, for comparing.
public struct FirstRun: Sendable {
    /// Outputs, or in a workspace the layer.
    var tree = Tree()
    /// Where the contents of the layer are.
    var layer: Digest?
    var log = TaskLog()
    var usage = ResourceUsage()
    /// The second run has been compared with it.
    var isCompared = false
}

extension Worker {
    /// What lies where the task will make its outputs and is not cleared away before: for the second of two runs.
    func outputsBefore(_ task: TaskDefinition) throws -> Tree? {
        guard options.verifies, !task.isClean, task.workspace == nil else { return nil }
        let tree = try disk.outputs(task.outputs.map(\.pattern).set)
        try addContents(of: tree)
        return tree
    }

    /// Keeps the contents that a run has made in the store, closes its view, and puts back what was there before it.
    func keep(
        _ task: TaskDefinition, _ verification: Verification, _ preparation: Preparation?
    ) -> Result<FirstRun, WorkFailure> {
        var first = FirstRun()
        do {
            if let view = preparation?.view {
                if let layer = verification.layer, !layer.isEmpty {
                    first.tree = layer
                    first.layer = try ports.views.publish(view, layer: layer)
                } else {
                    ports.views.discard(view)
                }
                return .success(first)
            }
            first.tree = Tree(verification.outputs.items + verification.stampedOnly.items)
            try addContents(of: verification.outputs)
            if let before = preparation?.outputsBefore {
                if let missing = try write(before, removing: task.outputs.map(\.pattern).set, to: root) {
                    return .failure(WorkFailure("it cannot be run again as before: \(missing)"))
                }
            }
            return .success(first)
        } catch let failure as WorkFailure {
            return .failure(failure)
        } catch {
            return .failure(WorkFailure("it cannot be run again to compare: \(error)"))
        }
    }

    private func addContents(of tree: Tree) throws {
        for item in tree.items {
            guard case .file = item.entry else { continue }
            _ = try ports.store.add(fileAt: absolutePath(item.path, in: root))
        }
    }

    /// Every path that the second run made differently, in byte order.
    func differences(
        _ first: FirstRun, _ second: Verification, _ situation: Situation, _ view: OpenView?
    ) -> [OutputDifference] {
        let tree =
            view == nil ? Tree(second.outputs.items + second.stampedOnly.items) : second.layer ?? Tree()
        let paths = Set(first.tree.items.map(\.path) + tree.items.map(\.path)).sorted { $0.utf8Precedes($1) }
        return paths.compactMap { path in
            let (old, new) = (first.tree[path], tree[path])
            guard old != new else { return nil }
            return OutputDifference(
                path: path, first: old, second: new,
                place: place(of: path, old, new, first, situation, view))
        }
    }

    /// Contents longer than this are compared by their digests only.
    private static let longestCompared: UInt64 = 256 << 20

    private func place(
        of path: String, _ old: TreeEntry?, _ new: TreeEntry?, _ first: FirstRun, _ situation: Situation,
        _ view: OpenView?
    ) -> OutputDifference.Place? {
        guard case .file(_, let oldSize, let oldDigest)? = old, case .file(_, let newSize, let newDigest)? = new,
            oldDigest != newDigest, max(oldSize, newSize) <= Worker.longestCompared
        else { return nil }
        if let request = situation.view?.request, let view {
            let below = ViewRequest(
                base: request.base, layers: request.layers + (first.layer.map { [$0] } ?? []),
                isAtTree: request.isAtTree)
            let above = ViewRequest(base: request.base, layers: request.layers, above: view, isAtTree: request.isAtTree)
            guard let left = (try? ports.views.bytes(path, in: below)) ?? nil,
                let right = (try? ports.views.bytes(path, in: above)) ?? nil
            else { return nil }
            return OutputDifference.Place(left, right)
        }
        guard let left = ports.store.bytes(oldDigest), let right = try? ports.files.bytes(absolutePath(path, in: root))
        else { return nil }
        return OutputDifference.Place(left, right)
    }
}
