// Links inside a view, and what must lie on top where directories on disk would say something else.

import Testing
import Vocabulary
import Workspace

private let text = TreeEntry.file(mode: 0o644, size: 1, digest: Digest(0, 0, 0, 1))
private let directory = TreeEntry.directory(mode: 0o755)

private func tree(_ items: [(String, TreeEntry)]) -> Tree {
    Tree(items.map { Tree.Item($0.0, $0.1) })
}

@Suite struct LayerStackTests {
    @Test(arguments: [
        ("f", "d/f"), ("d/f", "d/f"), ("to-d/f", "d/f"), ("d/up/f", "d/f"), ("absolute", "d/f"), ("outside", nil),
        ("circle", nil), ("missing", nil), ("d/f/g", nil), ("above", nil),
    ])
    func linksAreFollowedInsideTheView(path: String, real: String?) {
        let stack = LayerStack(
            base: tree([
                ("f", .link(target: "d/f")), ("d", directory), ("d/f", text), ("to-d", .link(target: "./d")),
                ("d/up", .link(target: "../d")), ("absolute", .link(target: "/srv/w/d/f")),
                ("outside", .link(target: "/srv/wide/d/f")), ("circle", .link(target: "circle")),
                ("above", .link(target: "../x")),
            ]), layers: [])
        #expect(stack.resolve(path, root: "/srv/w")?.path == real)
    }

    @Test func onItsOwnBaseALayerNeedsNothingOnTop() {
        let base = tree([("d", directory), ("d/a", text)])
        let stack = LayerStack(base: base, layers: [tree([("d/a", .deleted), ("d/b", text)])])
        #expect(stack.scaffold(for: stack.view).isEmpty)
    }

    @Test(
        arguments: [
            // The base's directory has a mode that the layer's, made for its content only, would hide.
            ([("d", .directory(mode: 0o700))], [("d/b", text)], [("d", .directory(mode: 0o700))]),
            // Nothing is there: the layer's directory above a whiteout must not appear.
            ([], [("d/b", .deleted)], [("d", .deleted)]),
            // A file is there: it must not be hidden by a deletion that has no object.
            ([("d", text)], [("d/b", .deleted)], [("d", text)]),
            // A directory that only the layer has would list its whiteouts.
            ([], [("d/a", text), ("d/b", .deleted)], [("d", directory)]),
            // What is laid on top hides the modes above it.
            (
                [("c", .directory(mode: 0o711)), ("c/d", .directory(mode: 0o700))],
                [("c", .directory(mode: 0o777)), ("c/d/b", text)],
                [("c", .directory(mode: 0o777)), ("c/d", .directory(mode: 0o700))]
            ),
        ] as [([(String, TreeEntry)], [(String, TreeEntry)], [(String, TreeEntry)])])
    func onAnotherBaseTheDifferenceIsLaidOnTop(
        base: [(String, TreeEntry)], layer: [(String, TreeEntry)], scaffold: [(String, TreeEntry)]
    ) {
        let stack = LayerStack(base: tree(base), layers: [tree(layer)])
        #expect(stack.scaffold(for: stack.view).items == tree(scaffold).items)
    }
}
