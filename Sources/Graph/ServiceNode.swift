// A service as the graph knows it: what its driver is told, what it needs, who shares an instance. Immutable.

public import Vocabulary

/// What stands behind a node `services/NAME`.
public struct ServiceNode: Sendable {
    /// Who gets the same instance.
    public enum Scope: String, Sendable {
        /// All tasks of a run.
        case run
        /// The tasks of one group.
        case group
        /// One task each.
        case task
        /// One test module each: leased while the tests run, not by the task.
        case module
    }

    public var recipe: ServiceRecipe
    public var scope: Scope
    /// Whether users of one instance leave it as it was, so that they may be cached.
    public var isSharedReadOnly = false
    /// Names of the services that each instance uses itself.
    public var uses: [String] = []
    /// Variables that its users get.
    public var environment: [ServiceRecipe.Variable] = []
    /// Nil: what the driver's kind suggests.
    public var ready: ProbeSpec?
    /// Nil: only the end of its process ends it.
    public var live: ProbeSpec?

    public init(recipe: ServiceRecipe, scope: Scope) {
        self.recipe = recipe
        self.scope = scope
    }

    /// Whether no two leases meet in one instance.
    public var isPrivate: Bool { scope == .task || scope == .module }

    /// All that its users' results rest on, besides what the driver knows and what it needs.
    public var identityText: String {
        let variables = (recipe.environment + environment).map { "\($0.name)=\($0.value.written)" }
        let command: [String]
        switch recipe.command {
        case nil: command = []
        case .script(let text): command = ["script", text.written]
        case .arguments(let words): command = ["arguments"] + words.map(\.written)
        }
        // Only where there are any: what has none keeps its identity.
        let extent = recipe.volumes + (recipe.port.map { ["port \($0)"] } ?? [])
        let parts =
            [recipe.driver.rawValue, recipe.version ?? "", recipe.image ?? "", scope.rawValue]
            + recipe.settings.map { "\($0.name)=\($0.value)" } + variables + command
            + extent
        return parts.joined(separator: "\u{0}")
    }
}
