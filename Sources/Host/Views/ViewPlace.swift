// Where a provider of views keeps things, and what it is told about trees.

internal import Vocabulary

/// What every provider of views is made with. Paths are absolute.
public struct ViewPlace: Sendable {
    /// `.taskgraph` of this checkout: snapshots, and views that are copies.
    public let state: String
    /// Shared by checkouts and processes of one user: layers, and the changes of views while they are open.
    public let cache: String
    /// Another cache, whose layers are used and which nothing is added to.
    public let readableCache: String?
    /// Arguments that execute the launcher (`tg_view_main`), e.g. `/proc/self/exe __view`.
    public let launcher: [String]
    /// What snapshots of a tree leave out, beside `.git`.
    public let filter: @Sendable (String) -> TreeFilter

    public init(
        state: String, cache: String, readableCache: String? = nil, launcher: [String] = ["/proc/self/exe", "__view"],
        filter: @escaping @Sendable (String) -> TreeFilter
    ) {
        self.state = state
        self.cache = cache
        self.readableCache = readableCache
        self.launcher = launcher
        self.filter = filter
    }

    /// Where workspaces appear on every machine.
    ///
    /// `/srv` exists wherever the Filesystem Hierarchy Standard holds, is mostly empty, and no tool looks for its own
    /// files
    /// there. In a view it is rebuilt with all that was in it (bound into place) and this directory besides, so
    /// nothing is
    /// hidden and nobody needs the right to create it. A host directory of this very name is hidden in views.
    public static let canonicalRoot = "/srv/workspace"
    static let canonicalParent = "/srv"

    var snapshots: String { state + "/snapshots" }
    var copies: String { state + "/copies" }
    /// Unfinished files; cleared away by the next run.
    var temporary: String { state + "/tmp" }
    var layers: String { cache + "/layers" }
    var seals: String { state + "/seals" }
    var views: String { cache + "/views" }
}
