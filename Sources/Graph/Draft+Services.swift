// Which tasks a shared service keeps from being cached: what one task leaves in it, another one finds.

import Vocabulary

extension Draft {
    /// Switches the cache off for users of services that are shared and keep what is done to them.
    func noteSharedServices() {
        let shared = Set(
            definitions.compactMap { task -> String? in
                guard case .service(let node) = task.kind, !node.isPrivate, !node.isSharedReadOnly else { return nil }
                return node.recipe.name
            })
        guard !shared.isEmpty else { return }
        for position in definitions.indices where definitions[position].uses.contains(where: shared.contains) {
            switchCacheOff(of: position, .sharedService)
        }
    }
}
