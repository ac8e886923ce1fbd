// The trace of a run: the shape that chrome://tracing and Perfetto read, and what is told by it.

import Foundation
import Report
import Testing
import Vocabulary

@Suite struct ProfileTests {
    private static func trace(_ events: [Event]) throws -> [[String: Any]] {
        var renderer = ProfileRenderer(tasks: TaskTable(sampleNames))
        let text = renderer.text(events)
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(whole["displayTimeUnit"] as? String == "ms")
        return try #require(whole["traceEvents"] as? [[String: Any]])
    }

    /// Two slots; task 1 waits for one, task 2 is tried twice, task 3 is restored, task 4 never starts.
    private static let events: [Event] = [
        .at(0, .runStarted(tasks: 5, jobs: 2)), .at(0.1, .runs(0, .neverRan)), .at(0.1, .runs(1, .forced)),
        .at(0.1, .runs(2, .neverRan)), .at(0.2, .starts(0)), .at(0.2, .starts(2)),
        .at(0.3, .decided(TaskID(3), .restore)),
        .at(0.5, .ended(3, .restored)),
        .at(0.6, .retrying(TaskID(2), attempt: 1, cause: .exit(.exited(1)), pause: 0)),
        .at(0.7, .starts(2, attempt: 2)),
        .at(1.0, .ended(0, .succeeded(attempts: 1), 0.7)), .at(1.1, .starts(1)), .at(1.2, .runs(4, .neverRan)),
        .at(1.5, .ended(2, .succeeded(attempts: 2), 1.2)),
        .at(2, .ended(1, .failed(.exit(.exited(3)), attempts: 1), 0.8)),
        .at(2, .ended(4, .cancelled)), .at(2, .runFinished(.over([], seconds: 2))),
    ]

    private static func spans(_ trace: [[String: Any]], _ phase: String) -> [String] {
        trace.filter { $0["ph"] as? String == phase }.map { event in
            let (lane, start) = (event["tid"] as? Int ?? -1, event["ts"] as? Double ?? -1)
            let length = (event["dur"] as? Double).map { " for \(Int($0 / 1_000))" } ?? ""
            return "\(event["cat"] ?? "") \(event["name"] ?? "") in \(lane) at \(Int(start / 1_000))\(length)"
        }
    }

    @Test func lanesAreJobSlots() throws {
        let trace = try Self.trace(Self.events)
        #expect(
            Self.spans(trace, "X") == [
                "attempt attempt 1 in 2 at 200 for 400",
                "task phase1/uv-migration in 1 at 200 for 800", "publish publish in 1 at 900 for 100",
                "task phase1/pytest-config in 2 at 200 for 1300",
                "task phase1/venv in 1 at 1100 for 900", "publish publish in 1 at 1900 for 100",
            ])
        let failed = try #require(trace.first { $0["cname"] as? String == "terrible" })
        #expect(failed["name"] as? String == "phase1/venv")
        let details = try #require(failed["args"] as? [String: Any])
        #expect(details["outcome"] as? String == "failed")
        #expect(details["reason"] as? String == "forced")
    }

    @Test func waitingAndRestoringAreAsynchronous() throws {
        let trace = try Self.trace(Self.events)
        #expect(
            Self.spans(trace, "b") == [
                "queued phase1/uv-migration in 0 at 100", "queued phase1/pytest-config in 0 at 100",
                "restore phase1/hypothesis in 0 at 300", "queued phase1/venv in 0 at 100", "queued docs in 0 at 1200",
            ])
        #expect(Self.spans(trace, "e").count == 5)
        let load = trace.filter { $0["ph"] as? String == "C" }.compactMap { $0["args"] as? [String: Int] }
        #expect(load.map { $0["running"] ?? -1 }.max() == 2)
        #expect(load.map { $0["queued"] ?? -1 }.max() == 3)
        #expect(load.last == ["running": 0, "queued": 0])
    }

    /// What the format demands of every event.
    @Test func everyEventHasItsMembers() throws {
        for event in try Self.trace(Self.events) {
            let phase = try #require(event["ph"] as? String)
            #expect(event["name"] is String && event["pid"] is Int && event["tid"] is Int)
            #expect(phase == "M" || event["ts"] is Double)
            #expect((phase == "X") == (event["dur"] is Double))
            #expect(["b", "e"].contains(phase) == (event["id"] is String))
        }
    }

    @Test func aRunThatIsCutOffGivesAWholeDocument() throws {
        for count in 0...Self.events.count {
            let trace = try Self.trace(Array(Self.events.prefix(count)))
            let (begun, ended) = (Self.spans(trace, "b").count, Self.spans(trace, "e").count)
            #expect(begun == ended)
        }
    }
}
