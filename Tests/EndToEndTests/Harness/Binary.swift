// Where the program under test is. Knows nothing of how it is called.

import Glibc

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

    /// Whether a run may take on another user, which needs root.
    static var canChangeUser: Bool { geteuid() == 0 }
}
