// The whole texts of list, plan, why and cache stats, and that their JSON is JSON.

import Foundation
import Testing
import Vocabulary

@testable import Report

@Suite struct CommandTextsTests {
    private func parsed(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func listing() throws {
        let listing = Listing([
            .init("phase1", title: "Foundation", kind: .group),
            .init("phase1/uv-migration", title: "Move requirements into pyproject.toml and uv.lock"),
            .init("phase1/internal", isHidden: true),
            .init("phase2", title: "Parallel workstreams", kind: .group),
            .init("phase2/2a", kind: .group),
            .init("phase2/2a/fixtures", title: "Isolate"),
            .init("phase2/2a/integration#all-pass", kind: .gate),
            .init("build", title: "Compile", instances: 12),
            .init("build[src/a.c]"),
            .init("secret", kind: .group, isHidden: true),
            .init("secret/task"),
            .init("helpers", title: "All of it hidden", kind: .group),
            .init("helpers/one", isHidden: true),
            .init("phase1/late", title: "Declared late"),
            .init("services", kind: .group),
            .init("services/postgres", kind: .service),
            .init("a-name-that-is-so-long-that-it-would-push-all-titles-away", title: "Long"),
        ])
        #expect(
            listing.text() == """
                phase1/                   Foundation
                  uv-migration            Move requirements into pyproject.toml and uv.lock
                  late                    Declared late
                phase2/                   Parallel workstreams
                  2a/
                    fixtures              Isolate
                    integration#all-pass  (gate)
                build                     Compile (12 instances)
                build[src/a.c]
                services/
                  postgres                (service)
                a-name-that-is-so-long-that-it-would-push-all-titles-away  Long

                """)
        let entries = try #require(try parsed(listing.json)["entries"] as? [[String: Any]])
        #expect(entries.count == 12)
        #expect(entries[1]["name"] as? String == "phase1/uv-migration")
        #expect(entries[7]["instances"] as? Int == 12)
        #expect(Listing([]).text() == "no tasks\n")
    }

    private static let plan = Plan([
        .init("docs", .decided(.upToDate)),
        .init(
            "phase1/uv-migration", .decided(.run(.changed([input("backend/requirements.txt")]))), expected: 12 * second),
        .init("phase1/venv", .mayRun(after: ["phase1/uv-migration"])),
        .init("all", .mayRun(after: ["a", "b", "c", "d", "e"]), expected: 300_000_000),
        .init("lint", .decided(.restore)),
        .init("check", .decided(.satisfied)),
        .init("mac", .skipped("platforms names macos only")),
    ])

    @Test(arguments: [
        (
            Verbosity.normal,
            """
            phase1/uv-migration: would run — backend/requirements.txt changed (about 12.0 s)
            phase1/venv: may run — needs phase1/uv-migration, to run first
            all: may run — needs a, b, c and 2 more, to run first (about 0.3 s)
            lint: would be restored
            1 would run, 2 may run, 1 would be restored, 1 satisfied, 1 up to date, 1 skipped

            """
        ),
        (
            .verbose,
            """
            docs: up to date
            phase1/uv-migration: would run — backend/requirements.txt changed (about 12.0 s)
            phase1/venv: may run — needs phase1/uv-migration, to run first
            all: may run — needs a, b, c and 2 more, to run first (about 0.3 s)
            lint: would be restored
            check: satisfied — every condition holds already
            mac: skipped — platforms names macos only
            1 would run, 2 may run, 1 would be restored, 1 satisfied, 1 up to date, 1 skipped

            """
        ),
        (.quiet, "1 would run, 2 may run, 1 would be restored, 1 satisfied, 1 up to date, 1 skipped\n"),
    ])
    func plan(verbosity: Verbosity, text: String) {
        #expect(CommandTextsTests.plan.text(verbosity: verbosity) == text)
    }

    @Test func aPlanOfManyRestoredTasks() {
        let plan = Plan((0..<1_022).map { .init("t\($0)", .decided(.restore)) })
        let shown = (0..<20).map { "t\($0): would be restored\n" }.joined()
        #expect(plan.text() == shown + "and 1,002 more would be restored\n1,022 would be restored\n")
        #expect(Plan([]).text() == "nothing to do\n")
        let failing = Plan([.init("a", .failed(.missingOutputs(["x"])))])
        #expect(failing.text(verbosity: .quiet) == "a: would fail — declared output x was not made\n1 would fail\n")
    }

