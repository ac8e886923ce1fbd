// What changes the key of a task and what must not, and why a key has no result.

import Graph
import Hashing
import Manifest
import Testing
import Vocabulary

@testable import Fingerprint

@Suite struct KeyTests {
    static let yaml = """
        title: Build
        run: make all
        dir: backend
        env: {A: one, TOKEN: "${{ env.TOKEN }}"}
        pass-env: [CI]
        secrets: [TOKEN]
        inputs: [src]
        outputs: [out, {path: log.txt, store: false}]
        reports: [junit.xml]
        ensure: [{exists: out}, {run: "test -f out"}, {json: {file: a.json, path: x, equals: 1}}]
        cache: {key: [v1], tools: [cc]}
        timeout: 5m
        """

    /// A task with some lines of the above replaced.
    func task(_ changes: [String] = [], at root: String = "/project", token: String = "secret") throws -> TaskDefinition
    {
        var lines = Self.yaml.split(separator: "\n").map(String.init)
        for change in changes {
            let key = change.prefix { $0 != ":" } + ":"
            lines.removeAll { $0.hasPrefix(key) }
            if change.contains(":") { lines.append(change) }
        }
        let text = "version: 1\npools: {p: 1}\na:\n" + lines.map { "  \($0)\n" }.joined()
        let (file, mistakes) = FileDeclaration.parse(Array(text.utf8), source: SourceID(0))
        try #require(mistakes == [])
        let (graph, findings) = Graph.load([file], context: LoadContext(root: root, environment: ["TOKEN": token]))
        try #require(findings == [])
        return try #require(graph)[TaskID(0)]
    }

    static func file(_ content: String, mode: UInt16 = 0o644) -> TreeEntry {
        .file(mode: mode, size: UInt64(content.utf8.count), digest: Digest(of: content))
    }

    static var facts: KeyFacts {
        var facts = KeyFacts()
        facts.inputs = [.init(path: "src/a.c", entry: file("a")), .init(path: "src/b.c", entry: file("b"))]
        facts.dependencies = [("gen", Digest(of: "gen")), ("lib", Digest(of: "lib"))]
        facts.tools = [("cc", Digest(of: "12.2"))]
        facts.environment = [("CI", "true"), ("LANG", nil)]
        facts.environmentFiles = [("/project/.env", Digest(of: "env"))]
        return facts
    }

    func listing(
        _ task: TaskDefinition, root: String = "/project", platform: String = "linux/x86_64",
        _ change: (inout KeyFacts) -> Void = { _ in }
    ) -> KeyListing {
        var facts = Self.facts
        change(&facts)
        return KeyListing(of: task, facts: facts, root: root, platform: platform)
    }

    // MARK: The definition

    /// Changed lines, and the part of the key that changes with them; nil: none.
    @Test(
        arguments: [
            (["run: make"], .command),
            (["run: [make, all]"], .command),
            (["dir: frontend"], .definition),
            (["outputs: [out]"], .definition),
            (["outputs: [out, log.txt]"], .definition),
            (["reports: [other.xml]"], .definition),
            (["clean: false"], .definition),
            (["accept-exit: [0, 1]"], .definition),
            (
                ["ensure: [{exists: out}, {run: 'test -f out'}, {json: {file: a.json, path: x, equals: '1'}}]"],
                .definition
            ),
            (
                ["ensure: [{exists: out}, {run: [test, -f, out]}, {json: {file: a.json, path: x, equals: 1}}]"],
                .definition
            ),
            (
                ["ensure: [{absent: out}, {run: 'test -f out'}, {json: {file: a.json, path: x, equals: 1}}]"],
                .definition
            ),
            (["env: {A: two, TOKEN: x}"], .environment),
            (["env: {A: one, B: '', TOKEN: x}"], .environment),
            (["secrets: [TOKEN, OTHER]"], .secret),
            (["cache: {key: [v2], tools: [cc]}"], .string),
            (["title: Other"], nil),
            (["description: More"], nil),
            (["timeout: 1m"], nil),
            (["pool: p"], nil),
            (["cpus: 4"], nil),
            (["lock: [l]"], nil),
            (["retries: 3"], nil),
            (["hidden: true"], nil),
            (["always: true"], nil),
            (["accept-exit: [0]"], nil),
            (["env: {TOKEN: other, A: one}"], nil),
        ] as [([String], KeyPart.Kind?)])
    func whatADefinitionContributes(changes: [String], kind: KeyPart.Kind?) throws {
        let before = listing(try task())
        let after = listing(try task(changes))
        #expect(Set(after.changes(since: before).map(\.kind)) == Set(kind.map { [$0] } ?? []))
        #expect((after.key == before.key) == (kind == nil))
    }

