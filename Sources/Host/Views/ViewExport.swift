// Writes what a view shows into an empty directory, for a person. Mounts nothing.

internal import Glibc
public import Ports
internal import Vocabulary
internal import Workspace

extension ViewProviding {
    /// Materialises a view: directories, files with their modes and times, links.
    /// - Parameter directory: absolute; created if need be.
    /// - Throws: when it is not empty.
    public func export(_ request: ViewRequest, to directory: String) throws(ViewError) {
        guard request.above == nil else { throw ViewError("a view that is not published cannot be exported") }
        try makeDirectories(directory)
        let target = try OpenDirectory(directory)
        guard try target.names().isEmpty else {
            throw ViewError("\(directory) is not empty: give a new or an empty directory")
        }
        var view = request.base.tree
        for digest in request.layers {
            guard let layer = layer(digest) else { throw ViewError("the layer \(digest.short) is missing or damaged") }
            view = view.applying(layer)
        }
        for item in view.items {
            switch item.entry {
            case .directory: try target.makeDirectory(item.path, mode: 0o700)
            case .link(let link): try target.makeLink(item.path, target: link)
            case .file: try copy(item, from: request, to: target)
            case .deleted: continue
            }
        }
        for item in view.items.reversed() {
            if case .directory(let mode) = item.entry { try target.setMode(item.path, mode) }
        }
    }

    private func copy(_ item: Tree.Item, from request: ViewRequest, to target: borrowing OpenDirectory)
        throws(ViewError)
    {
        guard case .file(let mode, let size, let digest) = item.entry, let source = try location(item.path, in: request)
        else {
            throw ViewError("\(item.path) is missing from the view")
        }
        let root = try OpenDirectory("/")
        let copied = try copyFile(
            String(source.dropFirst()), in: root.handle, unlocking: mode, to: item.path, in: target.handle)
        guard copied.size == size, copied.digest == digest else {
            throw ViewError("\(source) is damaged: its content is not what its manifest says")
        }
        try target.setMode(item.path, mode)
    }
}
