// A child process with its output in two files. Knows nothing of what it runs.

import Glibc
import Testing

/// What a program said and how it ended.
struct Ending: Equatable {
    /// The exit code, or 128 and the number of the signal that ended it, as a shell counts.
    var status: Int32
    var out: String
    var err: String
}

/// A process that was started; killed with everything in its group when nobody waited for it.
final class Child {
    let pid: pid_t
    private let out: String
    private let err: String
    private var hasEnded = false

    /// - Parameters:
    ///   - words: program and arguments; the program is looked up in PATH.
    ///   - scratch: prefix of the two files for what it prints.
    init(_ words: [String], in directory: String, environment: [String: String], scratch: String) {
        out = scratch + ".out"
        err = scratch + ".err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: what the test sends to it does not reach the tests.
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // The C library's way to start in a directory is not in its Swift module; the shell becomes the program.
        let entering = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory] + words
        var arguments = entering.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, entering[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { fatalError("cannot start \(words[0]): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    deinit {
        guard !hasEnded else { return }
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for the end. The limit is no measure of anything: it turns a test that hangs into one that fails.
    func wait(_ location: SourceLocation = #_sourceLocation) -> Ending {
        var status: Int32 = 0
        let start = monotonicSeconds()
        while waitpid(pid, &status, WNOHANG) == 0 {
            usleep(1_000)
            guard monotonicSeconds() - start > 120 else { continue }
            Issue.record("process \(pid) does not end", sourceLocation: location)
            kill(-pid, SIGKILL)
            waitpid(pid, &status, 0)
            break
        }
        hasEnded = true
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        return Ending(status: code, out: Disk.text(out) ?? "", err: Disk.text(err) ?? "")
    }

    /// What it has printed until now.
    var outputSoFar: String { Disk.text(out) ?? "" }
    var errorsSoFar: String { Disk.text(err) ?? "" }
}
