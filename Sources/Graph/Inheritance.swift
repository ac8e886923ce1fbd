// What groups hand down to what is inside them. Merges declarations; resolves nothing.

import Manifest
import Vocabulary

/// A need and the group that it was written in, from which its name is looked up.
struct ScopedNeed: Sendable {
    let declaration: NeedDeclaration
    let scope: [String]
    /// Written in a group: such a need does not bind the task it names.
    let isFromGroup: Bool
}

/// The shared keys in force at one place, the groups above merged in.
struct Inherited: Sendable {
    private(set) var needs: [ScopedNeed] = []
    /// Additive keys are joined and defaults replaced here, except `needs`, which carry their scope.
    private(set) var keys = SharedKeys()

    /// The keys in force inside a group or task with these keys of its own.
    ///
    /// - Parameter scope: path of the group that the keys' owner stands in.
    func descending(into own: SharedKeys, scope: [String], isGroup: Bool) -> Inherited {
        var merged = self
        merged.needs += own.needs.map { ScopedNeed(declaration: $0, scope: scope, isFromGroup: isGroup) }
        merged.keys.uses += own.uses
        merged.keys.passedEnvironment += own.passedEnvironment
        merged.keys.secrets += own.secrets
        merged.keys.locks += own.locks
        let replaced = Set(own.environment.map(\.name.value))
        merged.keys.environment = keys.environment.filter { !replaced.contains($0.name.value) } + own.environment
        merged.keys.directory = own.directory ?? keys.directory
        merged.keys.workspace = own.workspace ?? keys.workspace
        merged.keys.shell = own.shell ?? keys.shell
        merged.keys.timeout = own.timeout ?? keys.timeout
        merged.keys.retries = own.retries ?? keys.retries
        merged.keys.pool = own.pool ?? keys.pool
        merged.keys.cpus = own.cpus ?? keys.cpus
        merged.keys.cache = own.cache ?? keys.cache
        merged.keys.platforms = own.platforms ?? keys.platforms
        merged.keys.when = own.when ?? keys.when
        return merged
    }
}
