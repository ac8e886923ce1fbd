// Which layers are in each other's way.

import Testing
import Vocabulary
import Workspace

private let text = TreeEntry.file(mode: 0o644, size: 1, digest: Digest(0, 0, 0, 1))
private let other = TreeEntry.file(mode: 0o644, size: 1, digest: Digest(0, 0, 0, 2))
private let directory = TreeEntry.directory(mode: 0o755)

@Suite struct LayerConflictTests {
    @Test(
        arguments: [
            ([("a", text)], [("b", text)], []),
            ([("a", text)], [("a", other)], ["a"]),
            ([("a", text)], [("a", text)], []),
            ([("d", directory), ("d/a", text)], [("d", directory), ("d/b", text)], []),
            ([("d", directory)], [("d", .directory(mode: 0o700))], ["d"]),
            ([("d", .deleted)], [("d/a", text), ("d/b", .deleted)], ["d", "d/a", "d/b"]),
            ([("d/a", text)], [("d", text)], ["d", "d/a"]),
            ([("d", .deleted)], [("d-", text)], []),
        ] as [([(String, TreeEntry)], [(String, TreeEntry)], [String])])
    func overlap(one: [(String, TreeEntry)], two: [(String, TreeEntry)], paths: [String]) {
        let (one, two) = (Tree(one.map { Tree.Item($0.0, $0.1) }), Tree(two.map { Tree.Item($0.0, $0.1) }))
        #expect(one.overlap(with: two) == paths)
        #expect(two.overlap(with: one) == paths)
    }

    @Test func onlyLayersThatNothingOrdersAreInEachOthersWay() {
        let layers = [Tree([.init("a", text)]), Tree([.init("a", other)]), Tree([.init("a", .deleted)])]
        let found = conflicts(among: layers) { first, second in first == 0 && second == 2 }
        #expect(
            found == [
                LayerConflict(first: 0, second: 1, paths: ["a"]), LayerConflict(first: 1, second: 2, paths: ["a"]),
            ])
    }
}