    @Test func planAsJSON() throws {
        let tasks = try #require(try parsed(CommandTextsTests.plan.json())["tasks"] as? [[String: Any]])
        #expect(
            tasks.map { $0["forecast"] as? String } == [
                "up-to-date", "run", "may-run", "may-run", "restore", "satisfied", "skipped",
            ])
        #expect((tasks[1]["reason"] as? [String: Any])?["text"] as? String == "backend/requirements.txt changed")
        #expect(tasks[1]["expected"] as? UInt64 == 12 * second)
    }

    private static func digest(_ value: UInt64) -> Digest { Digest(value << 16, 0, 0, 0) }

    private static let earlier = KeyListing([
        KeyPart(.command, "", digest(1)), KeyPart(.input, "a.txt", digest(2)), KeyPart(.input, "gone.txt", digest(3)),
        KeyPart(.environment, "FOO", digest(4)), KeyPart(.dependency, "phase1/venv", digest(5)),
    ])
    private static let now = KeyListing([
        KeyPart(.command, "", digest(0xC0FFEE)), KeyPart(.input, "a.txt", digest(2)),
        KeyPart(.input, "sub/new.txt", digest(6)), KeyPart(.environment, "FOO", digest(7)),
        KeyPart(.dependency, "phase1/venv", digest(8)),
    ])

    @Test func whyWithChanges() throws {
        let why = Why(
            task: "phase1/hypothesis",
            forecast: .decided(.run(.changed(CommandTextsTests.now.changes(since: CommandTextsTests.earlier)))),
            key: CommandTextsTests.digest(0xAB), listing: CommandTextsTests.now,
            earlier: .init(
                key: CommandTextsTests.digest(0xCD), listing: CommandTextsTests.earlier, age: 11_100 * second))
        let text = """
            phase1/hypothesis: would run — the command changed and 4 more

            most similar result: 3 h 5 min old, key 0000000000cd

            command
              the command  changed  000000000001 → 000000c0ffee

            environment variables
              FOO  changed  000000000004 → 000000000007

            inputs
              gone.txt     removed  000000000003
              sub/new.txt  added    000000000006

            dependencies
              phase1/venv  changed  000000000005 → 000000000008

            key 0000000000ab: 5 parts: command, 1 environment variable, 2 inputs, 1 dependency

            """
        #expect(why.text() == text)
        #expect(
            why.text(verbosity: .verbose) == text + """
                  command                             000000c0ffee
                  environment variables  FOO          000000000007
                  inputs                 a.txt        000000000002
                  inputs                 sub/new.txt  000000000006
                  dependencies           phase1/venv  000000000008

                """)
        let json = try parsed(why.json())
        #expect(
            (json["changes"] as? [[String: Any]])?.map { $0["name"] as? String } == [
                "", "FOO", "gone.txt", "sub/new.txt", "phase1/venv",
            ])
        #expect(json["key"] as? String == CommandTextsTests.digest(0xAB).hex)
        #expect((json["parts"] as? [Any])?.count == 5)
    }

    @Test func whyNot() {
        let listing = KeyListing([KeyPart(.tool, "uv", CommandTextsTests.digest(1))])
        let key = CommandTextsTests.digest(9)
        let same = Why(
            task: "a", forecast: .decided(.upToDate), key: key, listing: listing,
            earlier: .init(key: key, listing: listing, age: 90 * second))
        #expect(
            same.text() == """
                a: up to date

                result with this key: 1 min 30 s old, key 000000000009

                key 000000000009: 1 part: 1 tool

                """)
        #expect(
            Why(task: "a", forecast: .decided(.run(.notCached(.noInputs)))).text()
                == "a: would run — not cached: no inputs declared\n")
    }

    @Test func statistics() throws {
        var statistics = CacheStatistics(
            path: ".taskgraph/cache", results: 1_234, blobs: 100_000, blobBytes: 12_345_678, layers: 3)
        #expect(
            statistics.text == """
                cache     .taskgraph/cache
                results   1,234
                contents  100,000, 12.3 MB
                layers    3

                """)
        statistics.layerBytes = 157_000_000
        statistics.diskBytes = 170_000_000
        #expect(statistics.text.hasSuffix("layers    3, 157.0 MB\non disk   170.0 MB\n"))
        let json = try parsed(statistics.json)
        #expect(json["layerBytes"] as? Int == 157_000_000)
        #expect(json["path"] as? String == ".taskgraph/cache")
    }

    @Test func drift() throws {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "tasks.yaml", bytes: Array("a:\n  ensure: [absent: x]\n".utf8)))
        let finding = Diagnostic(
            .error, "x is there", at: SourceRange(source: source, start: 14, end: 23), hint: "remove it")
        let drift = Drift([.init("a", [finding, Diagnostic(.error, "y is there")]), .init("b", [])])
        #expect(
            drift.text(in: sources) == """
                a: 2 conditions do not hold
                  tasks.yaml:2:12: error: x is there
                    2 |   ensure: [absent: x]
                      |            ^~~~~~~~~
                    hint: remove it

                  error: y is there

                2 tasks: 1 drifted, 1 holds

                """)
        #expect(drift.text(in: sources, verbosity: .verbose).contains("\nb: holds\n2 tasks"))
        #expect(Drift([]).text(in: sources) == "no conditions to check\n")
        #expect(Drift([.init("b", [])]).text(in: sources, verbosity: .quiet) == "")
        let tasks = try #require(try parsed(drift.json(in: sources))["tasks"] as? [[String: Any]])
        #expect((tasks[0]["failures"] as? [[String: Any]])?[0]["at"] as? String == "tasks.yaml:2:12")
        #expect(tasks[1]["holds"] as? Bool == true)
    }
}
