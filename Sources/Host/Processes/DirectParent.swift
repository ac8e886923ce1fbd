// This process as the parent of every task's processes. Does not know which belongs to which task.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// Starts with `posix_spawn` and makes itself the reaper of orphans (`PR_SET_CHILD_SUBREAPER`).
///
/// Guarantee: as long as this process lives, every orphaned descendant becomes its child. If it is killed with KILL,
/// descendants live on.
final class DirectParent: ProcessParent {
    let pid = getpid()
    let session = getsid(0)
    let startedTick = Machine.processTick
    private let empty: Descriptor
    private let wasSubreaper = tg_is_subreaper()
    /// The kernel's list of the main thread's children; used only by the main thread, see `children`.
    private var mainThreadChildren: Descriptor?

    init() {
        tg_fill_standard_descriptors()
        guard let empty = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)) else {
            fatalError("cannot open /dev/null: errno \(errno)")
        }
        self.empty = empty
        mainThreadChildren = tg_thread() == getpid() ? Descriptor(tg_open_children_list()) : nil
        _ = tg_set_subreaper(1)
        // Where it is ignored (an inherited setting) the system forgets how children ended.
        signal(SIGCHLD, SIG_DFL)
    }

    deinit {
        _ = tg_set_subreaper(wasSubreaper)
    }

    func start(
        _ request: ProcessRequest, descriptors: StandardDescriptors
    ) throws(SpawnError) -> StartedProcess {
        let program = try ProgramSearch(request).find()
        let input: Int32
        let output: Int32
        let terminal: Int32
        switch descriptors {
        case .inherited(let given): (input, output, terminal) = (-1, -1, given ?? -1)
        case .output(let given): (input, output, terminal) = (empty.number, given, -1)
        }
        var child: Int32 = 0
        let result = CStringArray.with(request.arguments, request.environment) { arguments, environment in
            program.withCString { program in
                request.directory.withCString { directory in
                    var spawn = tg_spawn_request(
                        program: program, arguments: UnsafePointer(arguments), environment: UnsafePointer(environment),
                        directory: directory, input: input, output: output, group_only: input < 0 ? 1 : 0,
                        terminal: terminal)
                    return tg_spawn(&spawn, &child)
                }
            }
        }
        guard let code = result else { throw SpawnError(zeroIn: request) }
        guard code == 0 else { throw SpawnError(explaining: code, program: program, request: request) }
        guard let end = Descriptor(tg_pidfd_open(child)) else {
            let code = errno
            abandon(child)
            throw SpawnError(explaining: code, program: program, request: request)
        }
        return StartedProcess(pid: child, end: end)
    }

    func collect(_ pid: Int32) -> EndedProcess? {
        var ended = tg_ended()
        return tg_collect(pid, &ended) == 1 ? EndedProcess(ended) : nil
    }

    /// Orphans go to the first thread that lives, which is the main thread as long as that runs; its list alone is
    /// quicker to read than those of all threads.
    func children() -> [Int32] {
        if let list = mainThreadChildren?.number, let pids = ProcessTable.list({ tg_listed_children(list, $0, $1) }) {
            return pids
        }
        return ProcessTable.children(of: pid)
    }

    private func abandon(_ child: Int32) {
        var ended = tg_ended()
        kill(-child, SIGKILL)
        _ = tg_collect_waiting(child, &ended)
    }
}

extension EndedProcess {
    init(_ ended: tg_ended) {
        status = ended.is_signal != 0 ? .signalled(ended.value) : .exited(ended.value)
        cpu = ended.cpu_nanoseconds
        peakMemory = ended.peak_bytes
    }
}