    /// What else the task has, and what of its key another shell changes.
    @Test(
        arguments: [
            ([], [.definition, .command]),
            (["ensure: [{exists: out}]"], [.command]),
            (["run: [make, all]"], [.definition]),
            (["run: [make, all]", "ensure: [{run: [test, -f, out]}]"], []),
        ] as [([String], [KeyPart.Kind])])
    func theShellCountsWhereItReadsAScript(lines: [String], kinds: [KeyPart.Kind]) throws {
        let before = listing(try task(lines))
        let after = listing(try task(lines + ["shell: bash -eu"]))
        #expect(after.changes(since: before).map(\.kind) == kinds)
    }

    @Test func aSecretContributesItsNameOnly() throws {
        let one = listing(try task(token: "hunter2"))
        let other = listing(try task(token: "correct horse"))
        #expect(one.key == other.key)
        #expect(one.parts.contains { $0.kind == .secret && $0.name == "TOKEN" })
        #expect(!one.parts.contains { $0.kind == .environment && $0.name == "TOKEN" })
    }

    @Test func aWorkspaceIsPartOfTheDefinition() throws {
        let before = listing(try task())
        let changes = listing(try task(["workspace: tree"])) { $0.viewRoot = "/view" }.changes(since: before)
        #expect(changes.map(\.kind) == [.definition, .workspace])
    }

    // MARK: The facts

    /// A change of the facts, and what it changes in the key; "" is nothing.
    @Test(arguments: [
        FactChange("") { $0.inputs.reverse() },
        FactChange("") { $0.dependencies.reverse() },
        FactChange("") { $0.inputs[0] = .init(path: "src/a.c", entry: file("a", mode: 0o600)) },
        FactChange("changed input src/a.c") { $0.inputs[0] = .init(path: "src/a.c", entry: file("a", mode: 0o755)) },
        FactChange("changed input src/a.c") { $0.inputs[0] = .init(path: "src/a.c", entry: file("x")) },
        FactChange("changed input src/a.c") { $0.inputs[0] = .init(path: "src/a.c", entry: .link(target: "a")) },
        FactChange("added input src/c.c") { $0.inputs.append(.init(path: "src/c.c", entry: file("c"))) },
        FactChange("removed input src/b.c") { $0.inputs.removeLast() },
        FactChange("changed dependency lib") { $0.dependencies[1].content = Digest(of: "new") },
        FactChange("removed dependency gen") { $0.dependencies.removeFirst() },
        FactChange("changed tool cc") { $0.tools[0].version = Digest(of: "13.1") },
        FactChange("changed environment CI") { $0.environment[0].value = "false" },
        FactChange("changed environment LANG") { $0.environment[1].value = "" },
        FactChange("changed environment ${{ root }}/.env") { $0.environmentFiles[0].content = Digest(of: "x") },
        FactChange("added workspace path") { $0.viewRoot = "/view" },
        FactChange("added workspace tree") { $0.base = Digest(of: "tree") },
    ])
    func whatAFactContributes(change: FactChange) throws {
        let task = try task()
        let changes = listing(task, change.apply).changes(since: listing(task))
        #expect(changes.map { "\($0.direction) \($0.kind) \($0.name)" }.joined(separator: ", ") == change.expected)
    }

    struct FactChange: Sendable, CustomTestStringConvertible {
        /// What it changes in the key.
        let expected: String
        let apply: @Sendable (inout KeyFacts) -> Void
        var testDescription: String { expected }

        init(_ expected: String, _ apply: @escaping @Sendable (inout KeyFacts) -> Void) {
            self.expected = expected
            self.apply = apply
        }
    }

    @Test func theCallersVariableIsHiddenByTheTasksOwn() throws {
        let task = try task(["env: {A: one, CI: mine}"])
        #expect(listing(task).key == listing(task) { $0.environment[0].value = "else" }.key)
    }

