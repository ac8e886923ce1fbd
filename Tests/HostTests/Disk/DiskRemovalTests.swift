// Removing what resists, and other things that only a real disk has.

import Glibc
import Hashing
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite struct DiskRemovalTests {
    private let files = DiskFiles()

    /// File access as an ordinary user, for this thread only.
    private func asOrdinaryUser<Result>(_ body: () throws -> Result) rethrows -> Result {
        // Swift's Glibc module does not show it.
        let setfsuid = unsafeBitCast(dlsym(nil, "setfsuid"), to: (@convention(c) (UInt32) -> Int32).self)
        _ = setfsuid(65_534)
        defer { _ = setfsuid(0) }
        return try body()
    }

    /// Enough for what else runs in this program.
    private func withDescriptors(atMost limit: rlim_t, _ body: () throws -> Void) rethrows {
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        var fewer = rlimit(rlim_cur: limit, rlim_max: limits.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &fewer)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) }
        try body()
    }

    @Test(.enabled(if: geteuid() == 0, "changes the user"))
    func directoriesOfOursThatDenyAccessAreRemoved() throws {
        try withTemporaryDirectory { root in
            chmod(root, 0o777)
            try asOrdinaryUser {
                for mode in [UInt16(0), 0o444, 0o555, 0o111] {
                    let top = "\(root)/d\(mode)"
                    try files.makeDirectory(top + "/a/b", mode: 0o755)
                    try files.write([1], to: top + "/a/b/f", mode: 0)
                    for path in [top + "/a/b", top + "/a", top] { try files.setMode(path, mode) }
                    try files.remove(top)
                }
            }
            #expect(try files.entries(root) == [])
        }
    }

    @Test(.enabled(if: geteuid() == 0, "changes the user"))
    func whatIsAnothersStaysAndIsNamed() throws {
        try withTemporaryDirectory { root in
            chmod(root, 0o777)
            try files.makeDirectory(root + "/mine/theirs", mode: 0o755)
            try files.write([1], to: root + "/mine/theirs/f", mode: 0o644)
            #expect(chown(root + "/mine", 65_534, 65_534) == 0)
            let error = asOrdinaryUser {
                #expect(throws: FileError.self) { try files.remove(root + "/mine") }
            }
            #expect(error?.description == "cannot remove \(root)/mine/theirs/f: Permission denied")
            #expect(try files.bytes(root + "/mine/theirs/f") == [1])
        }
    }

    @Test func aTreeDeeperThanDescriptorsAllowIsRemoved() throws {
        try withTemporaryDirectory { root in
            var path = root + "/deep"
            try files.makeDirectory(path, mode: 0o755)
            let top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            var current = top
            for _ in 0..<1_500 {
                #expect(mkdirat(current, "d", 0o755) == 0)
                let next = open("/proc/self/fd/\(current)/d", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                close(current)
                current = next
            }
            close(current)
            path += "/wide"
            for number in 0..<300 { try files.makeDirectory("\(path)/\(number)/x", mode: 0o755) }
            try withDescriptors(atMost: 800) { try files.remove(root + "/deep") }
            #expect(try files.entries(root) == [])
        }
    }

    @Test func specialFilesAreSeenAndRemoved() throws {
        try withTemporaryDirectory { root in
            #expect(mkfifo(root + "/fifo", 0o600) == 0)
            #expect(try files.status(root + "/fifo")?.kind == .fifo)
            #expect(try files.entries(root) == [DirectoryEntry(name: "fifo", kind: .fifo)])
            try files.remove(root + "/fifo")
            #expect(try files.status("/dev/null")?.kind == .characterDevice)
            #expect(try files.entries(root) == [])
        }
    }

    @Test func whatTheSystemCallsEmptyIsReadToItsEnd() throws {
        #expect(try files.status("/proc/self/status")?.stamp.size == 0)
        #expect(try String(decoding: files.bytes("/proc/self/status"), as: UTF8.self).contains("\nVmRSS:"))
    }

    @Test func bigFilesHaveTheDigestOfTheirBytes() throws {
        try withTemporaryDirectory { root in
            let content = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try files.write(content, to: root + "/big", mode: 0o644)
            #expect(try files.digest(root + "/big") == Digest(of: content))
            #expect(try files.bytes(root + "/big") == content)
        }
    }

    @Test func stampsAreTheSystems() throws {
        try withTemporaryDirectory { root in
            try files.write([1, 2, 3], to: root + "/f", mode: 0o644)
            var found = stat()
            #expect(stat(root + "/f", &found) == 0)
            let stamp = try files.status(root + "/f")?.stamp
            #expect(stamp?.inode == UInt64(found.st_ino))
            #expect(stamp?.modified == Int64(found.st_mtim.tv_sec) * 1_000_000_000 + Int64(found.st_mtim.tv_nsec))
            #expect(stamp?.changed == Int64(found.st_ctim.tv_sec) * 1_000_000_000 + Int64(found.st_ctim.tv_nsec))
        }
    }
}

@Suite struct MachineTests {
    @Test func pathsAreCanonical() throws {
        try withTemporaryDirectory { root in
            try DiskFiles().makeDirectory(root + "/a/b", mode: 0o755)
            try DiskFiles().makeLink(root + "/l", target: "a/b")
            #expect(try Machine.canonicalPath(root + "/l/../b/.") == root + "/a/b")
            let error = #expect(throws: FileError.self) { try Machine.canonicalPath(root + "/no") }
            #expect(error?.description == "cannot find \(root)/no: No such file or directory")
        }
    }

    @Test func theEnvironmentIsOurs() throws {
        setenv("TASKGRAPH_TEST_VALUE", "a=b", 1)
        #expect(Machine.environment.first { $0.name == "TASKGRAPH_TEST_VALUE" }?.value == "a=b")
        #expect(try Machine.currentDirectory().hasPrefix("/"))
    }

    @Test func aPipeIsNoTerminal() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(!Machine.isTerminal(ends[0]))
        #expect(Machine.terminalWidth(ends[0]) == nil)
        #expect(Machine.platform.hasPrefix("Linux-"))
    }
}
