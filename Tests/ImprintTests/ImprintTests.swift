// What an imprint says after one run and another: which tasks are settled, on which paths, and when that is withdrawn.

import Hashing
import Testing
import Vocabulary

@testable import Imprint

@Suite struct ImprintTests {
    static let taken: UInt64 = 2_000_000_000_000_000_000
    static let facts = ImprintFacts(variableNames: ["CC"], variables: Digest(1, 2, 3, 4), observations: [])

    private func file(_ path: String, _ version: UInt64 = 1, changed: Int64 = 1_000_000_000) -> Observation {
        Observation(
            path: path,
            status: FileStatus(
                kind: .regular, mode: 0o644,
                stamp: FileStamp(inode: version, size: 10, modified: changed, changed: changed)))
    }

    private func builder(_ earlier: Imprint? = nil, count: Int = 3) -> ImprintBuilder {
        ImprintBuilder(graph: 7, count: count, facts: ImprintTests.facts, earlier: earlier)
    }

    private func settle(
        _ builder: inout ImprintBuilder, _ task: Int, content: UInt64 = 1, inputs: [Observation] = [],
        outputs: [Observation] = []
    ) {
        builder.settle(
            TaskID(task), content: Digest(content, 0, 0, 0), key: Digest(UInt64(task), 0, 0, 1),
            inputs: [Looks(inputs, takenAt: ImprintTests.taken)],
            outputs: Looks(outputs, takenAt: ImprintTests.taken))
    }

    /// Task 1 needs task 0, task 2 needs task 1.
    private func finished(_ builder: consuming ImprintBuilder, isFine: Bool = true) throws -> Imprint {
        let bytes = builder.encoded(
            hasFineTimes: { _ in isFine },
            dependents: { task, body in
                if task < 2 { body(task + 1) }
            })
        return try #require(Imprint(ByteRegion(copying: bytes)))
    }

    private func paths(_ imprint: Imprint, _ task: Int) -> [String] {
        var found: [String] = []
        for directory in 0..<imprint.directoryCount {
            let files = imprint.files(ofDirectory: directory)
            imprint.forEachFile(of: task) { file in
                guard files.contains(file) else { return }
                let name = String(decoding: imprint.nameBytes(file), as: UTF8.self)
                found.append(String(cString: imprint.directoryPath(directory)) + "/" + name)
            }
        }
        return found.sorted()
    }

    private func states(_ imprint: Imprint) -> [TaskState] { (0..<imprint.count).map(imprint.state) }

    @Test func whatIsSettledIsReadBack() throws {
        var builder = builder()
        settle(&builder, 0, inputs: [file("/p/a"), file("/p/sub/b")], outputs: [file("/p/out/0")])
        builder.know(TaskID(1), content: Digest(5, 0, 0, 0))
        let imprint = try finished(builder)
        #expect(states(imprint) == [.settled, .contentKnown, .unknown])
        #expect(paths(imprint, 0) == ["/p/a", "/p/out/0", "/p/sub/b"])
        #expect(paths(imprint, 1) == [])
        #expect(imprint.content(0) == Digest(1, 0, 0, 0))
        #expect(imprint.content(1) == Digest(5, 0, 0, 0))
        #expect(imprint.content(2) == nil)
        #expect(imprint.key(0) == Digest(0, 0, 0, 1))
        #expect(imprint.facts == ImprintTests.facts)
        #expect(imprint.graph == 7)
    }

    @Test func laterRunKeepsWhatItDidNotLookAt() throws {
        var first = builder()
        settle(&first, 0, inputs: [file("/p/a")])
        settle(&first, 2, inputs: [file("/p/c")])
        var second = builder(try finished(first))
        settle(&second, 1, inputs: [file("/p/b")])
        let imprint = try finished(second)
        #expect(states(imprint) == [.settled, .settled, .settled])
        #expect((0..<3).map { paths(imprint, $0) } == [["/p/a"], ["/p/b"], ["/p/c"]])
    }

    @Test func anotherContentUnsettlesWhoeverNeedsIt() throws {
        var first = builder()
        for task in 0..<3 { settle(&first, task, inputs: [file("/p/\(task)")]) }
        let before = try finished(first)
        var same = builder(before)
        settle(&same, 0, content: 1, inputs: [file("/p/0", 2)])
        #expect(states(try finished(same)) == [.settled, .settled, .settled])
        var other = builder(before)
        settle(&other, 0, content: 2, inputs: [file("/p/0", 2)])
        #expect(states(try finished(other)) == [.settled, .contentKnown, .settled])
        var failed = builder(before)
        failed.forget(TaskID(1))
        #expect(states(try finished(failed)) == [.settled, .unknown, .contentKnown])
    }

