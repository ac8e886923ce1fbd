// The history in a real PostgreSQL: what it gives back, many writers while the server is restarted, and none at all.

import Dispatch
import Glibc
import Ports
import Synchronization
import Testing
import Vocabulary

@testable import Host

/// A server of the test's own, on loopback, gone with it.
final class HistoryServer: Sendable {
    let port: Int
    private let directory: String
    private let programs: String

    init(in directory: String) throws {
        let versions = DirectoryNames.list("/usr/lib/postgresql").compactMap { Int($0) }
        programs = "/usr/lib/postgresql/\(try #require(versions.max(), "PostgreSQL is not installed"))/bin/"
        self.directory = directory + "/pg"
        // A port that was free a moment ago.
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, size)
                getsockname(socket, $0, &size)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        close(socket)
        chmod(directory, 0o755)
        mkdir(self.directory, 0o777)
        chmod(self.directory, 0o777)
        try run("initdb", "--no-sync -A trust -U owner -D '\(self.directory)/data'")
        try start()
    }

    deinit { try? run("pg_ctl", "stop -m immediate -D '\(directory)/data'") }

    var url: String { "postgresql://owner:secret@127.0.0.1:\(port)/postgres" }

    func start() throws {
        try run(
            "pg_ctl",
            "start -w -D '\(directory)/data' -l '\(directory)/log' -o \"-c fsync=off -c max_connections=80"
                + " -c listen_addresses=127.0.0.1 -k '\(directory)' -p \(port)\"")
    }

    func stop() throws { try run("pg_ctl", "stop -m immediate -D '\(directory)/data'") }

    private func run(_ program: String, _ arguments: String) throws {
        let user = geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : ""
        let words = "cd / && LC_ALL=C \(user)\(programs)\(program) \(arguments) >/dev/null 2>&1 </dev/null"
        let stream = try #require(popen(words, "r"))
        let status = pclose(stream)
        try #require(status == 0, "\(words): \(status)")
    }
}

@Suite(.serialized) struct PostgresHistoryTests {
    let scratch: StoreScratch

    init() throws {
        scratch = try StoreScratch()
    }

    private func history(_ number: Int, _ url: String, _ warnings: Warnings) -> SharedHistory {
        let directory = scratch.path + "/\(number)"
        mkdir(directory, 0o755)
        let warn: @Sendable (String) -> Void = { text in warnings.texts.withLock { $0.append(text) } }
        return SharedHistory(
            local: SQLiteHistory(file: directory + "/history.sqlite", warn: warn), url: url,
            spool: directory + "/spool", project: "p", warn: warn)
    }

    final class Warnings: Sendable {
        let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
    }

    @Test func aServerGivesBackWhatTheFileDoes() throws {
        let server = try HistoryServer(in: scratch.path)
        let warnings = Warnings()
        let run = fullRun()
        history(1, server.url, warnings).record(run)
        let other = history(2, server.url, warnings)
        #expect(other.run("last") == run)
        #expect(other.runs(limit: 9).map(\.id) == [run.id])
        // Numbers are of the machine that gave them.
        #expect(other.run("7") == nil)
        #expect(history(1, server.url, warnings).run("7") == run)
        #expect(other.runs(limit: 9).map(\.name) == ["abababab"])
        #expect(other.pastValues(of: "a.rate") == run.metrics.map(\.measurement))
        #expect(other.measurements(of: nil, branch: "main", limit: 9).map(\.task) == ["g/a"])
        #expect(other.baseline(.run, run.id, of: "a.rate") == .measured(run.metrics[0].measurement))
        #expect(other.gates(limit: 9).count == 4)
        #expect(other.tests(since: 0).map(\.outcome) == [.failed, .passed])
        #expect(warnings.all == [])
    }

    /// 50 writers, each with a state directory of its own, and the server is killed and started again in the middle.
    @Test(.timeLimit(.minutes(5))) func manyWritersAndARestart() throws {
        let server = try HistoryServer(in: scratch.path)
        let (writers, runs) = (50, 4)
        let warnings = Warnings()
        let written = DispatchSemaphore(value: 0)
        let group = DispatchGroup()
        for writer in 0..<writers {
            DispatchQueue(label: "writer \(writer)").async(group: group) {
                for number in 0..<runs {
                    let digits = String(writer * runs + number + 1, radix: 16)
                    let id = String(repeating: "0", count: 32 - digits.count) + digits
                    self.history(writer, server.url, warnings).record(fullRun(id: id))
                    written.signal()
                }
            }
        }
        for _ in 0..<writers { written.wait() }
        try server.stop()
        try server.start()
        group.wait()
        let delivering = Warnings()
        for writer in 0..<writers { #expect(history(writer, server.url, delivering).deliver().waiting == 0) }
        #expect(delivering.all == [])
        let database = try PostgresDatabase(url: server.url)
        var counts: [Int64] = []
        try database.run(
            """
            SELECT (SELECT count(*) FROM run), (SELECT count(DISTINCT uuid) FROM run), (SELECT count(*) FROM result),
                (SELECT count(*) FROM measurement), (SELECT count(*) FROM gate), (SELECT count(*) FROM test_result)
            """, []
        ) { row in counts = (0..<6).map { row.integer($0) } }
        let all = Int64(writers * runs)
        #expect(counts == [all, all, all, all, all * 4, all * 2])
    }

    @Test func aRunThatTheServerRefusesHoldsUpNoOther() throws {
        let server = try HistoryServer(in: scratch.path)
        let warnings = Warnings()
        let bad = String(repeating: "0", count: 32)
        history(1, server.url, warnings).record(fullRun())
        try PostgresDatabase(url: server.url).execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.uuid = '\(bad)' THEN RAISE EXCEPTION 'no room'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON run FOR EACH ROW EXECUTE FUNCTION refuse()
            """)
        let writer = history(2, server.url, warnings)
        writer.record(fullRun(id: bad))
        writer.record(fullRun(id: String(repeating: "1", count: 32)))
        #expect(warnings.all == ["the metrics server cannot be used: ERROR:  no room"])
        #expect(history(3, server.url, warnings).runs(limit: 9).count == 2)
        try PostgresDatabase(url: server.url).execute("DROP TRIGGER refuse ON run")
        #expect(history(2, server.url, warnings).deliver() == (sent: 1, waiting: 0))
        #expect(history(3, server.url, warnings).runs(limit: 9).count == 3)
    }

    @Test func withoutAServerRunsWait() throws {
        let server = try HistoryServer(in: scratch.path)
        try server.stop()
        let warnings = Warnings()
        let run = fullRun()
        let first = history(1, server.url, warnings)
        first.record(run)
        #expect(warnings.all.count == 1)
        #expect(
            warnings.all.allSatisfy { $0.hasPrefix("the metrics server cannot be used: ") && !$0.contains("secret") })
        #expect(first.run("last") == run)
        try server.start()
        #expect(history(1, server.url, warnings).deliver() == (sent: 1, waiting: 0))
        #expect(history(2, server.url, warnings).run("last") == run)
        #expect(warnings.all.count == 1)
    }

    @Test(arguments: ["http://u:secret@h/", "postgresql://u:secret@h:port/x?=", "postgresql://u:secret@[h/"])
    func aBadURLIsNotShown(url: String) {
        do throws(SQLFailure) {
            _ = try PostgresDatabase(url: url)
            Issue.record("it opened")
        } catch {
            #expect(!error.message.contains("secret"), "\(error.message)")
        }
    }
}
