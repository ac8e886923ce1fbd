// What all providers of views share: the run's directory, layers, snapshots, captured changes. Makes no view.

internal import CLinux
internal import Glibc
internal import Ports
internal import Synchronization
internal import Vocabulary
internal import Workspace

/// The storage of one run's views. A view's directory holds `upper`: its changes in the form that overlayfs writes.
final class ViewStorage: Sendable {
    let place: ViewPlace
    let layers: LayerStore
    private let snapshots: SnapshotStore
    private let state = Mutex(State())

    /// What belongs to this run.
    private struct State {
        var directory: RunDirectory?
        var count = 0
        /// The captured changes of views that are still open.
        var captured: [String: Tree] = [:]
        /// The directory with the private repository, by tree.
        var repositories: [String: String] = [:]
    }

    /// - Parameter makesWhiteouts: false only for copies, where the filesystem cannot hold whiteouts.
    init(_ place: ViewPlace, makesWhiteouts: Bool = true) {
        self.place = place
        layers = LayerStore(
            directory: place.layers, makesWhiteouts: makesWhiteouts,
            seals: LayerSeals(directory: place.seals, temporary: place.temporary),
            readable: place.readableCache.map { $0 + "/layers" })
        snapshots = SnapshotStore(
            directory: place.snapshots, temporary: place.temporary, excluded: [place.state, place.cache],
            makesWhiteouts: makesWhiteouts,
            filter: place.filter)
    }

    func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot {
        try snapshots.snapshot(of: tree)
    }

    /// A new view's name and directory, with an empty `upper` in it.
    func newView() throws(ViewError) -> (id: String, storage: String) {
        let run = try runDirectory()
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let storage = "\(run.path)/v\(number)"
        try makeDirectories(storage + "/upper")
        return ("v\(number)", storage)
    }

    func setCaptured(_ changes: Tree, of view: OpenView) {
        state.withLock { $0.captured[view.id] = changes }
    }

    /// Keeps the layer and throws the rest of the view away.
    func publish(_ view: OpenView, layer: Tree) throws(ViewError) -> Digest {
        defer { discard(view) }
        return try layers.publish(layer, upper: view.storage + "/upper", staging: view.storage + "/staging")
    }

    func discard(_ view: OpenView) {
        state.withLock { $0.captured[view.id] = nil }
        _ = tg_view_remove(AT_FDCWD, view.storage)
    }

    /// The contents that a request describes.
    /// - Throws: when a layer is missing, or the view on top was not captured.
    func contents(of request: ViewRequest, root: String) throws(ViewError) -> ViewContents {
        try snapshots.check(request.base)
        var parts: [(tree: Tree, directory: String)] = []
        for digest in request.layers {
            guard let tree = layers.layer(digest) else {
                throw ViewError(
                    "the layer \(digest.short) is missing from \(layers.directory) or damaged: run the task that makes it again"
                )
            }
            parts.append((tree, layers.content(of: digest)))
        }
        if let view = request.above {
            guard let changes = state.withLock({ $0.captured[view.id] }) else {
                throw ViewError("nothing was captured yet of the view \(view.id)")
            }
            parts.append((changes, view.storage + "/upper"))
        }
        return ViewContents(base: request.base, layers: parts, root: root)
    }

    /// A directory with the private `.git` of a tree that is a work tree's top, made once a run.
    /// - Parameter objects: the alternate's path as git in the view is to read it.
    func privateRepository(of tree: String, _ repository: Repository, objects: String) throws(ViewError) -> String {
        let run = try runDirectory()
        return try state.withLock { (state) throws(ViewError) -> String in
            if let directory = state.repositories[tree] { return directory }
            let directory = "\(run.path)/git\(state.repositories.count)"
            try makeDirectories(directory)
            try PrivateRepository.make(of: repository, in: directory, objects: objects)
            state.repositories[tree] = directory
            return directory
        }
    }

    /// Made when the first view is opened: a run that opens none leaves no trace.
    private func runDirectory() throws(ViewError) -> RunDirectory {
        try state.withLock { (state) throws(ViewError) -> RunDirectory in
            if let directory = state.directory { return directory }
            let directory = try RunDirectory(in: place.views)
            state.directory = directory
            return directory
        }
    }
}
