// Commands that build a template: each dies with this process, whatever it started. Does not know what they do.

internal import CLinux
internal import Glibc
internal import Ports

/// How a command ended, and what it said.
struct FinishedCommand {
    /// 128 + N after signal N.
    let status: Int32
    /// The end of its output and errors.
    let output: String
}

/// A program with everything it starts, killed when this process ends.
struct GuardedCommand {
    let launcher: [String]
    let arguments: [String]
    var environment: [String] = []
    var directory = "/"
    /// Nil: as we are.
    var user: ServerUser?
    /// Whether /dev/shm is one of its own, but for its directory.
    var hidesSharedMemory = false
    /// The container that the program, an engine's client, runs; removed when this process ends. Nil: it runs none.
    var container: String?

    func run() throws(SystemFailure) -> FinishedCommand {
        try start().end()
    }

    func start() throws(SystemFailure) -> RunningCommand {
        let ends = try GuardPipe()
        let output = try GuardedCommand.memoryFile()
        let keeping = container.map { ["-c", $0, ""] } ?? ["-g"]
        let pid = try GuardedCommand.spawn(
            launcher + keeping + (hidesSharedMemory ? ["-m"] : []) + (user?.option ?? []) + ["-d", directory, "--"]
                + arguments, environment: environment,
            directory: "/", input: ends.reading.number, output: output.number)
        return RunningCommand(pid: pid, guardEnd: ends.writing, output: output)
    }

    static func memoryFile() throws(SystemFailure) -> Descriptor {
        guard let file = Descriptor(tg_memory_file()) else { throw SystemFailure("make", "a file in memory") }
        return file
    }

    static func spawn(
        _ arguments: [String], environment: [String], directory: String, input: Int32, output: Int32
    ) throws(SystemFailure) -> Int32 {
        var pid: Int32 = 0
        let code = CStringArray.with(arguments, environment) { arguments, environment, _ in
            directory.withCString { directory in
                guard let program = arguments[0] else { return EINVAL }
                var request = tg_spawn_request(
                    program: program, arguments: UnsafePointer(arguments), environment: UnsafePointer(environment),
                    directory: directory, input: input, output: output, group_only: 0, terminal: -1, tokens: -1,
                    ends_with_us: 0, has_fresh_signals: 0)
                return tg_spawn(&request, &pid)
            }
        }
        guard code == 0 else { throw SystemFailure("execute", arguments[0], code: code ?? EINVAL) }
        return pid
    }
}

/// A pipe through which nothing is written: who reads sees the end of the one who writes.
struct GuardPipe: ~Copyable {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(SystemFailure) {
        var ends: (Int32, Int32) = (-1, -1)
        let code = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { tg_output_pipe($0) }
        }
        guard code == 0, let reading = Descriptor(ends.0), let writing = Descriptor(ends.1) else {
            throw SystemFailure("make", "a pipe", code: code)
        }
        self.reading = reading
        self.writing = writing
    }
}

/// A command that was started; killed when nobody holds this value any more.
final class RunningCommand {
    private let pid: Int32
    private var guardEnd: Descriptor?
    private let output: Descriptor
    private var status: Int32?

    init(pid: Int32, guardEnd: consuming Descriptor?, output: consuming Descriptor) {
        self.pid = pid
        self.guardEnd = consume guardEnd
        self.output = output
    }

    deinit {
        guard status == nil else { return }
        guardEnd = nil
        _ = end()
    }

    /// Whether it still runs.
    var isRunning: Bool {
        if status != nil { return false }
        var ended = tg_ended()
        guard tg_collect(pid, &ended) != 0 else { return true }
        status = ended.is_signal != 0 ? 128 + ended.value : ended.value
        return false
    }

    func send(_ signal: Int32) {
        if status == nil { kill(pid, signal) }
    }

    func end() -> FinishedCommand {
        if status == nil {
            var ended = tg_ended()
            status = tg_collect_waiting(pid, &ended) < 0 ? -1 : ended.is_signal != 0 ? 128 + ended.value : ended.value
        }
        return FinishedCommand(status: status ?? -1, output: tail)
    }

    /// - Parameter limit: most bytes of the end of what it said.
    func end(keeping limit: Int) -> FinishedCommand { FinishedCommand(status: end().status, output: said(limit)) }

    /// Kills it when it has not ended by itself after that many nanoseconds: nil then. Else with all that it said.
    func end(within patience: UInt64) -> FinishedCommand? {
        guard let end = Descriptor(tg_pidfd_open(pid)) else { return self.end(keeping: 1 << 20) }
        let deadline = Machine.monotonicTime + patience
        var ready = pollfd(fd: end.number, events: Int16(POLLIN), revents: 0)
        while case let now = Machine.monotonicTime, now < deadline {
            // Interrupted, or for longer than a number of milliseconds can say: again.
            if poll(&ready, 1, Int32(min((deadline - now) / 1_000_000 + 1, 60_000))) > 0 {
                return self.end(keeping: 1 << 20)
            }
        }
        kill(-pid, SIGKILL)
        _ = self.end()
        return nil
    }

    /// What it has said so far.
    var tail: String { said(16 << 10) }

    private func said(_ limit: Int) -> String {
        let size = lseek(output.number, 0, SEEK_END)
        let length = min(Int(size), limit)
        guard length > 0 else { return "" }
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(output.number, buffer.baseAddress, length, size - off_t(length)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
