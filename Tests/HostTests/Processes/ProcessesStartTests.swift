// What a started process finds: its program, variables, directory, signals, descriptors.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct Starting {
        /// PATH of the request, `$D` is the directory, and which of the programs called `tool` runs.
        @Test(arguments: [
            ("$D/one:$D/two", "one"),
            ("$D/two:$D/one", "two"),
            ("$D/nosuch:$D/plain:$D/one", "one"),
            ("two", "two"),
            (":$D/one", "here"),
            ("$D/one:", "one"),
            (".", "here"),
        ])
        func theProgramIsLookedUpInTheRequestsPath(path: String, expected: String) throws {
            try withRig { rig in
                let files = DiskFiles()
                for name in ["one", "two", "plain"] { try files.makeDirectory("\(rig.directory)/\(name)", mode: 0o755) }
                for name in ["one/tool", "two/tool", "tool", "plain/tool"] {
                    let text = "#!/bin/sh\necho \(name == "tool" ? "here" : name.prefix(3))\n"
                    let mode: UInt16 = name.hasPrefix("plain") ? 0o644 : 0o755
                    try files.write(Array(text.utf8), to: "\(rig.directory)/\(name)", mode: mode)
                }
                let request = ProcessRequest(
                    arguments: ["tool"], environment: ["PATH=" + path.replacing("$D", with: rig.directory)],
                    directory: rig.directory)
                let token = ProcessToken(77)
                try rig.reactor.spawn(request, as: token)
                #expect(rig.end(of: token).text == expected + "\n")
            }
        }

        @Test func withoutAPathTheUsualOneIsSearched() throws {
            try withRig { rig in
                let token = ProcessToken(77)
                let request = ProcessRequest(arguments: ["echo", "found"], environment: [], directory: "/")
                try rig.reactor.spawn(request, as: token)
                #expect(rig.end(of: token).text == "found\n")
            }
        }

        @Test func theEnvironmentIsExactlyTheRequestsAndTheTasksName() throws {
            try withRig { rig in
                let token = ProcessToken(77)
                let request = ProcessRequest(
                    arguments: ["/usr/bin/env"], environment: ["A=1", "B=two words", "TASKGRAPH_TASK=old"],
                    directory: "/",
                    task: "group/task")
                try rig.reactor.spawn(request, as: token)
                let outer = getenv("TASKGRAPH_TASK").map { String(cString: $0) + " > " } ?? ""
                #expect(rig.end(of: token).text == "A=1\nB=two words\nTASKGRAPH_TASK=\(outer)group/task\n")
            }
        }

        @Test func itRunsInItsDirectoryWithEmptyInput() throws {
            try withRig { rig in
                try #expect(rig.run("pwd; cat; echo end").text == "\(rig.directory)\nend\n")
            }
        }

        @Test func signalsAreAsInAFreshProgram() throws {
            try withRig { rig in
                let lines = try rig.run("exec grep -E '^Sig(Blk|Ign)' /proc/self/status").text.split(separator: "\n")
                let masks = lines.compactMap { UInt64($0.suffix(16), radix: 16) }
                // The C library itself ignores its two internal signals (32 and 33) in what it starts.
                #expect(masks.map { $0 & ~0x1_8000_0000 } == [0, 0])
            }
        }

        /// Only the three standard descriptors (and the one that lists them).
        @Test func noDescriptorOfOursIsPassedOn() throws {
            try withRig { rig in
                let ours = open("/dev/null", O_RDONLY)
                defer { close(ours) }
                try #expect(rig.run("exec ls /proc/self/fd").text == "0\n1\n2\n3\n")
            }
        }

        @Test func itLeadsASessionOfItsOwnAndAnInteractiveOneAGroupInOurs() throws {
            try withRig { rig in
                let own = try rig.run("echo $$; exec cut -d ' ' -f 5,6 /proc/self/stat").text.split {
                    $0 == "\n" || $0 == " "
                }
                #expect(Set(own).count == 1)
                let gate = rig.fifo("gate")
                let token = try rig.start("read _ < gate", isInteractive: true)
                let pid = rig.pid(of: token)
                let record = ProcessTable.record(of: pid)
                #expect(record?.group == pid)
                #expect(record?.session == getsid(0))
                gate.release()
                #expect(rig.end(of: token).status == .exited(0))
            }
        }

        @Test func aThousandProcessesLeaveNoDescriptorOpen() throws {
            try withRig { rig in
                try #expect(rig.run("exit 0").status == .exited(0))
                let before = try DiskFiles().entries("/proc/self/fd").count
                for round in 0..<250 {
                    let tokens = try (0..<4).map { _ in try rig.start(["true"]) }
                    for token in tokens { #expect(rig.end(of: token).status == .exited(0), "round \(round)") }
                }
                // Suites that run at the same time may hold a few; a leak would show a thousand.
                #expect(try DiskFiles().entries("/proc/self/fd").count < before + 200)
            }
        }
    }
}
