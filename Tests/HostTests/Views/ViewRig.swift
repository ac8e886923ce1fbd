// A tree, a state and a cache directory of their own for one test, and real processes in views of them.

import Glibc
import Host
import Ports
import Testing
import Vocabulary
import Workspace

/// Everything a test of views needs, removed when the test is done.
final class ViewRig: Sendable {
    let home: String
    var tree: String { home + "/tree" }
    var state: String { home + "/tree/.taskgraph" }
    var cache: String { home + "/cache" }

    init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/taskgraph-views.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RigError("mkdtemp: \(errno)") }
        home = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(home, 0o755)
        for name in [tree, state, cache] { mkdir(name, 0o755) }
    }

    deinit {
        var status: Int32 = 0
        var pid = pid_t()
        // Tests leave directories that nobody but root may enter.
        let arguments: [String] = ["sh", "-c", "chmod -R u+rwx \"$0\"; rm -rf \"$0\"", home]
        var pointers = arguments.map { strdup($0) } + [nil]
        posix_spawnp(&pid, "sh", nil, nil, &pointers, environ)
        waitpid(pid, &status, 0)
        for pointer in pointers { free(pointer) }
    }

    /// The launcher that was built with these tests.
    static let command: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/ViewLauncher"
    }()

    func place(
        launcher: [String] = [ViewRig.command, "__view"],
        filter: @escaping @Sendable (String) -> TreeFilter = { _ in .everything }
    ) -> ViewPlace {
        ViewPlace(state: state, cache: cache, launcher: launcher, filter: filter)
    }

    /// Both providers, each with its name, for tests of what they have in common.
    func providers() -> [any ViewProviding] {
        [OverlayViews(place()), CopyingViews(place())]
    }

    /// Runs a shell script in the tree itself.
    @discardableResult
    func inTree(_ script: String) throws -> String {
        try checked(["/bin/sh", "-euc", script], in: tree)
    }

    /// Runs a shell script in a view and expects it to succeed.
    @discardableResult
    func inView(_ view: OpenView, _ script: String) throws -> String {
        let request = view.process(["/bin/sh", "-euc", script], environment: [], directory: view.root)
        return try checked(request.arguments, in: request.directory)
    }

    /// - Returns: standard output and error.
    func checked(_ arguments: [String], in directory: String, input: String = "/dev/null") throws -> String {
        let (status, output) = try execute(arguments, in: directory, input: input)
        guard status == 0 else { throw RigError("\(arguments) exited \(status):\n\(output)") }
        return output
    }

    /// - Returns: the exit code (256 more for a signal) and what the program wrote.
    func execute(
        _ arguments: [String], in directory: String, input: String = "/dev/null"
    ) throws -> (status: Int32, output: String) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var template = Array("/tmp/taskgraph-output.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        defer {
            close(file)
            unlink(template)
        }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, file, 1)
        posix_spawn_file_actions_adddup2(&actions, file, 2)
        // The shell changes directory: posix_spawn's own way to do it is not in Swift's Glibc.
        let entered: [String] = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + arguments
        var pointers = entered.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let variables: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LC_ALL=C.UTF-8"]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in environment { free(pointer) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, "/bin/sh", &actions, nil, &pointers, &environment)
        guard code == 0 else { throw RigError("posix_spawn: \(code)") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let size = lseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        pread(file, &bytes, bytes.count, 0)
        let signal = status & 0x7f
        return (signal == 0 ? status >> 8 & 0xff : 256 + signal, String(decoding: bytes, as: UTF8.self))
    }
}

struct RigError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Tree {
    /// One line per entry, for comparing whole layers at a glance.
    var lines: [String] {
        items.map { item in
            switch item.entry {
            case .file(let mode, let size, let digest):
                "\(item.path) file \(String(mode, radix: 8)) \(size) \(digest.short)"
            case .link(let target): "\(item.path) link \(target)"
            case .directory(let mode): "\(item.path) directory \(String(mode, radix: 8))"
            case .deleted: "\(item.path) deleted"
            }
        }
    }
}