    @Test func aLinkIsNotAFileWithItsTarget() throws {
        #expect(TreeEntry.link(target: "a").keyDigest != Self.file("a").keyDigest)
        #expect(TreeEntry.link(target: "a").keyDigest != TreeEntry.link(target: "b").keyDigest)
        #expect(TreeEntry.directory(mode: 0o755).keyDigest == TreeEntry.directory(mode: 0o700).keyDigest)
    }

    @Test func thePlatformCounts() throws {
        let task = try task()
        #expect(listing(task, platform: "linux/arm64").changes(since: listing(task)).map(\.kind) == [.platform])
    }

    @Test func checkoutsShareTheirKeys() throws {
        let run = "run: \"${{ root }}/bin/cc -I${{ root }}/include ${{ root }} --prefix=${{ root }}\""
        let environment = "env: {PATHS: \"${{ root }}/bin:/usr/bin:${{ root }}\"}"
        let here = listing(try task([run, environment], at: "/project"))
        let there = listing(try task([run, environment], at: "/home/me/other"), root: "/home/me/other") {
            $0.environmentFiles[0].path = "/home/me/other/.env"
        }
        #expect(there.changes(since: here) == [])
        #expect(there.key == here.key)
    }

    /// A text with the root `/src`, and its portable form.
    @Test(arguments: [
        ("/src", "${{ root }}"),
        ("/src/", "${{ root }}/"),
        ("/src/a /src", "${{ root }}/a ${{ root }}"),
        ("/src2", "/src2"),
        ("/src.old/x", "/src.old/x"),
        ("/home/src/x", "/home/src/x"),
        ("rel/src/x", "rel/src/x"),
        ("../src/x", "../src/x"),
        ("-I/src/x", "-I${{ root }}/x"),
        ("a/-I/src", "a/-I/src"),
        ("--x=/src:/src", "--x=${{ root }}:${{ root }}"),
        ("'/src'\"/src\"", "'${{ root }}'\"${{ root }}\""),
        ("file:///src/x", "file://${{ root }}/x"),
        ("ü/src", "ü/src"),
        ("", ""),
        ("/sr", "/sr"),
    ])
    func theRootIsFoundWhereItIsAPath(text: String, expected: String) {
        #expect(portable(text, root: "/src") == expected)
        #expect(portable(text, root: "/") == text)
        #expect(portable(text, root: "") == text)
    }
}

@Suite struct MissReasonTests {
    static func listing(_ inputs: [String: String], command: String = "make") -> KeyListing {
        KeyListing(
            inputs.map { KeyPart(.input, $0.key, Digest(of: $0.value)) } + [KeyPart(.command, "", Digest(of: command))])
    }

    static func record(_ listing: KeyListing, _ outcome: ActionRecord.Outcome = .succeeded) -> ActionRecord {
        ActionRecord(key: listing.key, task: "a", outcome: outcome, listing: listing)
    }

    static let now = listing(["a": "1", "b": "1"])

    @Test func nothingIsKnown() {
        #expect(missReason(for: Self.now, earlier: []) == .neverRan)
    }

    @Test func theVeryKeyFailed() {
        let other = Self.record(Self.listing(["a": "1", "b": "2"]))
        #expect(missReason(for: Self.now, earlier: [other, Self.record(Self.now, .failed)]) == .failedBefore)
    }

    @Test func theMostSimilarResultIsComparedAndOfEqualOnesTheLatest() {
        let far = Self.record(Self.listing(["a": "2", "b": "2"]))
        let near = Self.record(Self.listing(["a": "1", "b": "2"]))
        let older = Self.record(Self.listing(["a": "2", "b": "1"]))
        let expected = RunReason.changed([KeyChange(kind: .input, name: "b", direction: .changed)])
        #expect(missReason(for: Self.now, earlier: [far, near, older]) == expected)
    }

    @Test func theMostTellingChangeComesFirst() {
        let before = Self.record(Self.listing(["a": "1", "c": "1"], command: "cc"))
        #expect(
            missReason(for: Self.now, earlier: [before])
                == .changed([
                    KeyChange(kind: .input, name: "b", direction: .added),
                    KeyChange(kind: .input, name: "c", direction: .removed),
                    KeyChange(kind: .command, name: "", direction: .changed),
                ]))
    }
}
