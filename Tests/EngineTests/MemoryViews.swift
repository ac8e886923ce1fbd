// Views as copies in pretended files: snapshots, layers, and what is open. Does not know of tasks.

import Hashing
import Ports
import Synchronization
import TestKit
import Vocabulary
import Workspace

/// Workspaces beneath `/views`; layers and their contents are kept in memory.
final class MemoryViews: ViewProviding, Sendable {
    private struct State {
        var layers: [Digest: Tree] = [:]
        var blobs: [Digest: [UInt8]] = [:]
        var lastView = 0
        var open: Set<OpenView> = []
        var failures: [String: String] = [:]
    }

    private let files: MemoryFiles
    private let state = Mutex(State())

    init(files: MemoryFiles) {
        self.files = files
    }

    /// Views that are neither published nor discarded.
    var openCount: Int { state.withLock { $0.open.count } }

    /// From now on the tree cannot be used.
    func fail(_ tree: String, _ reason: String) { state.withLock { $0.failures[tree] = reason } }

    func lose(_ digest: Digest) { state.withLock { $0.layers[digest] = nil } }

    var layerDigests: [Digest] { state.withLock { Array($0.layers.keys) } }

    // MARK: ViewProviding

    func root(of tree: String, isAtTree: Bool) -> String { isAtTree ? tree : "/view" }

    var allowsConcurrentViews: Bool { true }

    func snapshot(of tree: String) throws(ViewError) -> BaseSnapshot {
        if let reason = state.withLock({ $0.failures[tree] }) { throw ViewError(reason) }
        let found = try scan(tree)
        return BaseSnapshot(origin: tree, tree: found, digest: digest(of: found), directories: [tree])
    }

    func open(_ request: ViewRequest) throws(ViewError) -> OpenView {
        let number = state.withLock { state in
            state.lastView += 1
            return state.lastView
        }
        let view = OpenView(id: "\(number)", root: "/views/\(number)", launcher: [], storage: "/views/\(number)")
        state.withLock { _ = $0.open.insert(view) }
        do {
            try files.makeDirectory(view.root, mode: 0o755)
            for item in try shown(by: request).items {
                if case .file(let mode, _, let digest) = item.entry {
                    let bytes = state.withLock { $0.blobs[digest] } ?? []
                    files.add("\(view.root)/\(item.path)", String(decoding: bytes, as: UTF8.self), mode: mode)
                }
            }
        } catch {
            throw ViewError("\(error)")
        }
        return view
    }

    func capture(_ view: OpenView, below: Tree) throws(ViewError) -> Tree {
        below.difference(to: try scan(view.root))
    }

    func publish(_ view: OpenView, layer: Tree) throws(ViewError) -> Digest {
        discard(view)
        let digest = digest(of: layer)
        state.withLock { $0.layers[digest] = layer }
        return digest
    }

    func discard(_ view: OpenView) {
        state.withLock { _ = $0.open.remove(view) }
        try? files.remove(view.root)
    }

    func layer(_ digest: Digest) -> Tree? { state.withLock { $0.layers[digest] } }

    func bytes(_ path: String, in request: ViewRequest) throws(ViewError) -> [UInt8]? {
        guard case .file(_, _, let digest)? = try shown(by: request)[path] else { return nil }
        return state.withLock { $0.blobs[digest] }
    }

    func location(_ path: String, in request: ViewRequest) throws(ViewError) -> String? {
        request.above.map { "\($0.root)/\(path)" }
    }

    // MARK: Trees

    private func shown(by request: ViewRequest) throws(ViewError) -> Tree {
        if let above = request.above { return try scan(above.root) }
        var tree = request.base.tree
        for digest in request.layers {
            guard let layer = layer(digest) else { throw ViewError("layer \(digest.short) is missing") }
            tree = tree.applying(layer)
        }
        return tree
    }

    private func scan(_ root: String) throws(ViewError) -> Tree {
        var items: [Tree.Item] = []
        do throws(FileError) {
            try scan(root, "", into: &items)
        } catch {
            throw ViewError("\(error)")
        }
        return Tree(items)
    }

    private func scan(_ root: String, _ directory: String, into items: inout [Tree.Item]) throws(FileError) {
        for entry in try files.entries(directory.isEmpty ? root : "\(root)/\(directory)") {
            let path = directory.isEmpty ? entry.name : "\(directory)/\(entry.name)"
            guard let status = try files.status("\(root)/\(path)") else { continue }
            if entry.kind == .directory {
                items.append(.init(path, .directory(mode: status.mode)))
                try scan(root, path, into: &items)
            } else {
                let bytes = try files.bytes("\(root)/\(path)")
                let digest = try files.digest("\(root)/\(path)")
                state.withLock { $0.blobs[digest] = bytes }
                items.append(.init(path, .file(mode: status.mode, size: UInt64(bytes.count), digest: digest)))
            }
        }
    }

    private func digest(of tree: Tree) -> Digest {
        var writer = ByteWriter()
        tree.encode(into: &writer)
        return Digest(of: writer.bytes)
    }
}
