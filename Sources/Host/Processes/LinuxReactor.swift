// Processes, threads, signals and time behind one epoll loop. How processes are ended is in `LinuxReactor+Ending`.

internal import CLinux
internal import Glibc
public import Ports
internal import Vocabulary

/// The reactor of this machine. One at a time in a program: it owns the program's signals, children and terminal. Make
/// it in the main thread, before other threads are started.
///
/// Guarantees:
/// - `exited` comes when the process is reaped, no descendant is left, and all output was delivered. Descendants that
///   outlive their task's process are sent TERM, and KILL after `leftoverGrace`. See `Family` for how they are known.
/// - A process outside the task that holds the output pipe (it was passed a descriptor) does not keep the task from
///   ending.
/// - A descendant that changed to a user we may not signal cannot be ended; it is left alone.
/// - With a warden (see `Guarding`), no process that was started here lives on when this program is killed.
public final class LinuxReactor<Message: Sendable>: Reactor {
    /// Chosen by the first start: a program that starts nothing needs none.
    private(set) lazy var parent = chooseParent()
    private var hasParent = false
    private let guarding: Guarding
    /// What `parent` tells through, as watched.
    private var watchedNews: Int32?
    private var watchedParent: Int32 = 0
    let leftoverGrace: UInt64
    var family: Family
    var epoll = Epoll()
    /// Children none of whose processes is left; their last output is being read.
    var settling: [Child] = []
    /// Orphans whose end is waited for.
    var orphanWatches: [Int32: Orphan] = [:]
    /// When to look for orphans whose end no descriptor tells.
    var sweepAt: UInt64?
    var jobControl: SignalGate?
    private let interruptions: SignalGate
    private let workers: WorkerPool<Message>
    private let outerTask: String?
    private var ready: ArraySlice<Occurrence<Message>> = []
    private var hasPolledPastDeadline = false
    /// As large as a pipe is by default: one reading empties it.
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 4096)

    /// - Parameters:
    ///   - workers: most threads for `perform`.
    ///   - leftoverGrace: nanoseconds between TERM and KILL for what a process left behind.
    public init(
        workers: Int = max(2, Machine.coreCount), leftoverGrace: UInt64 = 2_000_000_000,
        guarding: Guarding = .byWarden { _ in }
    ) {
        self.guarding = guarding
        tg_fill_standard_descriptors()
        // Where it is ignored (an inherited setting) the system forgets how children ended.
        Glibc.signal(SIGCHLD, SIG_DFL)
        family = Family(session: getsid(0), startedTick: Machine.processTick)
        self.leftoverGrace = leftoverGrace
        interruptions = SignalGate([SIGINT, SIGTERM, SIGHUP])
        self.workers = WorkerPool(limit: workers)
        outerTask = getenv(TaskMark.variable).map { String(cString: $0) }
        watch(interruptions.descriptor.number, .signal)
        watch(self.workers.wakeup.number, .result)
    }

    /// Kills what still runs and waits for its end.
    deinit {
        if hasParent { killEverything() }
        chunk.deallocate()
    }

    public var now: UInt64 { Machine.monotonicTime }
    public var wallTime: UInt64 { Machine.wallTime }

    public func spawn(_ request: ProcessRequest, as token: ProcessToken) throws(SpawnError) {
        var request = request
        let mark = request.task.map { TaskMark(task: $0, outer: outerTask) }
        if let mark { request.environment = mark.added(to: request.environment) }
        let startedAt = now
        let startedTick = Machine.processTick
        let process: StartedProcess
        var output: Descriptor?
        var terminal: Int32?
        if request.isInteractive {
            terminal = Terminal.isOurs ? Terminal.descriptor : nil
            if terminal != nil { followJobControl() }
            process = try parent.start(request, as: token, descriptors: .inherited(terminal: terminal))
        } else {
            let pipe = try Pipe(for: request)
            process = try parent.start(request, as: token, descriptors: .output(pipe.writing.number))
            output = Optional.some(pipe.reading)
        }
        let child = Child(
            token, process, output: output, mark: mark, isInteractive: request.isInteractive, startedAt: startedAt,
            startedTick: startedTick)
        child.hasTerminal = terminal != nil
        family.add(child)
        watchNews()
        if let end = child.end?.number { watch(end, .end(token)) }
        if let output = child.output?.number { watch(output, .output(token)) }
    }

    public func perform(_ work: @escaping @Sendable () -> Message) {
        workers.perform(work)
    }

    /// Tells `probes` whenever these have something to do. Their deadline is the caller's to wait for.
    public func watch(_ probes: any Probing) {
        watch(probes.descriptor, .probes)
    }

    public func next(until deadline: UInt64?) -> Occurrence<Message> {
        while true {
            if let occurrence = ready.popFirst() { return occurrence }
            if let key = epoll.takeKey() {
                if let occurrence = handle(key) { return occurrence }
                continue
            }
            if hasParent && parent.hasNews { take(parent.takeNews()) }
            if let occurrence = settle() { return occurrence }
            let now = now
            doDuties(now)
            guard let deadline, deadline <= now else {
                hasPolledPastDeadline = false
                let limit = [deadline, nextDuty].compactMap { $0 }.min()
                epoll.wait(atMost: limit.map { $0 > now ? $0 - now : 0 })
                continue
            }
            // What happened before the deadline comes first, but a flood of output must not hold it up.
            if hasPolledPastDeadline {
                hasPolledPastDeadline = false
                return .deadline
            }
            hasPolledPastDeadline = true
            epoll.wait(atMost: 0)
        }
    }

    private func handle(_ key: UInt64) -> Occurrence<Message>? {
        switch Watch(key: key) {
        case .signal:
            while let signal = interruptions.next() { ready.append(.interrupted(signal)) }
            return ready.popFirst()
        case .result:
            ready.append(contentsOf: workers.takeResults().map { .message($0) })
            return ready.popFirst()
        case .output(let token):
            return family.children[token].flatMap { readOutput(of: $0) }
        case .end(let token):
            if let child = family.children[token] { collect(child) }
        case .orphan(let pid):
            if orphanWatches[pid] != nil { sweep() }
        case .jobControl:
            passStopsOn()
        case .news:
            take(parent.takeNews())
            watchNews()
        case .probes: return .probes
        }
        return nil
    }

    private func readOutput(of child: Child) -> Occurrence<Message>? {
        switch child.output?.read(into: chunk) {
        case .bytes(let count): return output(count, of: child)
        case .end: closeOutput(of: child)
        case .empty, nil: break
        }
        return nil
    }

    private func output(_ count: Int, of child: Child) -> Occurrence<Message> {
        child.lastByte = chunk[count - 1]
        return .output(child.token, Array(chunk[..<count]))
    }

    /// The last output of a child that has nobody left, and then its end. What was in the pipe when the last of its
    /// processes ended is all there can be: more comes only from someone outside who holds the pipe.
    private func settle() -> Occurrence<Message>? {
        guard let child = settling.first else { return nil }
        if child.unread > 0, case .bytes(let count) = child.output?.read(into: chunk) {
            let own = min(count, child.unread)
            child.unread -= own
            return output(own, of: child)
        }
        if !child.epitaph.isEmpty {
            defer { child.epitaph = [] }
            return .output(child.token, child.epitaph)
        }
        settling.removeFirst()
        closeOutput(of: child)
        family.remove(child)
        if child.hasTerminal { takeTerminalBack() }
        guard let status = child.status else { fatalError("a process without an end has settled") }
        return .exited(child.token, status, child.usage)
    }

    private func chooseParent() -> any ProcessParent {
        hasParent = true
        return guarding.parent()
    }

    /// A parent that had to be made anew tells through another descriptor. The old one is closed, so the kernel has
    /// forgotten it.
    private func watchNews() {
        guard parent.newsDescriptor != watchedNews || parent.pid != watchedParent else { return }
        watchedNews = parent.newsDescriptor
        watchedParent = parent.pid
        if let watchedNews { watch(watchedNews, .news) }
    }

    func closeOutput(of child: Child) {
        if let number = child.output?.number { epoll.remove(number) }
        child.output = nil
    }
}
