// What expansion finds, in which order, and which directories it never asks for.

import Patterns
import Testing
import Vocabulary

/// A tree in memory that records which directories were listed.
private final class RecordingReader: DirectoryReader {
    private var kinds: [String: FileKind] = [:]
    private var children: [String: [DirectoryItem]] = [:]
    private let ignoreFiles: [String: String]
    private(set) var listed: [String] = []

    /// - Parameter paths: a slash at the end makes a directory, an at sign a symbolic link.
    init(_ paths: [String], ignoreFiles: [String: String] = [:]) {
        self.ignoreFiles = ignoreFiles
        for path in paths + ignoreFiles.keys.map({ $0.isEmpty ? ".gitignore" : $0 + "/.gitignore" }) {
            var parts = path.split(separator: "/", omittingEmptySubsequences: true).map { String($0) }
            if path.hasPrefix("/") { parts[0] = "/" + parts[0] }
            var kind: FileKind = path.hasSuffix("/") ? .directory : .regular
            if path.hasSuffix("@") {
                kind = .symbolicLink
                parts[parts.count - 1].removeLast()
            }
            if path.hasSuffix("|") {
                kind = .fifo
                parts[parts.count - 1].removeLast()
            }
            for depth in 1...parts.count {
                add(
                    parts[..<depth].joined(separator: "/"), depth == parts.count ? kind : .directory,
                    name: parts[depth - 1],
                    in: parts[..<(depth - 1)].joined(separator: "/"))
            }
        }
    }

    private func add(_ path: String, _ kind: FileKind, name: String, in directory: String) {
        guard kinds.updateValue(kind, forKey: path) == nil else { return }
        children[directory, default: []].append(DirectoryItem(name, kind))
    }

    func kind(at path: String) -> FileKind? { kinds[path] }

    func items(in directory: String) -> [DirectoryItem] {
        listed.append(directory)
        return children[directory] ?? []
    }

    func ignoreFile(in directory: String) -> [UInt8]? { ignoreFiles[directory].map { Array($0.utf8) } }
}

@Suite struct ExpansionTests {
    private func expand(_ texts: [String], _ reader: RecordingReader, ignoring rules: IgnoreRules? = nil) throws
        -> [String]
    {
        try PatternSet(texts).expand(in: reader, ignoring: rules)
    }

    @Test func aLiteralFileIsLookedUpWithoutAWalkOrIgnoreFiles() throws {
        let reader = RecordingReader(["b/x", "a", "link@", "pipe|", ".git/config", "out/y"])
        let set = try PatternSet(["b/x", "./a", "a", "link", "pipe", "gone", ".git/config", "out/y", "!out"])
        var isAsked = false
        func rules() -> IgnoreRules? {
            isAsked = true
            return IgnoreRules()
        }
        #expect(set.expand(in: reader, ignoring: rules()) == ["a", "b/x", "link"])
        #expect(reader.listed == [])
        #expect(!isAsked)
        #expect(try PatternSet(["b", "a"]).expand(in: reader, ignoring: rules()) == ["a", "b/x"])
        #expect(reader.listed == ["b"])
        #expect(isAsked)
    }

    @Test func pathsComeInByteOrderAndOnce() throws {
        let reader = RecordingReader(["b", "a.c", "a/x", "a/é", "a/z", "Z"])
        #expect(try expand(["**", "a", "b", "*"], reader) == ["Z", "a.c", "a/x", "a/z", "a/é", "b"])
    }

    @Test func literalFilesAreLookedUpNotSearched() throws {
        let reader = RecordingReader(["a/b/c.txt", "a/b/d.txt"])
        #expect(try expand(["a/b/c.txt", "missing/x", "{a,z}/b/d.txt"], reader) == ["a/b/c.txt", "a/b/d.txt"])
        #expect(reader.listed == [])
    }

    @Test func walksStartAtLiteralPrefixesAndPassByTheRest() throws {
        let reader = RecordingReader(["src/a/x.c", "src/b/deep/y.c", "src/b/x.h", "lib/x.c"])
        #expect(try expand(["src/*/x.c"], reader) == ["src/a/x.c"])
        #expect(reader.listed.sorted() == ["src", "src/a", "src/b"])
    }

