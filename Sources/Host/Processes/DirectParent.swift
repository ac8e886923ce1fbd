// This process as the parent of every task's processes. Does not know which belongs to which task.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// Starts with `vfork` and makes itself the reaper of orphans (`PR_SET_CHILD_SUBREAPER`).
///
/// Guarantee: as long as this process lives, every orphaned descendant becomes its child. If it is killed with KILL, the
/// kernel kills tasks' own processes (`PR_SET_PDEATHSIG`), and their descendants live on.
final class DirectParent: ProcessParent {
    let pid = getpid()
    /// What the kernel would kill with the thread that started it must be started by the thread that ends last.
    private let isMainThread = tg_thread() == getpid()
    private let empty: Descriptor
    private let wasSubreaper = tg_is_subreaper()
    /// The kernel's list of the main thread's children; used only by the main thread, see `children`.
    private var mainThreadChildren: Descriptor?

    init() {
        guard let empty = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)) else {
            fatalError("cannot open /dev/null: errno \(errno)")
        }
        self.empty = empty
        mainThreadChildren = isMainThread ? Descriptor(tg_open_children_list(pid)) : nil
        _ = tg_set_subreaper(1)
    }

    deinit {
        _ = tg_set_subreaper(wasSubreaper)
    }

    let reapsByItself = false
    let newsDescriptor: Int32? = nil
    let hasNews = false
    func takeNews() -> [ParentNews] { [] }
    func end() {}

    func start(
        _ request: ProcessRequest, as token: ProcessToken, descriptors: StandardDescriptors
    ) throws(SpawnError) -> StartedProcess {
        let program = try ProgramSearch(request).find()
        var child: Int32 = 0
        let result = request.withSpawnRequest(program, descriptors) { spawn, _ in
            var spawn = spawn
            spawn.input = spawn.output < 0 ? -1 : empty.number
            spawn.ends_with_us = isMainThread ? 1 : 0
            return tg_spawn(&spawn, &child)
        }
        guard let code = result else { throw SpawnError(zeroIn: request) }
        guard code == 0 else { throw SpawnError(explaining: code, program: program, request: request) }
        guard let end = Descriptor(tg_pidfd_open(child)) else {
            let code = errno
            abandon(child)
            throw SpawnError(explaining: code, program: program, request: request)
        }
        return StartedProcess(pid: child, parent: pid, end: end)
    }

    func killGroup(of token: ProcessToken, pid: Int32) {
        kill(-pid, SIGKILL)
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
