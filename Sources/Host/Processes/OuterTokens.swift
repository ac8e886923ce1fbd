// The job server that started this program, if it was a make or another taskgraph: tokens are taken from it and given
// back as they were. Decides nothing.

internal import Glibc
public import Ports

public final class OuterTokens: TokenSource {
    private let reading: Descriptor
    private let writing: Descriptor
    /// The bytes that were taken: a job server may tell its tokens apart.
    private var held: [UInt8] = []

    /// - Returns: nil when it cannot be reached: a make closes the descriptors of a recipe that it does not take for a
    ///   make, and other files may have taken their numbers.
    public init?(_ flags: MakeFlags) {
        let (input, output) =
            switch flags.access {
            case .path(let path): (path, path)
            case .descriptors(let reading, let writing): ("/proc/self/fd/\(reading)", "/proc/self/fd/\(writing)")
            }
        // Opened anew: whether they wait is a flag that all share who hold the same ones. Of a FIFO only one that is held
        // open for writing can be opened so without waiting.
        guard let reading = Descriptor(Self.openPipe(input, O_RDONLY)),
            let writing = Descriptor(Self.openPipe(output, O_WRONLY))
        else { return nil }
        self.reading = reading
        self.writing = writing
    }

    private static func openPipe(_ path: String, _ mode: Int32) -> Int32 {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return -1 }
        return open(path, mode | O_NONBLOCK | O_CLOEXEC)
    }

    /// Gives everything back.
    deinit {
        _ = put(held.count)
    }

    public var descriptor: Int32 { reading.number }

    public func put(_ count: Int) -> Int {
        let returned = writing.write(Array(held.suffix(count)))
        held.removeLast(returned)
        return returned
    }

    public func take(atMost count: Int) -> Int {
        let taken = reading.readBytes(atMost: count)
        held += taken
        return taken.count
    }
}
