// The journal of a run on the real disk: everything comes back, a torn end is left out, damage is told.

import CLinux
import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct RunJournalTests {
    private static func digest(_ number: UInt64) -> Digest { Digest(number, 2, 3, 4) }

    private static let header: JournalHeader = {
        var header = JournalHeader()
        header.rootFile = "other.yaml"
        header.targets = ["phase1", "a b"]
        header.arguments = ["--fast", ""]
        header.variables = ["x": "1", "path": "../ü"]
        header.workingDirectory = "/somewhere"
        header.jobs = 3
        header.keepsGoing = true
        header.verifies = true
        header.continues = 7
        return header
    }()

    private static let entries: [JournalEntry] = {
        var started = JournalEntry("gen", .started, key: digest(1))
        started.texts = [KeyText(.command, "", "cp a b\n"), KeyText(.environment, "V", "")]
        started.listing = KeyListing([KeyPart(.command, "", digest(9))])
        var done = JournalEntry("gen", .succeeded, key: digest(1))
        done.content = digest(5)
        done.layers = [digest(6), digest(7)]
        return [JournalEntry("first", .upToDate), started, done, JournalEntry("last[ä]", .failed)]
    }()

    /// What reading gives for `entries`: the end of `gen`, with what its beginning explains.
    private static let read: [JournalEntry] = {
        var gen = entries[2]
        gen.texts = entries[1].texts
        gen.listing = entries[1].listing
        return [entries[0], gen, entries[3]]
    }()

    private func journals(_ scratch: StoreScratch) throws -> RunJournals {
        RunJournals(in: try StateDirectory(beside: scratch.path))
    }

    @discardableResult
    private func write(
        _ journals: RunJournals, carrying carried: [JournalEntry] = [], ends: Bool = true
    ) -> RunSummary {
        let journal = RunJournal(in: journals, header: Self.header, carrying: carried) { Issue.record("\($0)") }
        journal.begin(tasks: 120, untold: 40)
        for entry in Self.entries { journal.append(entry) }
        journal.grow(by: 2)
        journal.commit()
        var summary = RunSummary()
        summary.succeeded = 1
        summary.failed = 1
        summary.signal = 2
        summary.wall = 99
        if ends { journal.end(summary) }
        return summary
    }

    @Test func everythingComesBack() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        #expect(throws: JournalError.none) { try journals.last() }
        let summary = write(journals, carrying: [JournalEntry("carried", .upToDate, key: Self.digest(8))])
        let run = try journals.last()
        var header = run.header
        #expect(header.run == 1)
        #expect(header.startedAt > 0)
        (header.run, header.startedAt) = (0, 0)
        #expect(header == Self.header)
        #expect(run.entries == [JournalEntry("carried", .upToDate, key: Self.digest(8))] + Self.read)
        #expect(run.tasks == 122)
        #expect(run.summary == summary)
        #expect(!run.isComplete)
        #expect((run.done, run.failed) == (43, 1))
        let headline = try journals.headline(1)
        #expect(headline.summary == summary)
        #expect(headline.header == run.header)
    }

    /// Wherever the file is cut: what was written whole before is there, and nothing else.
    @Test func aTornEndIsLeftOut() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        write(journals)
        let path = journals.path(of: 1)
        let whole = try #require(StoreScratch.bytes(path))
        var counts: Set<Int> = []
        for length in 0..<whole.count {
            let cut = Array(whole[..<length])
            guard let run = try? JournalFormat.run(in: cut) else {
                #expect(JournalFormat.payloads(of: cut, from: 16).isEmpty)
                continue
            }
            #expect(run.summary == nil)
            #expect(run.entries.map(\.task) == Array(Self.read.map(\.task).prefix(run.entries.count)))
            counts.insert(run.entries.count)
        }
        #expect(counts == [0, 1, 2, 3])
        #expect(try JournalFormat.run(in: whole).summary != nil)
    }

    /// Whatever bit is flipped: damage is told or the rest is left out; what is given is what was written.
    @Test func flippedBitsAreNoticed() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        write(journals)
        let whole = try #require(StoreScratch.bytes(journals.path(of: 1)))
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 0x10
            guard let run = try? JournalFormat.run(in: damaged) else { continue }
            #expect(run.summary == nil)
            for entry in run.entries {
                #expect(Self.read.contains(entry) || Self.entries.contains(entry), "byte \(position)")
            }
        }
    }

    @Test func damageHasAPath() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        write(journals)
        let path = journals.path(of: 1)
        for (text, error) in [
            ("", JournalError.damaged(path: path)), ("taskgraph run 1\n", .damaged(path: path)),
            ("rubbish", .damaged(path: path)), ("taskgraph run 2\nwhatever", .otherVersion(path: path)),
        ] {
            try scratch.file(".taskgraph/runs/1.journal", Array(text.utf8))
            #expect(throws: error) { try journals.last() }
        }
    }

    @Test func aRunThatChangesNothingLeavesTheLastOne() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        write(journals, ends: false)
        let idle = RunJournal(in: journals, header: JournalHeader()) { Issue.record("\($0)") }
        idle.append(JournalEntry("x", .upToDate))
        idle.commit()
        idle.end(RunSummary())
        #expect(journals.numbers == [1])
        #expect(try journals.last().summary == nil)
    }

    @Test func oldRunsAreForgotten() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        for _ in 0..<RunJournals.keptRuns + 3 { write(journals) }
        #expect(journals.numbers.first == UInt64(RunJournals.keptRuns + 3))
        #expect(journals.numbers.count == RunJournals.keptRuns)
    }

    @Test func whatCannotBeWrittenIsSaidOnce() throws {
        let scratch = try StoreScratch()
        let journals = try journals(scratch)
        try scratch.file(".taskgraph/runs", [])
        nonisolated(unsafe) var warnings: [String] = []
        let journal = RunJournal(in: journals, header: Self.header) { warnings.append($0) }
        journal.begin(tasks: 1, untold: 0)
        journal.append(JournalEntry("a", .succeeded))
        journal.commit()
        journal.end(RunSummary())
        #expect(
            warnings == [
                "`resume` will not know this run: cannot create \(journals.path(of: 1)).new: Not a directory"
            ])
    }
}
