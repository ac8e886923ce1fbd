// A failed call on a path, on its way to the error of a port.

import Glibc
import Ports

/// What was tried on which path, and the system's reason.
struct SystemFailure: Error, CustomStringConvertible {
    let operation: String
    let path: String
    let code: Int32

    /// - Parameter code: `errno` of the call that has just failed.
    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    var reason: String { String(cString: strerror(code)) }
    var description: String { "cannot \(operation) \(path): \(reason)" }
    var asStoreError: StoreError { StoreError(description) }
    var asFileError: FileError { FileError(operation: operation, path: path, code: code, reason: reason) }
}
