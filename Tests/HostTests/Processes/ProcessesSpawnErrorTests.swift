// What cannot be started, and what is said about it. Every message as a whole.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct SpawnErrors {
        /// `$D` in arguments, environment and messages is the directory that `prepare` fills.
        struct Case: Sendable, CustomTestStringConvertible {
            var arguments: [String]
            var path = "$D/bin:/usr/bin:/bin"
            var directory = "$D"
            var variables: [String] = []
            var message: String

            var testDescription: String { arguments.joined(separator: " ") + " in " + directory }
        }

        static let cases: [Case] = [
            Case(arguments: [], message: "cannot start \"\": the command is empty"),
            Case(arguments: [""], message: "cannot start \"\": the command is empty"),
            Case(arguments: ["nosuch"], message: "cannot start nosuch: no such program in PATH ($D/bin:/usr/bin:/bin)"),
            Case(
                arguments: ["here"],
                message:
                    "cannot start here: no such program in PATH ($D/bin:/usr/bin:/bin); to run the one in the task's directory write ./here"
            ),
            Case(
                arguments: ["nosuch"], path: "", message: "cannot start nosuch: no such program in PATH (it is empty)"),
            Case(
                arguments: ["plain"],
                message:
                    "cannot start plain: $D/bin/plain is not executable (chmod +x $D/bin/plain), and PATH has no other"),
            Case(arguments: ["folder"], message: "cannot start folder: no such program in PATH ($D/bin:/usr/bin:/bin)"),
            Case(arguments: ["./nosuch"], message: "cannot start ./nosuch: $D/./nosuch does not exist"),
            Case(arguments: ["./here/below"], message: "cannot start ./here/below: $D/./here/below: Not a directory"),
            Case(
                arguments: ["bin/plain"],
                message: "cannot start bin/plain: $D/bin/plain is not executable (chmod +x $D/bin/plain)"),
            Case(arguments: ["$D/bin"], message: "cannot start $D/bin: $D/bin is a directory"),
            Case(arguments: ["./fifo"], message: "cannot start ./fifo: $D/./fifo is not a regular file"),
            Case(
                arguments: ["text"],
                message: "cannot start text: $D/bin/text is not a program of this machine and has no #! line"),
            Case(
                arguments: ["lost"],
                message:
                    "cannot start lost: its interpreter /no/such/interpreter does not exist (first line of $D/bin/lost)"
            ),
            Case(
                arguments: ["windows"],
                message:
                    "cannot start windows: its interpreter /bin/sh\\r does not exist (first line of $D/bin/windows)"),
            Case(
                arguments: ["locked"],
                message:
                    "cannot start locked: its interpreter /etc/passwd cannot be executed (first line of $D/bin/locked)"),
            Case(
                arguments: ["true"], directory: "$D/nosuch",
                message: "cannot start true: its directory $D/nosuch: No such file or directory"),
            Case(
                arguments: ["true"], directory: "$D/here",
                message: "cannot start true: its directory $D/here is not a directory"),
            Case(arguments: ["true", "a\0b"], message: "cannot start true: an argument contains a zero byte"),
            Case(
                arguments: ["true"], variables: ["X=a\0b"],
                message: "cannot start true: the environment variable X contains a zero byte"),
            Case(
                arguments: ["true", String(repeating: "x", count: 200_000)],
                message: "cannot start true: 200025 bytes of arguments and environment are more than the system takes"),
        ]

        @Test(arguments: cases)
        func messages(_ example: Case) throws {
            try withTemporaryDirectory { directory in
                try SpawnErrors.prepare(directory)
                let reactor = LinuxReactor<Int>(workers: 1)
                func filled(_ text: String) -> String { text.replacing("$D", with: directory) }
                // The length of the directory's name must not count in the message about lengths.
                let path = example.arguments.count > 1 ? "/usr/bin:/bin" : example.path
                let request = ProcessRequest(
                    arguments: example.arguments.map(filled), environment: ["PATH=" + filled(path)] + example.variables,
                    directory: filled(example.directory))
                let error = #expect(throws: SpawnError.self) { try reactor.spawn(request, as: ProcessToken(1)) }
                #expect(error?.description == filled(example.message))
            }
        }

        @Test func theTokenOfAFailedStartIsFree() throws {
            try withRig { rig in
                #expect(throws: SpawnError.self) { try rig.start(["nosuch"]) }
                try #expect(rig.run("exit 0").status == .exited(0))
            }
        }

        private static func prepare(_ directory: String) throws {
            let files = DiskFiles()
            func write(_ name: String, _ text: String, _ mode: UInt16) throws {
                try files.write(Array(text.utf8), to: "\(directory)/\(name)", mode: mode)
            }
            try files.makeDirectory(directory + "/bin/folder", mode: 0o755)
            try write("here", "#!/bin/sh\n", 0o755)
            try write("bin/plain", "#!/bin/sh\n", 0o644)
            try write("bin/text", "echo hello\n", 0o755)
            try write("bin/lost", "#!/no/such/interpreter -x\n", 0o755)
            try write("bin/windows", "#!/bin/sh\r\n", 0o755)
            try write("bin/locked", "#! /etc/passwd\n", 0o755)
            #expect(mkfifo(directory + "/fifo", 0o755) == 0)
        }
    }
}
