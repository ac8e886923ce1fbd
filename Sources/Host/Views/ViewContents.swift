// Where the content of a path in a view lies outside any view. Knows the parts of a view, not how they are put
// together.

internal import Ports
internal import Vocabulary
internal import Workspace

/// Looks paths up in base, layers and captured changes, and names the real file.
struct ViewContents {
    private let base: BaseSnapshot
    let stack: LayerStack
    /// The directory of each layer in the stack.
    private let directories: [String]
    private let root: String

    /// - Parameters:
    ///   - layers: manifest and directory of each, the lowest first; captured changes of another view count as one.
    ///   - root: where the view appears.
    init(base: BaseSnapshot, layers: [(tree: Tree, directory: String)], root: String) {
        self.base = base
        stack = LayerStack(base: base.tree, layers: layers.map(\.tree))
        directories = layers.map(\.directory)
        self.root = root
    }

    /// The real path of a regular file, links inside the view followed; nil when there is no regular file.
    func location(_ path: String) throws(ViewError) -> String? {
        guard let (real, finding) = stack.resolve(path, root: root), case .file = finding.entry else { return nil }
        let (directory, name) = try locationParts(ofFile: real, in: finding.layer)
        return directory + "/" + name
    }

    /// The directory and the name in it of what is known to be a file of a layer, or of the base.
    private func locationParts(ofFile path: String, in layer: Int?) throws(ViewError) -> (
        directory: String, name: String
    ) {
        if let layer { return (directories[layer], path) }
        // The manifest says that it is there, so the topmost copy that has it has the right one.
        for directory in base.directories {
            if try OpenDirectory(directory).status(path)?.kind == .regular { return (directory, path) }
        }
        throw ViewError("\(path) is missing from the snapshot of \(base.origin)")
    }

    /// Directories of the layers that hold anything, the lowest first.
    func layerDirectories(withoutTop: Bool) -> [String] {
        zip(stack.layers, directories).dropLast(withoutTop ? 1 : 0).filter { !$0.0.isEmpty }.map(\.1)
    }

    /// Makes in a directory what the view shows at a path. Its parent is there; a directory may be there already.
    func materialise(_ item: Tree.Item, in target: borrowing OpenDirectory) throws(ViewError) {
        switch item.entry {
        case .directory(let mode): try target.makeDirectory(item.path, mode: mode)
        case .link(let link): try target.makeLink(item.path, target: link)
        case .deleted: try target.makeWhiteout(item.path)
        case .file(let mode, let size, let digest):
            let layer = stack.find(item.path)?.layer
            let (directory, name) = try locationParts(ofFile: item.path, in: layer)
            let source = try OpenDirectory(directory)
            let copied = try copyFile(name, in: source.handle, unlocking: mode, to: item.path, in: target.handle)
            guard copied.digest == digest, copied.size == size else {
                throw ViewError("\(directory)/\(name) is damaged: its content is not what its manifest says")
            }
            try target.setMode(item.path, mode)
        }
    }
}
