// The cases of applying and difference that a reader asks about, one line each.

import Testing
import Vocabulary
import Workspace

private func file(_ content: UInt64, mode: UInt16 = 0o644) -> TreeEntry {
    .file(mode: mode, size: content, digest: Digest(0, 0, 0, content))
}

private let directory = TreeEntry.directory(mode: 0o755)

private func tree(_ items: [(String, TreeEntry)]) -> Tree {
    Tree(items.map { Tree.Item($0.0, $0.1) })
}

@Suite struct AlgebraTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let from: [(String, TreeEntry)]
        let to: [(String, TreeEntry)]
        let layer: [(String, TreeEntry)]

        init(_ name: String, _ from: [(String, TreeEntry)], _ to: [(String, TreeEntry)], _ layer: [(String, TreeEntry)])
        {
            testDescription = name
            self.from = from
            self.to = to
            self.layer = layer
        }
    }

    @Test(arguments: [
        Case("equal", [("a", file(1))], [("a", file(1))], []),
        Case("a new file", [], [("a", file(1))], [("a", file(1))]),
        Case("new content", [("a", file(1))], [("a", file(2))], [("a", file(2))]),
        Case("a new mode", [("a", file(1))], [("a", file(1, mode: 0o755))], [("a", file(1, mode: 0o755))]),
        Case("a file goes", [("a", file(1)), ("b", file(1))], [("b", file(1))], [("a", .deleted)]),
        Case(
            "a directory goes with all that is in it",
            [("d", directory), ("d/e", directory), ("d/e/f", file(1)), ("d-", file(1))], [("d-", file(1))],
            [("d", .deleted)]),
        Case(
            "a file in a directory that stays needs no entry for the directory",
            [("d", directory)], [("d", directory), ("d/f", file(1))], [("d/f", file(1))]),
        Case(
            "a new directory has an entry", [], [("d", directory), ("d/f", file(1))],
            [("d", directory), ("d/f", file(1))]),
        Case(
            "a directory's mode", [("d", directory), ("d/f", file(1))],
            [("d", .directory(mode: 0o700)), ("d/f", file(1))],
            [("d", .directory(mode: 0o700))]),
        Case(
            "a directory becomes a file", [("d", directory), ("d/f", file(1))], [("d", file(1))], [("d", file(1))]),
        Case(
            "a file becomes a directory", [("d", file(1))], [("d", directory), ("d/f", file(1))],
            [("d", directory), ("d/f", file(1))]),
        Case(
            "a link becomes a directory", [("d", .link(target: "x"))], [("d", directory)], [("d", directory)]),
        Case(
            "a directory made anew with less in it",
            [("d", directory), ("d/f", file(1)), ("d/g", file(1))], [("d", directory), ("d/g", file(2))],
            [("d/f", .deleted), ("d/g", file(2))]),
        Case(
            "names that Unicode calls equal", [("\u{e9}", file(1))], [("e\u{301}", file(1))],
            [("e\u{301}", file(1)), ("\u{e9}", .deleted)]),
    ])
    func difference(of example: Case) {
        let (from, to) = (tree(example.from), tree(example.to))
        #expect(from.difference(to: to).items == tree(example.layer).items)
        #expect(from.applying(tree(example.layer)).items == to.items)
    }

    @Test func missingParentsAreImpliedAlsoInPlaceOfAFile() {
        #expect(
            tree([("d", file(1))]).applying(tree([("d/e/f", file(2))]))
                == tree([("d", directory), ("d/e", directory), ("d/e/f", file(2))]))
    }

    @Test func aDeletionOfWhatIsNotThereMakesNoParents() {
        #expect(Tree().applying(tree([("d/e", .deleted)])).isEmpty)
        #expect(tree([("d", file(1))]).applying(tree([("d/e", .deleted)])) == tree([("d", file(1))]))
    }

    @Test(arguments: [
        [("a", TreeEntry.deleted), ("a/b", directory)], [("../a", directory)], [("a/./b", directory)],
        [("/a", directory)],
        [("", directory)], [("a\0", directory)],
    ])
    func whatIsNoLayerIsNotTrusted(items: [(String, TreeEntry)]) {
        #expect(!tree(items).isWellFormed)
    }
}
