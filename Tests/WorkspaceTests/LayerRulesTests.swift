// What of a captured layer is kept, thrown away, or was never declared.

import Testing
import Vocabulary
import Workspace

private let text = TreeEntry.file(mode: 0o644, size: 1, digest: Digest(0, 0, 0, 1))
private let directory = TreeEntry.directory(mode: 0o755)

@Suite struct LayerRulesTests {
    private func judge(
        _ captured: [(String, TreeEntry)], below: [(String, TreeEntry)] = [], declared: [String], named: [String] = []
    ) -> (layer: [String], undeclared: [String]) {
        let scratch = DefaultScratch(named: named)
        let rules = LayerRules(
            isDeclared: { path in declared.contains { path == $0 || ($0.hasSuffix("/") && path.hasPrefix($0)) } },
            isScratch: { scratch.contains($0) })
        let verdict = rules.judge(
            Tree(captured.map { Tree.Item($0.0, $0.1) }), below: Tree(below.map { Tree.Item($0.0, $0.1) }))
        return (verdict.layer.items.map(\.path), verdict.undeclared)
    }

    @Test func declaredChangesAreKeptAndOthersListed() {
        let verdict = judge([("a", text), ("b", text), ("c", .deleted)], below: [("c", text)], declared: ["a"])
        #expect(verdict.layer == ["a"])
        #expect(verdict.undeclared == ["b", "c"])
    }

    @Test func cachesAreThrownAwayWithTheDirectoriesMadeForThem() {
        let verdict = judge(
            [
                (".pytest_cache", directory), (".pytest_cache/v", text), ("t", directory), ("t/__pycache__", directory),
                ("t/__pycache__/x.pyc", text), (".venv/.lock", text), ("sub/.mypy_cache/x", text),
            ], declared: [])
        #expect(verdict.layer == [])
        #expect(verdict.undeclared == [])
    }

    @Test func byteCodeBelowANamedPathIsPartOfTheResult() {
        let verdict = judge(
            [
                (".venv", directory), (".venv/.lock", text), (".venv/__pycache__", directory),
                (".venv/__pycache__/x.pyc", text),
            ], declared: [".venv", ".venv/"], named: [".venv"])
        #expect(verdict.layer == [".venv", ".venv/__pycache__", ".venv/__pycache__/x.pyc"])
        #expect(verdict.undeclared == [])
    }

    @Test func aNewDirectoryIsDeclaredByWhatIsInIt() {
        let verdict = judge([("d", directory), ("d/e", directory), ("d/e/f", text)], declared: ["d/e/f"])
        #expect(verdict.layer == ["d", "d/e", "d/e/f"])
        #expect(verdict.undeclared == [])
    }

    @Test func anUndeclaredDirectoryIsReportedByItsContentOrWhenEmptyByItself() {
        #expect(judge([("d", directory), ("d/f", text)], declared: []).undeclared == ["d/f"])
        #expect(judge([("d", directory)], declared: []).undeclared == ["d"])
    }

    @Test func removingADirectoryIsDeclaredByAllThatWasInIt() {
        let below = [("d", directory), ("d/a", text), ("d/b", text)]
        #expect(judge([("d", .deleted)], below: below, declared: ["d/a", "d/b"]).layer == ["d"])
        #expect(judge([("d", .deleted)], below: below, declared: ["d/a"]).undeclared == ["d"])
        #expect(judge([("d", .deleted)], below: below, declared: ["d"]).layer == ["d"])
    }

    @Test func theModeOfADirectoryIsAChangeOfItsOwn() {
        let below = [("d", directory)]
        #expect(
            judge([("d", .directory(mode: 0o700)), ("d/f", text)], below: below, declared: ["d/f"]).undeclared == ["d"])
    }
}
