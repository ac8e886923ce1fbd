// Where the program under test is. Knows nothing of how it is called.

import Glibc
import TestKit
import Testing

enum Binary {
    /// `TASKGRAPH_BINARY`, or the program that was built with these tests.
    static let path: String = {
        if let named = getenv("TASKGRAPH_BINARY") { return String(cString: named) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        let tests = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        // Where the test runner is a program of its own, it names the bundle.
        for program in [tests] + CommandLine.arguments {
            guard let slash = program.lastIndex(of: "/") else { continue }
            let candidate = program[...slash] + "taskgraph"
            if access(String(candidate), X_OK) == 0 { return String(candidate) }
        }
        fatalError("there is no taskgraph beside \(tests); name it with TASKGRAPH_BINARY")
    }()

    /// The words that run a program as a user without rights.
    static let unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    /// Whether that is possible here: it needs root, and a program that others may execute.
    static let canChangeUser: Bool = withTemporaryDirectory { directory in
        let words = unprivileged + ["test", "-x", path]
        return geteuid() == 0
            && Child(words, in: "/", environment: [:], scratch: directory + "/words").wait().status == 0
    }
}
