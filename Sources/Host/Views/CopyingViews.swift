// Workspaces where nothing can be mounted: one copy per tree, with the same layers as overlay views give.

internal import CLinux
internal import Glibc
internal import Hashing
public import Ports
internal import Synchronization
public import Vocabulary
internal import Workspace

/// Views that are one directory in the state directory, brought to what each view shows in turn.
public final class CopyingViews: ViewProviding {
    private let storage: ViewStorage
    private let makesWhiteouts: Bool
    private let copies = Mutex<[String: WorkingCopy]>([:])

    public convenience init(_ place: ViewPlace) {
        self.init(place, makesWhiteouts: canMakeWhiteouts(in: place.views))
    }

    init(_ place: ViewPlace, makesWhiteouts: Bool) {
        storage = ViewStorage(place, makesWhiteouts: makesWhiteouts)
        self.makesWhiteouts = makesWhiteouts
    }

    public let allowsConcurrentViews = false

    /// The copy's path: nothing can appear at the canonical path or over the tree without a mount.
    public func root(of tree: String, isAtTree: Bool) -> String {
        home(of: tree) + "/view"
    }

    public func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot {
        try storage.snapshot(of: tree)
    }

    public func open(_ request: ViewRequest) throws(ViewError) -> OpenView {
        let copy = try copy(of: request.base.origin)
        let contents = try storage.contents(of: request, root: copy.root)
        let (id, directory) = try storage.newView()
        try copy.enter(id, showing: contents, repository: Repository(at: request.base.origin))
        return OpenView(id: id, root: copy.root, launcher: [], storage: directory)
    }

    public func capture(_ view: OpenView, below: Tree) throws(ViewError) -> Tree {
        guard let copy = copies.withLock({ $0.values.first { $0.root == view.root } }) else {
            throw ViewError("the view \(view.id) was not opened in this run")
        }
        let changes = try copy.changes(from: below, to: view.storage + "/upper", makesWhiteouts: makesWhiteouts)
        // From here on the changes are in the view's own directory.
        copy.leave(view.id)
        storage.setCaptured(changes, of: view)
        return changes
    }

    public func publish(_ view: OpenView, layer: Tree) throws(ViewError) -> Digest {
        leave(view)
        return try storage.publish(view, layer: layer)
    }

    public func discard(_ view: OpenView) {
        leave(view)
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

    private func leave(_ view: OpenView) {
        copies.withLock { $0.values.first { $0.root == view.root } }?.leave(view.id)
    }

    private func copy(of tree: String) throws(ViewError) -> WorkingCopy {
        try copies.withLock { (copies) throws(ViewError) -> WorkingCopy in
            if let copy = copies[tree] { return copy }
            let copy = try WorkingCopy(home: home(of: tree), temporary: storage.place.temporary)
            copies[tree] = copy
            return copy
        }
    }

    private func home(of tree: String) -> String {
        storage.place.copies + "/" + Digest(of: tree).hex.prefix(16)
    }
}

/// Whether the filesystem of a directory can hold overlayfs's whiteouts.
private func canMakeWhiteouts(in directory: String) -> Bool {
    guard (try? makeDirectories(directory)) != nil else { return false }
    let name = "\(directory)/.whiteout-\(getpid())"
    defer { unlink(name) }
    return tg_view_whiteout(AT_FDCWD, name) == 0
}
