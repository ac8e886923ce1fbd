// Signals as something to read. Does not know what is done about them.

internal import CLinux
internal import Glibc

/// Keeps signals from interrupting the thread that makes it, and hands them out one by one. Make it before other threads
/// are started: a thread that does not block a signal may still receive it. Signals that are ignored stay ignored.
struct SignalGate: ~Copyable {
    let descriptor: Descriptor
    private var mask = sigset_t()

    init(_ signals: [Int32]) {
        guard let descriptor = Descriptor(tg_signals_take(signals, Int32(signals.count), &mask)) else {
            fatalError("signalfd: errno \(errno)")
        }
        self.descriptor = descriptor
    }

    /// The next signal that arrived.
    func next() -> Int32? {
        let signal = tg_signals_next(descriptor.number)
        return signal == 0 ? nil : signal
    }

    deinit {
        var mask = mask
        tg_signals_give_back(&mask)
    }
}
