// The kernel's set of things to wait for. Does not know what its keys stand for.

internal import CLinux
internal import Glibc

/// Level-triggered readiness, told by key, a batch at a time.
struct Epoll: ~Copyable {
    private let descriptor: Descriptor
    private var batch = [tg_ready](repeating: tg_ready(), count: 64)
    private var batchEnd = 0
    private var batchStart = 0

    init() {
        guard let descriptor = Descriptor(tg_epoll_create()) else { fatalError("epoll_create1: errno \(errno)") }
        self.descriptor = descriptor
    }

    /// False when the kernel has no room for it.
    func add(_ watched: Int32, key: UInt64) -> Bool {
        tg_epoll_add(descriptor.number, watched, key) == 0
    }

    /// Watches for reading, or for writing instead, whether it is watched already or not. False when the kernel has no
    /// room for it.
    func set(_ watched: Int32, key: UInt64, forWriting: Bool) -> Bool {
        tg_epoll_set(descriptor.number, watched, key, forWriting ? 1 : 0) == 0
    }

    /// Readable when something that is watched is ready: for another set to watch.
    var number: Int32 { descriptor.number }

    /// Must be called before a watched descriptor is closed: a child that is just being started may hold a copy, which
    /// would keep it in the set.
    func remove(_ watched: Int32) {
        tg_epoll_delete(descriptor.number, watched)
    }

    /// The next key of the batch that the last `wait` fetched; it may have been removed meanwhile.
    mutating func takeKey() -> UInt64? {
        guard batchStart < batchEnd else { return nil }
        defer { batchStart += 1 }
        return batch[batchStart].key
    }

    /// Fetches a new batch.
    /// - Parameter nanoseconds: how long to wait at most; nil is for ever.
    mutating func wait(atMost nanoseconds: UInt64?) {
        let limit = nanoseconds.map { Int64(clamping: $0) } ?? -1
        batchStart = 0
        batchEnd = Int(tg_epoll_wait(descriptor.number, &batch, Int32(batch.count), limit))
    }
}
