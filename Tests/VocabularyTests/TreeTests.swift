// Trees: order by bytes, look-up, and listings of keys compared.

import Testing
import Vocabulary

@Suite struct TreeTests {
    @Test func pathsAreOrderedByTheirBytesAndTheLastOfEqualOnesWins() {
        let tree = Tree([
            .init("b", .deleted), .init("a/x", .deleted), .init("a-b", .deleted), .init("a", .directory(mode: 1)),
            .init("Z", .deleted), .init("a", .directory(mode: 2)),
        ])
        #expect(tree.items.map(\.path) == ["Z", "a", "a-b", "a/x", "b"])
        #expect(tree["a"] == .directory(mode: 2))
        #expect(tree["a/"] == nil && tree["c"] == nil && tree[""] == nil)
        #expect(tree.firstIndex(notBefore: "a-") == 2 && tree.firstIndex(notBefore: "zz") == 5)
    }

    /// Linux keeps names apart that Unicode calls equivalent.
    @Test func equivalentNamesAreTwoNames() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let tree = Tree([.init(composed, .deleted), .init(decomposed, .directory(mode: 1))])
        #expect(tree.items.count == 2)
        #expect(tree[composed] == .deleted && tree[decomposed] == .directory(mode: 1))
        #expect(composed == decomposed && !composed.utf8Equals(decomposed))
        #expect(Tree.Item(composed, .deleted) != Tree.Item(decomposed, .deleted))
    }

    // MARK: Listings of keys

    static func listing(_ inputs: [String: UInt64]) -> KeyListing {
        KeyListing(inputs.map { KeyPart(.input, $0.key, Digest($0.value, 0, 0, 0)) } + [KeyPart(.command, "", .zero)])
    }

    /// Inputs before, inputs now, and what changed.
    @Test(
        arguments: [
            ([:], [:], []),
            (["a": 1], ["a": 1], []),
            (["a": 1], ["a": 2], ["changed a"]),
            ([:], ["a": 1, "b": 1], ["added a", "added b"]),
            (["a": 1, "b": 1], [:], ["removed a", "removed b"]),
            (["a": 1, "c": 1, "d": 1], ["b": 1, "c": 2, "d": 1], ["removed a", "added b", "changed c"]),
        ] as [([String: UInt64], [String: UInt64], [String])])
    func changesOfAListing(before: [String: UInt64], now: [String: UInt64], expected: [String]) {
        let changes = Self.listing(now).changes(since: Self.listing(before))
        #expect(changes.map { "\($0.direction) \($0.name)" } == expected)
        #expect(changes.allSatisfy { $0.kind == .input })
    }

    @Test func kindsAreTakenApart() {
        let before = KeyListing([KeyPart(.input, "x", .zero)])
        let now = KeyListing([KeyPart(.tool, "x", .zero)])
        #expect(now.changes(since: before).map { "\($0.direction) \($0.kind)" } == ["added tool", "removed input"])
    }
}
