// A run as GitHub's runner gets it, and the summary of its job: whole outputs.

import Testing
import Vocabulary

@testable import Report

@Suite struct GitHubRendererTests {
    private static let yaml = "version: 1\nphase1:\n  venv:\n    ensure: [{exists: x}]\n"

    /// The tasks of the samples; task 1 is declared in the third line.
    private static func tasks() -> (table: TaskTable, ensure: SourceRange) {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "tasks.yaml", bytes: Array(yaml.utf8)))
        let declared = SourceRange(source: source, start: 21, end: 25)
        let table = TaskTable(
            count: sampleNames.count, sources: sources, range: { $0.index == 1 ? declared : nil },
            name: { sampleNames[$0.index] })
        return (table, SourceRange(source: source, start: 41, end: 52))
    }

    private static func text(_ events: [Event], masked: [String] = [], verbosity: Verbosity = .normal) -> String {
        let table = tasks().table
        let paths = CheckoutPaths(workspace: "/w", working: "/w/p", root: "/w/p")
        var renderer = GitHubRenderer(
            tasks: table, verbosity: verbosity, annotations: Annotations(paths: paths, sources: table.sources),
            token: "TOKEN", masked: masked)
        return renderer.text(events)
    }

    @Test func outputIsFoldedAndNeverACommand() {
        let text = Self.text(
            [
                .at(0, .runStarted(tasks: 2, jobs: 1)), .at(0, .runs(0, .neverRan)), .at(0, .starts(0)),
                .at(1, .printed(0, "::set-env name=A::b\n")), .at(1, .printed(0, "##[add-path]/x\n::TOKENS::\n")),
                .at(2, .ended(0, .succeeded(attempts: 1), 2)), .at(2, .runFinished(.over([.upToDate], seconds: 2))),
            ], masked: ["hunter22"])
        #expect(
            text == """
                ::add-mask::hunter22
                ::stop-commands::TOKEN
                phase1/uv-migration: running — first run
                ::TOKEN::
                ::group::output of phase1/uv-migration
                ::stop-commands::TOKEN
                phase1/uv-migration | ::set-env name=A::b
                phase1/uv-migration | ##[add-path]/x
                phase1/uv-migration | ::TOKENS::
                ::TOKEN::
                ::endgroup::
                ::stop-commands::TOKEN
                phase1/uv-migration: done in 2.0 s
                1 done: 1 up to date in 2.0 s
                ::TOKEN::

                """)
    }

    @Test func failuresAreAnnotatedWhereTheyAreWritten() {
        let finding = Diagnostic(
            .error, "nothing matches \"x\"", at: Self.tasks().ensure, notes: [.init("looked at 3 files")],
            hint: "make it")
        let text = Self.text([
            .at(0, .runStarted(tasks: 2, jobs: 1)), .at(0, .runs(1, .neverRan)), .at(0, .starts(1)),
            .at(1, .printed(1, "oh\n")),
            .at(1, .ended(1, .failed(.conditions([finding]), attempts: 1), 1, log: "oh\n")),
            .at(1, .ended(0, .failed(.exit(.exited(3)), attempts: 1), 1)),
            .at(1, .ended(1, .failed(.timedOut(limit: second), attempts: 1), 1)),
        ])
        let commands = text.split(separator: "\n").filter { $0.hasPrefix("::error") }
        #expect(
            commands == [
                "::error file=p/tasks.yaml,line=4,col=15,title=phase1/venv failed::"
                    + "nothing matches \"x\"%0Alooked at 3 files%0Ahint: make it",
                "::error title=phase1/uv-migration failed::exit code 3",
                "::error file=p/tasks.yaml,line=3,col=3,title=phase1/venv failed::timed out after 1.0 s",
            ])
        // What a failed task printed is not folded away.
        #expect(text.contains("phase1/venv | oh\n"))
        #expect(!text.contains("::group::"))
    }

    static let tests = [
        TestResult(id: "a::passes", outcome: .passed), TestResult(id: "a::skipped", outcome: .skipped),
        TestResult(id: "a::fails", outcome: .failed, message: "1 != 2\nsorry", file: "tests/a.py", line: 7),
        TestResult(id: "a::breaks", outcome: .errored, line: 3),
        TestResult(id: "a::flakes", outcome: .flaky, file: "/w/b.py"),
    ]

    static func judged(_ verdict: GateResult.Verdict, observed: Bool = false) -> Event.Kind {
        let gate = Gate(name: "venv#all", metric: "m", comparison: .equal, limit: .number(1))
        return .judged(TaskID(1), GateAccount(gate, GateResult(verdict, "0.9 is not 1"), isObserved: observed))
    }

    @Test func testsAndGatesAndWarningsAreAnnotated() {
        let text = Self.text([
            .at(0, .runStarted(tasks: 2, jobs: 1)),
            .at(1, .measured(TaskID(0), TaskEvidence(tests: Self.tests))), .at(1, Self.judged(.pass)),
            .at(1, Self.judged(.fail)), .at(1, Self.judged(.fail, observed: true)), .at(1, Self.judged(.notEnoughData)),
            .at(1, .warned(TaskID(4), "a, b: c")), .at(1, .warned(nil, "50%")),
        ])
        let place = "file=p/tasks.yaml,line=3,col=3,title=venv#all"
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("::error") || $0.hasPrefix("::warning") } == [
                "::error file=p/tests/a.py,line=7,title=a%3A%3Afails::1 != 2%0Asorry",
                "::error title=a%3A%3Abreaks::errored",
                "::warning file=b.py,title=a%3A%3Aflakes::flaky: failed, and passed when tried again",
                "::error \(place)%3A fail::0.9 is not 1", "::warning \(place)%3A fail::0.9 is not 1",
                "::warning \(place)%3A not enough data::0.9 is not 1",
                "::warning title=docs::a, b: c", "::warning::50%25",
            ])
    }

    @Test func manyBadTestsAreCounted() {
        let tests = (0..<33).map { TestResult(id: "t\($0)", outcome: .failed) }
        let text = Self.text([.at(1, .measured(TaskID(4), TaskEvidence(tests: tests)))])
        let commands = text.split(separator: "\n")
        #expect(commands.count == 31)
        #expect(commands.last == "::warning title=docs::3 more tests are not shown here")
    }

    /// However a run is cut off, commands work afterwards and nothing that was printed is lost.
    @Test func aRunThatIsCutOffLeavesTheRunnerAsItWas() {
        let events: [Event] = [
            .at(0, .runStarted(tasks: 2, jobs: 1)), .at(0, .runs(0, .neverRan)), .at(0, .starts(0)),
            .at(1, .printed(0, "a\n")), .at(1, .interrupted(2)),
        ]
        for count in 0...events.count {
            let lines = Self.text(Array(events.prefix(count))).split(separator: "\n")
            #expect(lines.count { $0 == "::TOKEN::" } == lines.count { $0 == "::stop-commands::TOKEN" })
            #expect(lines.last.map { $0 == "::TOKEN::" || $0 == "::endgroup::" } ?? true)
            #expect(lines.contains("phase1/uv-migration | a") == (count > 3))
        }
    }

    @Test func muchOutputIsNotKeptBack() {
        let piece = String(repeating: "x", count: GitHubRenderer.bufferSize) + "\n"
        let table = TaskTable(sampleNames)
        let paths = CheckoutPaths(workspace: nil, working: "/", root: "/")
        var renderer = GitHubRenderer(
            tasks: table, annotations: Annotations(paths: paths, sources: table.sources), token: "TOKEN")
        #expect(renderer.render(.at(1, .printed(0, "x\n"))) == [])
        #expect(renderer.render(.at(1, .printed(0, piece))).count > GitHubRenderer.bufferSize)
    }

    /// Before the output that could contain it, outside of stopped commands, and once.
    @Test func passwordsAreHiddenAsTheyBecomeKnown() {
        let table = TaskTable(sampleNames)
        let paths = CheckoutPaths(workspace: nil, working: "/", root: "/")
        var renderer = GitHubRenderer(
            tasks: table, annotations: Annotations(paths: paths, sources: table.sources), token: "TOKEN",
            masked: ["known-already"])
        #expect(String(decoding: renderer.render(.at(0, .warned(nil, "w"))), as: UTF8.self).contains("::stop-commands"))
        #expect(
            String(decoding: renderer.hide(["pass%word", "known-already"]), as: UTF8.self)
                == "::add-mask::pass%25word\n")
        #expect(renderer.hide(["pass%word"]) == [])
    }
}
