// The file seam on the real disk and in memory: both must say the same.

import Glibc
import Hashing
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

/// Both implementations of the file seam.
enum FileWorld: CaseIterable, Sendable {
    case disk, memory

    /// Calls with empty files at a root directory.
    func with(_ body: (any FileReading & FileWriting, String) throws -> Void) rethrows {
        switch self {
        case .disk: try withTemporaryDirectory { try body(DiskFiles(), $0) }
        case .memory:
            let files = MemoryFiles()
            try? files.makeDirectory("/root", mode: 0o755)
            try body(files, "/root")
        }
    }
}

@Suite struct FileSeamTests {
    @Test(arguments: FileWorld.allCases)
    func aWrittenFileIsReadBack(world: FileWorld) throws {
        try world.with { files, root in
            let content = Array("hello".utf8)
            try files.write(content, to: root + "/f", mode: 0o640)
            let status = try files.status(root + "/f")
            #expect(status?.kind == .regular)
            #expect(status?.mode == 0o640)
            #expect(status?.stamp.size == 5)
            #expect(try files.bytes(root + "/f") == content)
            #expect(try files.digest(root + "/f") == Digest(of: "hello"))
            #expect(try files.entries(root) == [DirectoryEntry(name: "f", kind: .regular)])
        }
    }

    @Test(arguments: FileWorld.allCases)
    func writingReplacesFilesAndLinksNotWhatTheyPointTo(world: FileWorld) throws {
        try world.with { files, root in
            try files.write(Array("old".utf8), to: root + "/f", mode: 0o444)
            let before = try files.status(root + "/f")
            try files.makeLink(root + "/l", target: "f")
            try files.write(Array("new".utf8), to: root + "/l", mode: 0o644)
            #expect(try files.bytes(root + "/f") == Array("old".utf8))
            #expect(try files.status(root + "/l")?.kind == .regular)
            try files.write(Array("new".utf8), to: root + "/f", mode: 0o755)
            #expect(try files.status(root + "/f")?.mode == 0o755)
            #expect(try files.status(root + "/f")?.stamp != before?.stamp)
        }
    }

