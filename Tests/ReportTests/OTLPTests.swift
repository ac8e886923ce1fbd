// A run as OTLP/JSON: spans, parents, links, ids and times as the encoding wants them.

import Foundation
import Report
import Testing
import Vocabulary

@Suite struct OTLPTests {
    private static let startedAt: UInt64 = 1_795_477_108_240_298_450

    private static func document(_ events: [Event]) throws -> [String: Any] {
        let table = TaskTable(
            count: 5, needs: { $0.index == 1 ? [TaskID(0), TaskID(3)] : [] }, name: { sampleNames[$0.index] })
        let trace: [UInt8] = [0x0A, 0, 0, 0, 0, 0, 0, 0x10, 1, 2, 3, 4, 5, 6, 7, 0xFF]
        var renderer = OTLPRenderer(
            tasks: table, origin: .init(trace: trace, startedAt: startedAt, project: "plan", version: "1.2"))
        let text = renderer.text(events)
        #expect(text.hasSuffix("\n") && text.count { $0 == "\n" } == 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func spans(_ events: [Event]) throws -> [[String: Any]] {
        let resources = try #require(try document(events)["resourceSpans"] as? [[String: Any]])
        let scopes = try #require(resources.first?["scopeSpans"] as? [[String: Any]])
        return try #require(scopes.first?["spans"] as? [[String: Any]])
    }

    /// Task 3 is restored, task 0 is tried twice, task 1 waits for both and fails, task 4 never ends.
    private static let events: [Event] = [
        .at(0, .runStarted(tasks: 5, jobs: 2)), .at(0.1, .decided(TaskID(3), .restore)), .at(0.2, .ended(3, .restored)),
        .at(0.2, .runs(0, .neverRan)), .at(0.3, .starts(0)),
        .at(0.4, .retrying(TaskID(0), attempt: 1, cause: .exit(.exited(1)), pause: 0)),
        .at(0.5, .starts(0, attempt: 2)),
        .at(0.6, .ended(0, .succeeded(attempts: 2), 0.3)), .at(0.7, .runs(1, .forced)), .at(0.8, .starts(1)),
        .at(0.9, .ended(1, .failed(.exit(.exited(3)), attempts: 1), 0.1)), .at(1, .runs(4, .neverRan)),
        .at(2, .runFinished(.over([.failed(.exit(.exited(3)), attempts: 1), .restored], seconds: 2))),
    ]

    /// `name parent<-span start-end status [links]`, times in tenths of a second since the start.
    private static func text(_ span: [String: Any]) -> String {
        let tenths = { (key: String) in
            ((UInt64(span[key] as? String ?? "") ?? 0) - startedAt) / 100_000_000
        }
        let short = { (id: Any?) in String((id as? String ?? "-").suffix(2)) }
        let status = span["status"] as? [String: Any] ?? [:]
        let links = (span["links"] as? [[String: Any]] ?? []).map { short($0["spanId"]) }
        return "\(span["name"] ?? "") \(short(span["parentSpanId"]))<-\(short(span["spanId"])) "
            + "\(tenths("startTimeUnixNano"))-\(tenths("endTimeUnixNano")) \(status["code"] ?? "")"
            + (status["message"].map { " (\($0))" } ?? "") + (links.isEmpty ? "" : " \(links)")
    }

    @Test func attemptsAreBelowTasksAndTasksBelowTheRun() throws {
        #expect(
            try Self.spans(Self.events).map(Self.text) == [
                "phase1/hypothesis 11<-12 1-2 1",
                "attempt 1 13<-14 3-4 2 (exit code 1)", "attempt 2 13<-15 5-6 1", "phase1/uv-migration 11<-13 2-6 1",
                "attempt 1 16<-17 8-9 2 (exit code 3)",
                "phase1/venv 11<-16 7-9 2 (exit code 3) [\"13\", \"12\"]", "docs 11<-18 10-20 2 (cancelled)",
                "taskgraph -<-11 0-20 2 (1 failed; 1 done: 1 restored in 2.0 s)",
            ])
    }

    @Test func aTaskThatIsNeverLookedAtHasASpanWithoutLength() throws {
        let spans = try Self.spans([.at(1, .ended(1, .blocked(by: TaskID(0)))), .at(2, .ended(4, .skipped("no")))])
        #expect(
            spans.map(Self.text) == [
                "phase1/venv 11<-12 10-10 2 (phase1/uv-migration did not succeed)", "docs 11<-13 20-20 1",
                "taskgraph -<-11 0-20 2 (the run did not end)",
            ])
    }

    private static func attributes(_ span: [String: Any]) -> [String: String] {
        let pairs = (span["attributes"] as? [[String: Any]] ?? []).map { attribute in
            let value = attribute["value"] as? [String: Any] ?? [:]
            return (attribute["key"] as? String ?? "", value.map { "\($0.key) \($0.value)" }.joined())
        }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test func tasksTellOutcomeCacheAndReason() throws {
        let spans = try Self.spans(Self.events)
        #expect(
            Self.attributes(spans[0]) == [
                "cicd.pipeline.task.name": "stringValue phase1/hypothesis", "taskgraph.outcome": "stringValue restored",
                "taskgraph.cached": "boolValue 1",
            ])
        #expect(
            Self.attributes(spans[5]) == [
                "cicd.pipeline.task.name": "stringValue phase1/venv", "taskgraph.outcome": "stringValue failed",
                "taskgraph.cached": "boolValue 0", "taskgraph.reason": "stringValue forced",
                "taskgraph.wall": "intValue 100000000", "taskgraph.cpu": "intValue 0",
                "taskgraph.peak_memory": "intValue 0",
            ])
    }

    /// Ids as hexadecimal digits, 64-bit numbers as texts, enumerations as numbers; also of a run that is cut off.
    @Test func everySpanIsWellFormed() throws {
        for count in 0...Self.events.count {
            let spans = try Self.spans(Array(Self.events.prefix(count)))
            let ids = spans.compactMap { $0["spanId"] as? String }
            #expect(Set(ids).count == spans.count)
            #expect(ids.allSatisfy { $0.count == 16 && $0.allSatisfy(\.isHexDigit) && $0 == $0.lowercased() })
            #expect(spans.allSatisfy { $0["traceId"] as? String == "0a0000000000001001020304050607ff" })
            #expect(spans.allSatisfy { ($0["parentSpanId"] as? String).map(ids.contains) ?? true })
            #expect(spans.count { $0["parentSpanId"] == nil } == 1)
            #expect(spans.allSatisfy { $0["kind"] as? Int == 1 && $0["startTimeUnixNano"] is String })
        }
    }

    @Test func theResourceIsNamed() throws {
        let resources = try #require(try Self.document([])["resourceSpans"] as? [[String: Any]])
        let resource = try #require(resources.first?["resource"] as? [String: Any])
        #expect(
            Self.attributes(resource) == [
                "service.name": "stringValue taskgraph", "service.version": "stringValue 1.2",
                "cicd.pipeline.name": "stringValue plan",
            ])
    }
}
