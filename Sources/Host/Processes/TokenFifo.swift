// Job tokens in a FIFO with a name of its own. Does not know who takes them, or what for.

internal import CLinux
internal import Glibc
public import Ports

/// A FIFO that tasks are handed one after the other. Removes its name when it is let go of.
public final class TokenFifo: TokenPipe {
    private let own: Descriptor
    /// With flags of its own: clients of job servers set it not to wait, and expect to find it waiting.
    private let given: Descriptor
    public let path: String

    /// - Parameters:
    ///   - name: unique in the directory as long as it lives.
    ///   - directory: absolute; made if it is not there. Tokens are bytes, and who may write there can make some.
    /// - Returns: nil when it cannot be made.
    public init?(_ name: String, in directory: String) {
        let path = directory + "/" + name
        unlink(path)
        if mkfifo(path, 0o600) != 0 {
            guard errno == ENOENT, mkdir(directory, 0o755) == 0, mkfifo(path, 0o600) == 0 else { return nil }
        }
        guard let own = Descriptor(open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)),
            let given = Descriptor(open(path, O_RDWR | O_CLOEXEC))
        else {
            unlink(path)
            return nil
        }
        self.path = path
        self.own = own
        self.given = given
    }

    deinit {
        unlink(path)
    }

    public var descriptor: Int32 { own.number }
    public var shared: Int32 { given.number }
    public var unread: Int { Int(tg_unread(own.number)) }

    public func put(_ count: Int) -> Int { own.write(Array(repeating: UInt8(ascii: "+"), count: count)) }
    public func take(atMost count: Int) -> Int { own.readBytes(atMost: count).count }

    public func clear() {
        while take(atMost: 4096) > 0 {}
        _ = fcntl(given.number, F_SETFL, O_RDWR)
    }
}

extension Descriptor {
    /// What is there, without waiting if the descriptor does not wait.
    func readBytes(atMost count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            if case .bytes(let read) = self.read(into: UnsafeMutableRawBufferPointer(buffer)) { length = read }
        }
    }

    /// - Returns: how many bytes found room.
    func write(_ bytes: [UInt8]) -> Int {
        guard !bytes.isEmpty else { return 0 }
        while true {
            let count = Glibc.write(number, bytes, bytes.count)
            if count >= 0 { return count }
            if errno != EINTR { return 0 }
        }
    }
}
