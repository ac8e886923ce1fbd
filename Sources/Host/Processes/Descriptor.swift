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

    /// Sends to a socket what can be sent now, and takes that away. False when the other side is gone.
    func send(_ unsent: inout [UInt8]) -> Bool {
        var sent = 0
        defer { unsent.removeFirst(sent) }
        while sent < unsent.count {
            let count = unsent.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
