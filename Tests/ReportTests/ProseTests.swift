// Every reason, change, cause and summary in its exact words.

import Testing
import Vocabulary

@testable import Report

@Suite struct ProseTests {
    @Test(
        arguments: [
            (.neverRan, "first run"),
            (.notCached(.noInputs), "not cached: no inputs declared"),
            (.notCached(.declared), "not cached: its cache is switched off"),
            (.notCached(.interactive), "not cached: it uses the terminal"),
            (.forced, "forced"),
            (.cacheDisabled, "run without the cache"),
            (.failedBefore, "it failed the last time"),
            (.tooOld, "the cached result is older than max-age"),
            (.recordIncomplete("blob 1a2b is missing"), "the cached result is incomplete: blob 1a2b is missing"),
            (.changed([input("backend/requirements.txt")]), "backend/requirements.txt changed"),
            (.changed([input("a"), input("b")]), "a changed and 1 more"),
            (.changed([input("a"), input("b"), input("c"), input("d")]), "a changed and 3 more"),
            (.changed([]), "something changed"),
        ] as [(RunReason, String)])
    func reasons(reason: RunReason, text: String) {
        #expect(Prose.text(reason) == text)
    }

    @Test(
        arguments: [
            (.format, "", .changed, "the cache's format changed"),
            (.platform, "", .changed, "the platform changed"),
            (.definition, "", .changed, "the task's definition changed"),
            (.definition, "cpus", .changed, "the task's definition changed"),
            (.command, "", .changed, "the command changed"),
            (.environment, "FOO", .changed, "environment variable FOO changed"),
            (.environment, "FOO", .added, "environment variable FOO is new"),
            (.environment, "FOO", .removed, "environment variable FOO is gone"),
            (.secret, "TOKEN", .added, "secret TOKEN is new"),
            (.argument, "", .changed, "the arguments after -- changed"),
            (.argument, "2", .changed, "argument 2 changed"),
            (.string, "v1", .changed, "cache key v1 changed"),
            (.tool, "uv", .changed, "tool uv changed"),
            (.input, "src/a.c", .changed, "src/a.c changed"),
            (.input, "src/a.c", .added, "src/a.c is new"),
            (.input, "src/a.c", .removed, "src/a.c is gone"),
            (.input, "a\nb: running\u{1B}[2J", .removed, "a\\nb: running\\u{1B}[2J is gone"),
            (.dependency, "phase1/venv", .changed, "needs phase1/venv, whose output changed"),
            (.dependency, "phase1/venv", .added, "needs phase1/venv now"),
            (.dependency, "phase1/venv", .removed, "no longer needs phase1/venv"),
            (.service, "postgres", .changed, "service postgres changed"),
            (.workspace, "", .changed, "the workspace changed"),
            (.workspace, "Examples/home", .changed, "workspace Examples/home changed"),
        ] as [(KeyPart.Kind, String, KeyChange.Direction, String)])
    func changes(kind: KeyPart.Kind, name: String, direction: KeyChange.Direction, text: String) {
        #expect(Prose.text(KeyChange(kind: kind, name: name, direction: direction)) == text)
    }

    @Test(
        arguments: [
            (.exit(.exited(2)), "exit code 2", []),
            (.exit(.exited(137)), "exit code 137 (128 + SIGKILL)", []),
            (.exit(.signalled(11)), "ended by SIGSEGV", []),
            (.timedOut(limit: 90 * second), "timed out after 1 min 30 s", []),
            (.notStarted("no such file: uv"), "could not be started: no such file: uv", []),
            (.missingOutputs(["out/a"]), "declared output out/a was not made", []),
            (.missingOutputs(["out/a", "b"]), "2 declared outputs were not made", ["out/a", "b"]),
            (
                .conditions([Diagnostic(.error, "pytest.ini is there")]), "1 condition does not hold",
                ["error: pytest.ini is there"]
            ),
            (
                .conditions([Diagnostic(.error, "one", notes: [.init("x:3")]), Diagnostic(.error, "two")]),
                "2 conditions do not hold", ["error: one", "note: x:3", "error: two"]
            ),
            (.undeclaredChanges(["a"]), "changed a, which changes does not name", []),
            (.undeclaredChanges(["a", "b"]), "changed 2 paths that changes does not name", ["a", "b"]),
            (
                .invalid([Diagnostic(.error, "input \"a\" does not exist", hint: "make it")]),
                "input \"a\" does not exist",
                ["error: input \"a\" does not exist", "  hint: make it"]
            ),
            (
                .invalid([Diagnostic(.error, "one"), Diagnostic(.error, "two")]), "2 errors",
                ["error: one", "error: two"]
            ),
            (.engine("the store is full"), "the store is full", []),
        ] as [(FailureCause, String, [String])])
    func causes(cause: FailureCause, text: String, details: [String]) {
        #expect(Prose.text(cause) == text)
        #expect(Prose.details(cause, in: SourceMap()) == details)
    }

    @Test(
        arguments: [
            (.over([], seconds: 0), "nothing to do"),
            (
                .over([.succeeded(attempts: 1), .succeeded(attempts: 1), .restored, .upToDate], seconds: 4.2),
                "4 done: 2 ran, 1 restored, 1 up to date in 4.2 s"
            ),
            (.over([.upToDate], seconds: 0.012), "1 done: 1 up to date in 12 ms"),
            (
                .over([.succeeded(attempts: 3), .succeeded(attempts: 1), .satisfied, .skipped("x")], seconds: 1),
                "4 done: 2 ran (1 flaky), 1 satisfied, 1 skipped in 1.0 s"
            ),
            (
                .over(
                    [.failed(.exit(.exited(1)), attempts: 1), .blocked(by: TaskID(0 as UInt32)), .restored], seconds: 72
                ),
                "1 failed, 1 blocked; 1 done: 1 restored in 1 min 12 s"
            ),
            (.over([.cancelled], seconds: 2, signal: 2), "stopped by SIGINT; 1 cancelled; 0 done in 2.0 s"),
        ] as [(RunSummary, String)])
    func summaries(summary: RunSummary, text: String) {
        #expect(Prose.text(summary) == text)
    }
}
