// Probes that look at the disk: does a file exist, does a log have a line. Looks once each time it is asked.

internal import Conditions
internal import Glibc
internal import Ports

/// A file that should exist and perhaps contain a text.
struct FileLook {
    /// A text is looked for in so many bytes.
    static let longest = 1024 * 1024

    let path: String
    let contains: String?

    func look() -> AttemptResult {
        guard let contains else {
            return access(path, F_OK) == 0 ? .succeeded : .failed(String(cString: strerror(errno)))
        }
        guard let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            return .failed(String(cString: strerror(errno)))
        }
        let bytes = file.readAll(atMost: Self.longest, from: 0)
        guard String(decoding: bytes, as: UTF8.self).contains(contains) else {
            return .failed("it does not contain \"\(contains)\"")
        }
        return .succeeded
    }
}

/// A log file that is read on from where the last look ended. One that was replaced or cut is read from its start.
final class LogFile {
    /// What one look reads at most, so that others are not kept waiting.
    private static let longest = 8 * 1024 * 1024

    private let path: String
    private let search: LineSearch
    private var inode: UInt64?
    private var offset = 0
    private(set) var tail = LogTail()

    init(_ path: String, _ expression: LineExpression) {
        self.path = path
        search = LineSearch(expression)
    }

    func look() -> AttemptResult {
        guard let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            return .failed(String(cString: strerror(errno)))
        }
        noteReplacement(of: file)
        let bytes = file.readAll(atMost: Self.longest, from: offset)
        offset += bytes.count
        search.take(bytes)
        tail.take(bytes)
        // A line without its end counts when nothing was added to it since the last look.
        if bytes.isEmpty { search.endLine() }
        return search.isFound ? .succeeded : .failed(offset == 0 ? "the file is empty" : "no line matches yet")
    }

    private func noteReplacement(of file: borrowing Descriptor) {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { return }
        if inode != UInt64(status.st_ino) || Int(status.st_size) < offset {
            offset = 0
            search.restart()
        }
        inode = UInt64(status.st_ino)
    }
}

extension Descriptor {
    /// Bytes of a file from a position on, as many as there are up to a limit. An error reads as the end.
    fileprivate func readAll(atMost limit: Int, from start: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let size = min(64 * 1024, limit - bytes.count)
            let chunk = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                count = max(0, pread(number, buffer.baseAddress, size, off_t(start + bytes.count)))
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        return bytes
    }
}