    @Test(arguments: FileWorld.allCases)
    func aSmallFileIsTakenAsAWholeAndNothingElseIs(world: FileWorld) throws {
        try world.with { files, root in
            try files.write(Array("hello".utf8), to: root + "/f", mode: 0o640)
            try files.write([], to: root + "/empty", mode: 0o600)
            try files.makeLink(root + "/link", target: "f")
            try files.makeDirectory(root + "/directory", mode: 0o755)
            for (name, limit, text) in [
                ("f", 5, "hello"), ("f", 4, nil), ("empty", 0, ""), ("link", 100, nil), ("directory", 1 << 20, nil),
                ("f/beneath", 100, nil), ("nothing", 100, nil),
            ] {
                let content = files.content(root + "/" + name, upTo: limit)
                #expect(content?.bytes == text.map { Array($0.utf8) }, "\(name) up to \(limit)")
                if let content { #expect(content.status == (try files.status(root + "/" + name))) }
            }
        }
    }

    @Test func contentIsTakenAfterItsStatusAndNoFIFOIsWaitedFor() throws {
        try withTemporaryDirectory { root in
            try DiskFiles().write([1], to: root + "/f", mode: 0o644)
            let before = Machine.wallTime
            let content = try #require(DiskFiles().content(root + "/f", upTo: 1))
            #expect(content.takenAt >= before && content.takenAt <= Machine.wallTime)
            try #require(mkfifo(root + "/fifo", 0o644) == 0)
            #expect(DiskFiles().content(root + "/fifo", upTo: 100)?.bytes == nil)
        }
    }

    @Test(arguments: FileWorld.allCases)
    func linksAreReadAndReplaced(world: FileWorld) throws {
        try world.with { files, root in
            let long = String(repeating: "x/", count: 400)
            try files.makeLink(root + "/l", target: long)
            #expect(try files.linkTarget(root + "/l") == long)
            try files.makeLink(root + "/l", target: "/nowhere")
            #expect(try files.linkTarget(root + "/l") == "/nowhere")
            #expect(try files.status(root + "/l")?.kind == .symbolicLink)
            #expect(try files.entries(root) == [DirectoryEntry(name: "l", kind: .symbolicLink)])
        }
    }

    @Test(arguments: FileWorld.allCases)
    func directoriesAreMadeWithThoseAbove(world: FileWorld) throws {
        try world.with { files, root in
            try files.makeDirectory(root + "/a/b/c", mode: 0o700)
            #expect(try files.status(root + "/a/b/c")?.mode == 0o700)
            try files.makeDirectory(root + "/a/b", mode: 0o500)
            #expect(try files.status(root + "/a/b")?.mode == 0o755)
            try files.makeLink(root + "/l", target: "a")
            try files.makeDirectory(root + "/l/d", mode: 0o755)
            #expect(try files.entries(root + "/a").map(\.name) == ["b", "d"])
        }
    }

    @Test(arguments: FileWorld.allCases)
    func namesComeInByteOrder(world: FileWorld) throws {
        try world.with { files, root in
            let names = ["Z", "a", "a-b", "a.c", "ab", "ä", "é"]
            for name in names.shuffled() { try files.write([], to: "\(root)/\(name)", mode: 0o644) }
            #expect(try files.entries(root).map(\.name) == names)
        }
    }

    @Test(arguments: FileWorld.allCases)
    func removingTakesEverythingBeneathAndFollowsNoLink(world: FileWorld) throws {
        try world.with { files, root in
            try files.makeDirectory(root + "/kept/inner", mode: 0o755)
            try files.write([1], to: root + "/kept/inner/f", mode: 0o644)
            try files.makeDirectory(root + "/gone/inner", mode: 0o755)
            try files.write([1], to: root + "/gone/inner/f", mode: 0o644)
            try files.makeLink(root + "/gone/up", target: "../kept")
            try files.makeLink(root + "/gone/inner/absolute", target: root + "/kept")
            try files.makeLink(root + "/link", target: "kept")
            try files.remove(root + "/gone")
            try files.remove(root + "/link")
            try files.remove(root + "/nothing")
            try files.remove(root + "/kept/inner/f/beneath")
            #expect(try files.entries(root).map(\.name) == ["kept"])
            #expect(try files.bytes(root + "/kept/inner/f") == [1])
        }
    }

    @Test(arguments: FileWorld.allCases)
    func nothingThereIsNoError(world: FileWorld) throws {
        try world.with { files, root in
            try files.write([], to: root + "/f", mode: 0o644)
            #expect(try files.status(root + "/nothing") == nil)
            #expect(try files.status(root + "/f/beneath") == nil)
        }
    }

    /// What is tried, and what is said.
    @Test(arguments: FileWorld.allCases)
    func errorsNameOperationPathAndReason(world: FileWorld) throws {
        try world.with { files, root in
            try files.write([], to: root + "/f", mode: 0o644)
            try files.makeDirectory(root + "/d", mode: 0o755)
            func message(_ body: () throws -> Void) -> String? {
                do { try body() } catch { return "\(error)".replacing(root, with: "$D") }
                return nil
            }
            #expect(message { _ = try files.bytes(root + "/no") } == "cannot read $D/no: No such file or directory")
            #expect(message { _ = try files.bytes(root + "/d") } == "cannot read $D/d: Is a directory")
            #expect(message { _ = try files.digest(root + "/no") } == "cannot read $D/no: No such file or directory")
            #expect(message { _ = try files.entries(root + "/f") } == "cannot list $D/f: Not a directory")
            #expect(message { _ = try files.entries(root + "/no") } == "cannot list $D/no: No such file or directory")
            #expect(message { _ = try files.linkTarget(root + "/f") } == "cannot read the link $D/f: Invalid argument")
            #expect(
                message { try files.write([], to: root + "/no/f", mode: 0o644) }
                    == "cannot write $D/no/f: No such file or directory")
            #expect(
                message { try files.write([], to: root + "/d", mode: 0o644) } == "cannot write $D/d: Is a directory")
            #expect(
                message { try files.makeLink(root + "/d", target: "x") }
                    == "cannot create the link $D/d: Is a directory")
            #expect(
                message { try files.makeDirectory(root + "/f", mode: 0o755) }
                    == "cannot create the directory $D/f: File exists")
            #expect(
                message { try files.makeDirectory(root + "/f/d", mode: 0o755) }
                    == "cannot create the directory $D/f/d: Not a directory")
            #expect(
                message { try files.setMode(root + "/no", 0o600) }
                    == "cannot set the mode of $D/no: No such file or directory")
            #expect(try files.entries(root).map(\.name) == ["d", "f"])
        }
    }
}
