// A failed system call as a `FileError`. Knows no operation.

internal import Glibc
internal import Ports

extension FileError {
    /// - Parameter code: `errno` right after the call.
    init(_ operation: String, _ path: String, _ code: Int32) {
        self.init(operation: operation, path: path, code: code, reason: String(cString: strerror(code)))
    }
}
