// The seam to workspaces: snapshots of trees, views made of layers, capture of what changed in one.

public import Vocabulary

/// A view, snapshot or layer that could not be made; one sentence with the reason.
public struct ViewError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}

/// A tree as it was at one moment, without what ignore files exclude and without `.git`.
public struct BaseSnapshot: Sendable {
    /// Absolute path of the tree it was taken of.
    public let origin: String
    public let tree: Tree
    public let digest: Digest
    /// Directories whose overlay, the first on top, is the tree.
    public let directories: [String]

    public init(origin: String, tree: Tree, digest: Digest, directories: [String]) {
        self.origin = origin
        self.tree = tree
        self.digest = digest
        self.directories = directories
    }
}

/// What a view is made of.
public struct ViewRequest: Sendable {
    public let base: BaseSnapshot
    /// Digests of layers in the store, the lowest first.
    public let layers: [Digest]
    /// Another view whose captured changes lie on top, for checking a result before it is published.
    public let above: OpenView?
    /// True: the view appears over the tree's own path instead of the canonical one. What a snapshot leaves out is hidden
    /// there: ignored files, and the state directory if it lies in the tree.
    public let isAtTree: Bool

    public init(base: BaseSnapshot, layers: [Digest], above: OpenView? = nil, isAtTree: Bool) {
        self.base = base
        self.layers = layers
        self.above = above
        self.isAtTree = isAtTree
    }
}

/// A view that processes can be started in.
public struct OpenView: Hashable, Sendable {
    /// Unique within this run.
    public let id: String
    /// Where processes in the view see it.
    public let root: String
    /// Arguments before the directory and the program, so that it starts inside the view (see `process`); empty when the
    /// view is a copy.
    public let launcher: [String]
    /// Where its changes are kept; belongs to the provider.
    public let storage: String

    public init(id: String, root: String, launcher: [String], storage: String) {
        self.id = id
        self.root = root
        self.launcher = launcher
        self.storage = storage
    }
}

extension OpenView {
    /// The request that starts a program inside the view.
    /// - Parameter directory: absolute, as seen inside the view: `root` or beneath it.
    public func process(
        _ arguments: [String], environment: [String], directory: String, isInteractive: Bool = false
    ) -> ProcessRequest {
        // Outside its namespace the view's root does not exist: the launcher changes into it.
        guard !launcher.isEmpty else {
            return ProcessRequest(
                arguments: arguments, environment: environment, directory: directory, isInteractive: isInteractive)
        }
        return ProcessRequest(
            arguments: launcher + [directory, "--"] + arguments, environment: environment, directory: "/",
            isInteractive: isInteractive)
    }
}

/// Workspaces on this machine. Safe to call from several threads, except that one view is used by one at a time.
public protocol ViewProviding: Sendable {
    /// Where views appear; part of the key of every workspace task, because layers may contain it.
    func root(of tree: String, isAtTree: Bool) -> String
    /// Whether two views of one tree can be open at once (not when views are copies at one path).
    var allowsConcurrentViews: Bool { get }

    /// Takes a snapshot, or proves that the last one still holds.
    func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot
    func open(_ request: ViewRequest) throws(ViewError) -> OpenView
    /// What processes changed in the view, compared with `below` (base and layers together). All processes in the
    /// view must be gone. Everything is listed: nothing is taken as scratch yet.
    func capture(_ view: OpenView, below: Tree) throws(ViewError) -> Tree
    /// Keeps these of the captured changes as a layer in the store, the rest is thrown away. The view is closed.
    func publish(_ view: OpenView, layer: Tree) throws(ViewError) -> Digest
    /// Throws the view and its changes away.
    func discard(_ view: OpenView)
    /// The manifest of a layer in the store; nil when it is missing or damaged.
    func layer(_ digest: Digest) -> Tree?
    /// The content of a regular file as a view made of these parts shows it; nil when it is not there.
    func bytes(_ path: String, in request: ViewRequest) throws(ViewError) -> [UInt8]?
    /// The path outside any view of a regular file as a view made of these parts shows it, for reading or copying it.
    func location(_ path: String, in request: ViewRequest) throws(ViewError) -> String?
}
