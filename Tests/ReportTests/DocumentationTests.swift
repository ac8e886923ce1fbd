// docs/events.md names everything that the JSON renderer writes.

import Foundation
import Testing
import Vocabulary

@testable import Report

@Suite struct DocumentationTests {
    private static let page: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "docs/events.md"), encoding: .utf8)) ?? ""
    }()

    private static let task = TaskID(0)
    private static let causes: [FailureCause] = [
        .exit(.exited(1)), .exit(.signalled(9)), .timedOut(limit: 1), .notStarted("x"), .missingOutputs(["x"]),
        .conditions([Diagnostic(.error, "x", hint: "y")]), .undeclaredChanges(["x"]),
        .invalid([Diagnostic(.error, "x")]),
        .engine("x"),
        .differs([
            OutputDifference(
                path: "x", first: .file(mode: 0o644, size: 1, digest: .zero), second: .link(target: "x"),
                place: .line(1, first: nil, second: nil)),
            OutputDifference(path: "x", first: nil, second: .directory(mode: 0o755), place: .byte(1)),
        ]),
    ]
    private static let changes = KeyPart.Kind.allCases.flatMap { kind in
        [KeyChange.Direction.added, .removed, .changed].map { KeyChange(kind: kind, name: "n", direction: $0) }
    }
    private static let reasons: [RunReason] = [
        .neverRan, .notCached(.noInputs), .notCached(.declared), .notCached(.interactive), .forced, .cacheDisabled,
        .failedBefore,
        .changed(changes), .recordIncomplete("x"), .tooOld,
    ]
    private static let outcomes: [TaskOutcome] = [
        .upToDate, .restored, .satisfied, .succeeded(attempts: 1), .skipped("x"), .blocked(by: task), .cancelled,
    ]
    private static let kinds: [Event.Kind] = [
        .runStarted(tasks: 1, jobs: 1), .decided(task, .upToDate), .decided(task, .restore), .decided(task, .satisfied),
        .started(task, attempt: 1), .output(task, [0x61]), .output(task, [0xFF]), .replayed(task, log: []),
        .retrying(task, attempt: 1, cause: .exit(.exited(1)), pause: 1), .warned(task, "x"),
        .expanded(task, instances: ["x"]),
        .interrupted(2), .runFinished(.over([], seconds: 1, signal: 2)),
    ]

    /// All member names, and the values of those members that are one of a fixed set.
    private static func words(in value: Any) -> Set<String> {
        if let items = value as? [Any] { return items.reduce(into: []) { $0.formUnion(words(in: $1)) } }
        guard let members = value as? [String: Any] else { return [] }
        return members.reduce(into: []) { result, member in
            result.insert(member.key)
            if ["event", "kind", "change", "decision", "outcome", "because"].contains(member.key),
                let word = member.value as? String,
                word != "x"
            {
                result.insert(word)
            }
            result.formUnion(words(in: member.value))
        }
    }

    @Test func everyWordIsDocumented() throws {
        let events =
            DocumentationTests.kinds + DocumentationTests.reasons.map { .decided(DocumentationTests.task, .run($0)) }
            + (DocumentationTests.outcomes + DocumentationTests.causes.map { .failed($0, attempts: 1) })
            .map { .finished(DocumentationTests.task, $0, ResourceUsage(), log: [0x61]) }
        var renderer = JSONRenderer(tasks: TaskTable(["a"]))
        var words: Set<String> = []
        for event in events {
            let line = try JSONSerialization.jsonObject(with: Data(renderer.render(Event(time: 0, event))))
            words.formUnion(DocumentationTests.words(in: line))
        }
        #expect(words.count > 80)
        let missing = words.filter {
            !DocumentationTests.page.contains("`\($0)`") && !DocumentationTests.page.contains("\"\($0)\"")
        }
        #expect(missing.sorted() == [])
    }
}