    @Test func excludedDirectoriesAreNotListed() throws {
        let reader = RecordingReader(["src/a.c", "src/gen/b.c", "out/c.c"])
        #expect(try expand(["**/*.c", "!src/gen", "!out/**"], reader) == ["src/a.c"])
        #expect(!reader.listed.contains("src/gen"))
    }

    @Test func aMatchedDirectoryIsEverythingBeneath() throws {
        let reader = RecordingReader(["src/a.c", "src/sub/.hidden", "src/empty/", "srcs"])
        #expect(try expand(["src"], reader) == ["src/a.c", "src/sub/.hidden"])
        #expect(try expand(["s*c"], reader) == ["src/a.c", "src/sub/.hidden"])
    }

    @Test func linksAreFilesAndNotFollowed() throws {
        let reader = RecordingReader(["a/link@", "a/pipe|", "a/b"])
        #expect(try expand(["a/**"], reader) == ["a/b", "a/link"])
        #expect(try expand(["a/link", "a/pipe"], reader) == ["a/link"])
        #expect(try expand(["a/link/**"], reader) == [])
    }

    @Test func theGitDirectoryIsNeverAnInput() throws {
        let reader = RecordingReader([".git/HEAD", "sub/.git", "sub/x", ".gitattributes"])
        #expect(try expand(["**", ".git/HEAD", ".git", "sub/.git"], reader) == [".gitattributes", "sub/x"])
        #expect(!reader.listed.contains(".git"))
    }

    @Test func ignoreFilesApplyAsTheWalkGoesOn() throws {
        let reader = RecordingReader(
            ["a.o", "build/x", "src/keep.o", "src/a.o", "src/log/y"],
            ignoreFiles: ["": "*.o\nbuild/\n", "src": "!keep.o\n/log\n"])
        #expect(try expand(["**"], reader, ignoring: IgnoreRules()) == [".gitignore", "src/.gitignore", "src/keep.o"])
        #expect(!reader.listed.contains("build"))
        #expect(try expand(["**/*.o"], reader) == ["a.o", "src/a.o", "src/keep.o"])
    }

    @Test func literalPrefixesAreNeverIgnored() throws {
        let reader = RecordingReader(
            ["build/gen/a.c", "build/gen/b.o", "build/c.o", "other/d.c"], ignoreFiles: ["": "build/\n*.o\n"])
        #expect(try expand(["build/gen/*"], reader, ignoring: IgnoreRules()) == ["build/gen/a.c"])
        #expect(
            try expand(["build/c.o", "build/gen"], reader, ignoring: IgnoreRules()) == ["build/c.o", "build/gen/a.c"])
        #expect(try expand(["**/*.c"], reader, ignoring: IgnoreRules()) == ["other/d.c"])
    }

    @Test func rulesFromAboveTheTreeApply() throws {
        let reader = RecordingReader(["a", "b", "sub/b"], ignoreFiles: ["sub": "!b\n"])
        let above = IgnoreRules(base: "x/y", files: [("", Array("/x/y/a\nb\n".utf8))])
        #expect(try expand(["**"], reader, ignoring: above) == ["sub/.gitignore", "sub/b"])
    }

    @Test func absolutePatternsAreLookedUpAsAbsolutePaths() throws {
        let reader = RecordingReader(
            ["/usr/include/a.h", "/usr/include/sys/b.h", "usr/include/c.h"], ignoreFiles: ["": "*.h"])
        let set = try PatternSet(["/usr/include/**/*.h", "/usr/include/a.h", "!/usr/include/sys"], allowAbsolute: true)
        #expect(set.expand(in: reader, ignoring: IgnoreRules()) == ["/usr/include/a.h"])
    }

    @Test func topmostMatchesStandForWhatIsBeneath() throws {
        let reader = RecordingReader(["out/a/x", "out/b.txt", "out/pipe|", "lib/out/y", "empty/"])
        func topmost(_ texts: String...) throws -> [String] { try PatternSet(texts).topmostMatches(in: reader) }
        #expect(try topmost("**/out") == ["lib/out", "out"])
        #expect(try topmost("out/*", "!out/a") == ["out/b.txt", "out/pipe"])
        #expect(try topmost("empty", "missing", "out/a/x") == ["empty", "out/a/x"])
    }
}
