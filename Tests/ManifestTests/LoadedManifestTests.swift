// Following includes: order, reading once, loops, missing files, each with the chain that led there.

import Manifest
import Testing
import Vocabulary

@Suite struct LoadedManifestTests {
    private func load(_ files: [String: String], root: String = "tasks.yaml") throws -> (
        manifest: LoadedManifest, read: [String]
    ) {
        var read: [String] = []
        let manifest = try LoadedManifest.load(root: root) { path throws(ReadFailure) in
            read.append(path)
            guard let text = files[path] else { throw ReadFailure(reason: "No such file or directory") }
            return Array(text.utf8)
        }
        return (manifest, read)
    }

    @Test func includesAreRelativeToTheirFileAndReadOnce() throws {
        let (manifest, read) = try load(
            [
                "repo/tasks.yaml": "version: 1\ninclude: [Phases/a.yaml, ./Phases/b.yaml]\n",
                "repo/Phases/a.yaml": "include: [../common.yaml, b.yaml]\na: {run: x}\n",
                "repo/Phases/b.yaml": "include: ../Phases/../common.yaml\nb: {run: x}\n",
                "repo/common.yaml": "version: 1\nc: {run: x}\n",
            ],
            root: "repo/tasks.yaml"
        )
        #expect(manifest.diagnostics == [])
        #expect(read == ["repo/tasks.yaml", "repo/Phases/a.yaml", "repo/common.yaml", "repo/Phases/b.yaml"])
        #expect(manifest.files.flatMap { $0.children.map(\.name.value) } == ["a", "c", "b"])
        #expect(manifest.files.map(\.source).map { manifest.sources[$0].path } == read)
    }

    @Test func aLoopIsShownWithItsWay() throws {
        let (manifest, _) = try load([
            "tasks.yaml": "version: 1\ninclude: [a.yaml]\n", "a.yaml": "include: [b.yaml]\n",
            "b.yaml": "include:\n  - a.yaml\n  - b.yaml\n",
        ])
        #expect(
            manifest.diagnostics.text(in: manifest.sources) == """
                b.yaml:2:5: error: include loop: a.yaml → b.yaml → a.yaml
                  2 |   - a.yaml
                    |     ^~~~~~
                a.yaml:1:11: note: b.yaml is included here
                  1 | include: [b.yaml]
                    |           ^~~~~~
                  hint: remove one of the includes

                b.yaml:3:5: error: this file includes itself
                  3 |   - b.yaml
                    |     ^~~~~~
                  hint: remove one of the includes

                """
        )
    }

    @Test func aMissingFileIsShownWithTheChain() throws {
        let (manifest, _) = try load([
            "tasks.yaml": "version: 1\ninclude: [sub/a.yaml]\n", "sub/a.yaml": "include: [none.yaml]\na: {run: x}\n",
        ])
        #expect(
            manifest.diagnostics.text(in: manifest.sources) == """
                sub/a.yaml:1:11: error: cannot include sub/none.yaml: No such file or directory
                  1 | include: [none.yaml]
                    |           ^~~~~~~~~
                tasks.yaml:2:11: note: sub/a.yaml is included here
                  2 | include: [sub/a.yaml]
                    |           ^~~~~~~~~~
                  hint: paths in `include` are relative to the file they stand in

                """
        )
        #expect(manifest.files.count == 2)
    }

    @Test func mistakesOfAllFilesAreCollected() throws {
        let (manifest, _) = try load([
            "tasks.yaml": "version: 1\ninclude: a.yaml\nb: {run: x, timeot: 1s}\n", "a.yaml": "name: x\na: {run: [}\n",
        ])
        #expect(manifest.hasErrors)
        #expect(
            manifest.diagnostics.map(\.message) == [
                "unknown key \"timeot\" in task \"b\"", "expected a value here", "`name` stands in the root file only",
            ])
    }

    @Test func aRootThatCannotBeReadThrows() {
        #expect(throws: ReadFailure(reason: "No such file or directory")) { try load([:]) }
    }
}

@Suite struct CompletenessTests {
    /// Whether the graph may be asked for further mistakes.
    @Test(arguments: [
        ("a: {run: x, timeout: soon}", true), ("a: {run: x, nedds: [b]}", true), ("a: {run: x, run: y}", true),
        ("a: {run: x, outpust: [b]}", false), ("a: {run: x, outputs: [[b]]}", false), ("a b: {run: x}", false),
        ("a: echo", false), ("vars: {item: x}", false), ("a: {run: x, env: {A: '${{ b'}}", true),
        ("a: {run: 'x}", false),
        ("include: [none.yaml]", false), ("servces: {a: {driver: redis}}", false),
        ("a: {run: x, sub: {run: y}}", false),
    ])
    func errorsThatLeaveNamesOutMakeAFileIncomplete(text: String, isComplete: Bool) throws {
        let manifest = try LoadedManifest.load(root: "tasks.yaml") { path throws(ReadFailure) in
            guard path == "tasks.yaml" else { throw ReadFailure(reason: "No such file or directory") }
            return Array("version: 1\n\(text)\nz: {run: z}\n".utf8)
        }
        #expect(manifest.hasErrors)
        #expect(manifest.isComplete == isComplete)
    }
}
