// The history of runs in a real SQLite file.

import Glibc
import Ports
import Synchronization
import Testing
import Vocabulary

@testable import Host

@Suite struct StoreHistoryTests {
    let scratch: StoreScratch
    var path: String { scratch.path + "/history.sqlite" }

    init() throws {
        scratch = try StoreScratch()
    }

    /// Collects what a history warns of.
    final class Warnings: Sendable {
        let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
    }

    func open(_ warnings: Warnings = Warnings()) -> SQLiteHistory {
        SQLiteHistory(file: path) { text in warnings.texts.withLock { $0.append(text) } }
    }

    func record(_ history: SQLiteHistory, _ task: String, wall: UInt64, outcome: String = "succeeded") {
        var account = TaskAccount(name: task, outcome: outcome)
        account.usage.wall = wall
        account.attempts = 1
        history.record(run([account]))
    }

    func run(_ tasks: [TaskAccount], summary: RunSummary = RunSummary()) -> RunEvidence {
        var run = RunEvidence(
            id: "\(UInt64.random(in: 0...(.max)))", project: "p", host: "h", startedAt: 12, targets: ["x", "y z"],
            jobs: 2, summary: summary)
        run.tasks = tasks
        return run
    }

    @Test func durationsFollowSuccessfulExecutions() {
        let warnings = Warnings()
        let history = open(warnings)
        #expect(history.durations(of: ["a"]) == [:])
        record(history, "a", wall: 1000)
        record(history, "b", wall: 50)
        record(history, "c", wall: 7, outcome: "failed")
        #expect(history.durations(of: ["a", "c", "d"]) == ["a": 1000])
        record(history, "a", wall: 2000)
        record(history, "a", wall: 9_000_000, outcome: "failed")
        #expect(open(warnings).durations(of: ["a"]) == ["a": 1300])
        record(history, "a", wall: 300)
        #expect(open(warnings).durations(of: ["a"]) == ["a": 1000])
        record(history, "c", wall: 8)
        #expect(open(warnings).durations(of: ["c"]) == ["c": 8])
        #expect(warnings.all == [])
    }

    @Test func runsAndResultsAreThere() throws {
        var summary = RunSummary()
        summary.count(.succeeded(attempts: 2))
        summary.count(.restored)
        summary.wall = 99
        summary.signal = 15
        var ran = TaskAccount(name: "x", outcome: "succeeded")
        ran.usage = ResourceUsage(wall: 5, cpu: 6, peakMemory: 7)
        ran.attempts = 2
        open().record(run([ran, TaskAccount(name: "y", outcome: "restored")], summary: summary))
        let database = try SQLiteDatabase(path: path, busyTimeout: 0)
        var rows: [String] = []
        try database.prepare("SELECT targets, started_at, wall, succeeded, flaky, restored, failed, signal FROM run")
            .run { row in
                rows.append(row.text(0) + (Int32(1)...7).map { ",\(row.integer($0))" }.joined())
            }
        try database.prepare("SELECT name, outcome, wall, attempts FROM result JOIN task ON task.id = task").run {
            row in
            rows.append("\(row.text(0)) \(row.text(1)) \(row.integer(2)) \(row.integer(3))")
        }
        #expect(rows == ["x\ny z,12,99,1,1,1,0,15", "x succeeded 5 2"])
    }

    @Test func oldRunsAreDeletedWithTheirResults() throws {
        let history = open()
        for number in 0..<SQLiteHistory.keptRuns + 3 { record(history, "a", wall: UInt64(number + 1)) }
        let database = try SQLiteDatabase(path: path, busyTimeout: 0)
        var counts: [Int64] = []
        try database.prepare(
            "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM result), (SELECT min(id) FROM run)"
        ).run {
            counts = [$0.integer(0), $0.integer(1), $0.integer(2)]
        }
        #expect(counts == [Int64(SQLiteHistory.keptRuns), Int64(SQLiteHistory.keptRuns), 4])
    }

    @Test func aBrokenFileIsSaidOnce() throws {
        try scratch.file("history.sqlite", Array("this is not a database, and long enough for a header".utf8))
        let warnings = Warnings()
        let history = open(warnings)
        record(history, "a", wall: 1)
        #expect(history.durations(of: ["a"]) == [:])
        #expect(
            warnings.all == [
                "history is not kept: file is not a database (\(path)); deleting the file starts a new history"
            ])
    }

    @Test func aNewerDatabaseIsLeftAlone() throws {
        try SQLiteDatabase(path: path, busyTimeout: 0).execute("PRAGMA user_version = 99")
        let warnings = Warnings()
        record(open(warnings), "a", wall: 1)
        #expect(
            warnings.all == [
                """
                history is not kept: it was made by a newer taskgraph (version 99) (\(path)); \
                deleting the file starts a new history
                """
            ])
    }

    @Test func aLockedDatabaseIsSaidOnceAndReadersDoNotWait() throws {
        record(open(), "a", wall: 1)
        let other = try SQLiteDatabase(path: path, busyTimeout: 0)
        try other.execute("BEGIN IMMEDIATE")
        let warnings = Warnings()
        let history = SQLiteHistory(file: path, busyTimeout: 0) { text in warnings.texts.withLock { $0.append(text) } }
        #expect(history.durations(of: ["a"]) == ["a": 1])
        record(history, "a", wall: 1)
        record(history, "a", wall: 1)
        #expect(warnings.all == ["history is not kept: database is locked (\(path)); another program is using it"])
    }

    @Test func aDirectoryThatIsNotThereIsSaidOnce() {
        let warnings = Warnings()
        let missing = scratch.path + "/missing/history.sqlite"
        let history = SQLiteHistory(file: missing) { text in warnings.texts.withLock { $0.append(text) } }
        record(history, "a", wall: 1)
        #expect(
            warnings.all == [
                "history is not kept: unable to open database file (\(missing)); deleting the file starts a new history"
            ])
    }
}
