// Threads for blocking work and the queue of their results. Does not know what the work is.

internal import CLinux
internal import Glibc

/// Runs closures on a few threads, started when there is work for them. Results are collected by the owner, who is woken
/// through a descriptor.
final class WorkerPool<Message: Sendable> {
    /// Readable when a result waits.
    let wakeup: Descriptor
    private let shared: Shared
    private let limit: Int
    private var threads: [pthread_t] = []

    init(limit: Int) {
        guard let wakeup = Descriptor(tg_eventfd()) else { fatalError("eventfd: errno \(errno)") }
        shared = Shared(wakeup: wakeup.number)
        self.wakeup = wakeup
        self.limit = limit
    }

    func perform(_ work: @escaping @Sendable () -> Message) {
        let needsThread = shared.enqueue(work)
        if needsThread && threads.count < limit { startThread() }
    }

    /// Every result that is there, in the order the work was done.
    func takeResults() -> [Message] {
        tg_eventfd_clear(wakeup.number)
        return shared.takeResults()
    }

    private func startThread() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(shared).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { argument in
                tg_signals_block_all()
                guard let argument else { return nil }
                Unmanaged<AnyShared>.fromOpaque(argument).takeRetainedValue().serve()
                return nil
            }, argument)
        if failed == 0 {
            threads.append(thread)
        } else {
            Unmanaged<AnyShared>.fromOpaque(argument).release()
            // Without any thread nobody would ever do it.
            if threads.isEmpty { shared.serveOne() }
        }
    }

    /// Work that has begun is finished, what has not begun is forgotten.
    deinit {
        shared.close()
        for thread in threads { pthread_join(thread, nil) }
    }

    /// What the owner and the threads share; every access is under its lock.
    private final class Shared: AnyShared, @unchecked Sendable {
        private let lock = ConditionLock()
        private let wakeup: Int32
        private var queue: [@Sendable () -> Message] = []
        private var head = 0
        private var results: [Message] = []
        private var idle = 0
        private var isClosed = false

        init(wakeup: Int32) {
            self.wakeup = wakeup
        }

        /// Whether there is more work than threads waiting for some.
        func enqueue(_ work: @escaping @Sendable () -> Message) -> Bool {
            let (isAwaited, needsThread) = lock.with {
                queue.append(work)
                return (idle > 0, queue.count - head > idle)
            }
            // Only now: a thread that is woken while the lock is held has to sleep again at once.
            if isAwaited { lock.signal() }
            return needsThread
        }

        func takeResults() -> [Message] {
            lock.with {
                defer { results = [] }
                return results
            }
        }

        func close() {
            lock.with {
                isClosed = true
                lock.broadcast()
            }
        }

        override func serve() {
            while let work = waitForWork() { finish(work()) }
        }

        func serveOne() {
            if let work = lock.with({ takeWork() }) { finish(work()) }
        }

        private func finish(_ result: Message) {
            let wasEmpty = lock.with {
                defer { results.append(result) }
                return results.isEmpty
            }
            if wasEmpty { tg_eventfd_add(wakeup) }
        }

        private func waitForWork() -> (@Sendable () -> Message)? {
            lock.with {
                idle += 1
                defer { idle -= 1 }
                while head == queue.count && !isClosed { lock.wait() }
                return isClosed ? nil : takeWork()
            }
        }

        private func takeWork() -> (@Sendable () -> Message)? {
            guard head < queue.count else { return nil }
            let work = queue[head]
            head += 1
            if head == queue.count {
                queue.removeAll(keepingCapacity: true)
                head = 0
            }
            return work
        }
    }
}

/// What a thread is given: C functions cannot be generic.
private class AnyShared {
    func serve() {}
}
