// One open file descriptor with one owner. Knows nothing of what is behind it.

internal import Glibc

/// Closes itself when its owner lets go of it.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes an open descriptor over; nil when the number says that opening failed.
    init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        close(number)
    }
}

/// What a non-blocking read gave.
enum ReadResult {
    case bytes(Int)
    /// Nothing now, more may come.
    case empty
    /// Nothing will come any more.
    case end
}

extension Descriptor {
    /// Reads what is there, at most as much as the buffer holds. An error reads as the end: nothing will come.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .empty : .end
        }
    }
}
