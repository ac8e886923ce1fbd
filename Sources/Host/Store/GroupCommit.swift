// Makes what was appended durable, many appends at once, on a thread of its own. Does not know what was appended.

import CLinux
import Glibc
import Ports
import Synchronization

/// Collects what must reach the disk. `commit` may be called from any thread; it returns when everything that was noted
/// before the call is durable.
final class PendingWrites: Sendable {
    private struct Pending {
        var segments: [StoreFile] = []
        /// Content in files of their own, and names: written back with the whole filesystem, once a batch.
        var needsFilesystem = false
    }

    private let pending = Mutex(Pending())
    /// Held while the disk works, so that nobody returns before what another thread took is durable.
    private let disk = Mutex(())

    /// - Returns: whether nothing was pending before.
    func note(segment: StoreFile) -> Bool {
        pending.withLock { pending in
            let wasIdle = pending.segments.isEmpty
            if !pending.segments.contains(where: { $0 === segment }) { pending.segments.append(segment) }
            return wasIdle
        }
    }

    func noteFile() {
        pending.withLock { $0.needsFilesystem = true }
    }

    var isEmpty: Bool { pending.withLock { $0.segments.isEmpty && !$0.needsFilesystem } }

    func commit() throws(StoreError) {
        try disk.withLock { _ throws(StoreError) in
            let taken = pending.withLock { pending in
                let taken = pending
                pending = Pending()
                return taken
            }
            do throws(SystemFailure) {
                try PendingWrites.synchronize(taken)
            } catch {
                pending.withLock { pending in
                    pending.segments += taken.segments
                    pending.needsFilesystem = pending.needsFilesystem || taken.needsFilesystem
                }
                throw error.asStoreError
            }
        }
    }

    /// Files first, then the entries that refer to them.
    private static func synchronize(_ taken: Pending) throws(SystemFailure) {
        if taken.needsFilesystem, let any = taken.segments.first, tg_syncfs(any.descriptor) != 0 {
            throw SystemFailure("synchronize", any.path)
        }
        for segment in taken.segments { try segment.synchronize() }
    }
}

/// The thread that commits at most once a second while something is pending, and sleeps otherwise. It ends when this is
/// deallocated.
final class GroupCommit: Sendable {
    private static let period: Int32 = 1000

    private final class Context: Sendable {
        let writes: PendingWrites
        let wake: Int32

        init(_ writes: PendingWrites, wake: Int32) {
            self.writes = writes
            self.wake = wake
        }
    }

    private let writes: PendingWrites
    private let wake: Int32

    /// Nil when there are no descriptors or threads left: `flush` works all the same.
    init?(_ writes: PendingWrites) {
        var ends: [Int32] = [-1, -1]
        guard tg_output_pipe(&ends) == 0 else { return nil }
        self.writes = writes
        wake = ends[1]
        let context = Unmanaged.passRetained(Context(writes, wake: ends[0]))
        guard GroupCommit.startThread(context.toOpaque()) else {
            context.release()
            close(ends[0])
            close(ends[1])
            return nil
        }
    }

    deinit {
        close(wake)
    }

    /// Says that something is pending that was not before.
    func begin() {
        var byte: UInt8 = 1
        _ = Glibc.write(wake, &byte, 1)
    }

    /// All signals stay with the threads that expect them.
    private static func startThread(_ context: UnsafeMutableRawPointer) -> Bool {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument { GroupCommit.run(Unmanaged<Context>.fromOpaque(argument).takeRetainedValue()) }
                return nil
            }, context)
        if code == 0 { pthread_detach(thread) }
        return code == 0
    }

    private static func run(_ context: Context) {
        defer { close(context.wake) }
        var byte: UInt8 = 0
        while true {
            wait(context.wake, for: POLLIN, milliseconds: -1)
            let count = read(context.wake, &byte, 1)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return }
            // Waits out the period, or until nobody can append any more.
            wait(context.wake, for: 0, milliseconds: period)
            // A failure is reported by `flush`, which tries again.
            try? context.writes.commit()
        }
    }

    /// Returns also when the other end of the pipe is closed.
    private static func wait(_ descriptor: Int32, for events: Int32, milliseconds: Int32) {
        var descriptor = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        poll(&descriptor, 1, milliseconds)
    }
}
