// SHA-256 against the vectors of FIPS 180-4 and the stability of a tree's address.

import Hashing
import Testing
import Vocabulary

@Suite struct ContentHasherTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func standardVectors(text: String, hex: String) {
        #expect(Digest(of: text).hex == hex)
    }

    @Test func piecesGiveTheSameDigestAsTheWhole() {
        var hasher = ContentHasher()
        for byte in "abc".utf8 { hasher.update([byte]) }
        #expect(hasher.finish() == Digest(of: "abc"))
    }

    @Test func aTreesAddressDependsOnContentNotOnTheOrderGiven() {
        let file = Tree.Item("a/b", .file(mode: 0o644, size: 3, digest: Digest(of: "abc")))
        let link = Tree.Item("a.c", .link(target: "b"))
        #expect(Tree([file, link]).digest == Tree([link, file]).digest)
        #expect(Tree([file, link]).items.map(\.path) == ["a.c", "a/b"])
        #expect(
            Tree([file]).digest != Tree([.init("a/b", .file(mode: 0o755, size: 3, digest: Digest(of: "abc")))]).digest)
    }
}
