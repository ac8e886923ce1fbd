// The manifests of views: base and layers together, made once for each combination.

import Ports
import Synchronization
import Vocabulary
import Workspace

/// Manifests of views by what they are made of. Safe to use from several threads.
final class ViewTrees: Sendable {
    private struct Parts: Hashable {
        let base: Digest
        let layers: [Digest]
    }

    private let views: any ViewProviding
    private let trees = Mutex<[Parts: Tree]>([:])

    init(views: any ViewProviding) {
        self.views = views
    }

    /// Everything that a view of these parts shows.
    func tree(of request: ViewRequest) throws(ViewError) -> Tree {
        try tree(base: request.base, layers: request.layers[...])
    }

    private func tree(base: BaseSnapshot, layers: ArraySlice<Digest>) throws(ViewError) -> Tree {
        guard let top = layers.last else { return base.tree }
        let parts = Parts(base: base.digest, layers: Array(layers))
        if let known = trees.withLock({ $0[parts] }) { return known }
        guard let layer = views.layer(top) else {
            throw ViewError("layer \(top.short) is missing or damaged in the store; `--force` makes it again")
        }
        let made = try tree(base: base, layers: layers.dropLast()).applying(layer)
        trees.withLock { $0[parts] = made }
        return made
    }
}