    /// An input that two tasks share was edited, and only one of them was run since.
    @Test func anotherStateOfASharedPathUnsettlesTheOtherTask() throws {
        var first = builder()
        settle(&first, 0, inputs: [file("/p/shared")])
        settle(&first, 2, inputs: [file("/p/shared")])
        var second = builder(try finished(first))
        settle(&second, 0, inputs: [file("/p/shared", 2)])
        #expect(states(try finished(second)) == [.settled, .unknown, .contentKnown])
    }

    /// An output that was written anew with the same content is no news for those that read it.
    @Test func outputsMadeAgainWithTheirContentUnsettleNobody() throws {
        var first = builder()
        settle(&first, 0, outputs: [file("/p/out")])
        settle(&first, 1, inputs: [file("/p/out")])
        let before = try finished(first)
        var same = builder(before)
        settle(&same, 0, content: 1, outputs: [file("/p/out", 2)])
        let imprint = try finished(same)
        #expect(states(imprint) == [.settled, .settled, .unknown])
        var found: FileRow?
        imprint.forEachFile(of: 1) { found = imprint.row($0) }
        #expect(found == FileRow(file("/p/out", 2)))
        var other = builder(before)
        settle(&other, 0, content: 2, outputs: [file("/p/out", 2)])
        #expect(states(try finished(other)) == [.settled, .contentKnown, .unknown])
    }

    @Test func pathSeenInTwoStatesInOneRunIsNeverTheSame() throws {
        var builder = builder()
        settle(&builder, 0, inputs: [file("/p/a", 1)])
        settle(&builder, 1, inputs: [file("/p/a", 2)])
        #expect(look(try finished(builder), 0) & FileRow.isNeverSame != 0)
    }

    @Test func laterLookOfOneTaskCounts() throws {
        var builder = builder()
        settle(&builder, 0, inputs: [file("/p/a", 1)], outputs: [file("/p/a", 2)])
        let imprint = try finished(builder)
        var row: FileRow?
        imprint.forEachFile(of: 0) { row = imprint.row($0) }
        #expect(row == FileRow(file("/p/a", 2)))
    }

    /// Where times are those of the timer interrupt, a change right after the look may not show.
    @Test(arguments: [
        (Int64(taken) - 1_000_000_000, false, true), (Int64(taken) - 1_000_000, true, true),
        (Int64(taken) - 1_000_000, false, false), (Int64(taken) + 1, true, false),
    ])
    func youngFilesAreTrustedWhereTimesAreFine(changed: Int64, isFine: Bool, isTrusted: Bool) throws {
        var builder = builder()
        settle(&builder, 0, inputs: [file("/p/a", changed: changed)])
        let look = look(try finished(builder, isFine: isFine), 0)
        #expect((look & FileRow.isNeverSame == 0) == isTrusted)
    }

    private func look(_ imprint: Imprint, _ task: Int) -> UInt32 {
        var look: UInt32 = 0
        imprint.forEachFile(of: task) { look = imprint.row($0).look }
        return look
    }

    @Test func partOfAGraphHasNumbersOfItsOwn() throws {
        var builder = ImprintBuilder(graph: 7, count: 3, facts: ImprintTests.facts, earlier: nil, numbers: [2])
        settle(&builder, 0, inputs: [file("/p/a")])
        settle(&builder, 5, inputs: [file("/p/b")])
        #expect(states(try finished(builder)) == [.unknown, .unknown, .settled])
    }

    @Test func thousandsOfPathsAreToldApart() throws {
        var builder = builder(count: 5000)
        for task in 0..<5000 { settle(&builder, task, inputs: [file("/p/\(task / 100)/f\(task)"), file("/p/all")]) }
        let imprint = try finished(builder)
        #expect(imprint.fileCount == 5001)
        #expect([0, 4999].map { paths(imprint, $0) } == [["/p/0/f0", "/p/all"], ["/p/49/f4999", "/p/all"]])
    }

    @Test func damageIsNoticed() throws {
        var builder = builder()
        settle(&builder, 0, inputs: [file("/p/a")])
        let bytes = builder.encoded(hasFineTimes: { _ in true }, dependents: { _, _ in })
        #expect(Imprint(ByteRegion(copying: bytes)) != nil)
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 1
            #expect(Imprint(ByteRegion(copying: damaged)) == nil, "\(position)")
            #expect(Imprint(ByteRegion(copying: bytes.prefix(position))) == nil)
        }
    }
}
