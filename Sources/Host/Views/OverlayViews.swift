// Workspaces as overlay mounts in private namespaces. Nothing is mounted here: the launcher of each process does it.

internal import Glibc
public import Ports
public import Vocabulary
internal import Workspace

/// Views made of overlayfs. An open view is a directory for its changes and a description for the launcher.
public final class OverlayViews: ViewProviding {
    private let storage: ViewStorage

    public init(_ place: ViewPlace) {
        storage = ViewStorage(place)
    }

    public let allowsConcurrentViews = true

    /// Directories that one overlay may be made of.
    static let maximumLowers = 500

    public func root(of tree: String, isAtTree: Bool) -> String {
        isAtTree ? tree : ViewPlace.canonicalRoot
    }

    public func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot {
        try storage.snapshot(of: tree)
    }

    public func open(_ request: ViewRequest) throws(ViewError) -> OpenView {
        if !request.isAtTree { try checkCanonicalRoot() }
        let root = root(of: request.base.origin, isAtTree: request.isAtTree)
        let contents = try storage.contents(of: request, root: root)
        let (id, directory) = try storage.newView()
        try makeDirectories(directory + "/work")
        try lay(contents, over: directory + "/upper")
        let description = try describe(request, contents, root: root, directory: directory)
        try replaceContents(of: directory + "/view", with: description.bytes)
        return OpenView(
            id: id, root: root, launcher: storage.place.launcher + [directory + "/view"], storage: directory)
    }

    public func capture(_ view: OpenView, below: Tree) throws(ViewError) -> Tree {
        let changes = try UpperCapture.changes(in: view.storage + "/upper", below: below)
        storage.setCaptured(changes, of: view)
        return changes
    }

    public func publish(_ view: OpenView, layer: Tree) throws(ViewError) -> Digest {
        try storage.publish(view, layer: layer)
    }

    public func discard(_ view: OpenView) {
        storage.discard(view)
    }

    public func layer(_ digest: Digest) -> Tree? {
        storage.layers.layer(digest)
    }

    public func bytes(_ path: String, in request: ViewRequest) throws(ViewError) -> [UInt8]? {
        guard let location = try location(path, in: request) else { return nil }
        return try contents(location)
    }

    public func location(_ path: String, in request: ViewRequest) throws(ViewError) -> String? {
        let root = root(of: request.base.origin, isAtTree: request.isAtTree)
        return try storage.contents(of: request, root: root).location(path)
    }

    /// What the launcher is to mount.
    private func describe(
        _ request: ViewRequest, _ contents: ViewContents, root: String, directory: String
    ) throws(ViewError) -> ViewDescription {
        let origin = request.base.origin
        var description = ViewDescription()
        description.add("root", root)
        if !request.isAtTree { description.add("cover", ViewPlace.canonicalParent) }
        description.add("upper", directory + "/upper")
        description.add("work", directory + "/work")
        var lowers = request.above.map { [$0.storage + "/upper"] } ?? []
        if let repository = Repository(at: origin) {
            lowers.append(try storage.privateRepository(of: origin, repository, objects: "../origin-objects"))
            description.bind(repository.commonDirectory + "/objects", on: PrivateRepository.boundObjects)
        } else if request.isAtTree, let enclosing = Repository(enclosing: origin) {
            // Git does not look past the mount unless it is told to; then it may read, but not write.
            for directory in enclosing.directories { description.bind(directory, on: directory) }
        }
        lowers += contents.layerDirectories(withoutTop: request.above != nil).reversed() + request.base.directories
        guard lowers.count <= OverlayViews.maximumLowers else {
            throw ViewError(
                "a view of \(lowers.count) directories, of which overlayfs takes \(OverlayViews.maximumLowers): "
                    + "let fewer tasks edit the workspace one after the other")
        }
        for lower in lowers { description.add("lower", lower) }
        return description
    }

    /// Lays on top what makes the overlay show the same as the algebra.
    private func lay(_ contents: ViewContents, over upper: String) throws(ViewError) {
        guard !contents.stack.layers.isEmpty else { return }
        let target = try OpenDirectory(upper)
        for item in contents.stack.scaffold(for: contents.stack.view).items {
            try contents.materialise(item, in: target)
        }
    }

    /// The path must not hide what every task needs.
    private func checkCanonicalRoot() throws(ViewError) {
        let root = ViewPlace.canonicalRoot
        var needed = storage.place.launcher.first.map { [("the taskgraph program", $0)] } ?? []
        if let home = getenv("HOME") { needed.append(("HOME", String(cString: home))) }
        for (name, path) in needed where path == root || path.isBeneath(root) {
            throw ViewError("\(name) (\(path)) lies at \(root), where workspaces appear: move it, or use `at: tree`")
        }
    }
}

/// The launcher's description of a view in the making: pairs of NUL-terminated strings.
struct ViewDescription {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ key: String, _ value: String) {
        bytes += Array(key.utf8) + [0] + Array(value.utf8) + [0]
    }

    mutating func bind(_ source: String, on target: String) {
        add("bind", source)
        add("on", target)
    }
}
