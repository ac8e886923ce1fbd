// Real processes that the test controls: gates tell them when to go on, reports tell the test where they are.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

/// All suites that start processes: one reactor at a time in a program.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProcessTests {}

/// What a process gave until its end.
struct Transcript: Equatable {
    var output: [UInt8] = []
    var status: Vocabulary.ExitStatus = .exited(-1)
    var usage = ResourceUsage()

    var text: String { String(decoding: output, as: UTF8.self) }
}

/// A reactor and a directory for the fifos through which a test and its processes talk.
final class ReactorRig {
    let reactor: LinuxReactor<Int>
    let directory: String
    private(set) var transcripts: [ProcessToken: Transcript] = [:]
    private(set) var order: [ProcessToken] = []
    private var started: UInt32 = 0

    init(directory: String, workers: Int, leftoverGrace: UInt64, guarding: Guarding = ReactorRig.mustHaveWarden) {
        self.directory = directory
        reactor = LinuxReactor(workers: workers, leftoverGrace: leftoverGrace, guarding: guarding)
    }

    /// Has a warden, or the test fails.
    static let mustHaveWarden = Guarding.byWarden { Issue.record("no warden: \($0)") }

    /// Starts `sh -c script`; `$D` is the rig's directory.
    @discardableResult
    func start(_ script: String, task: String? = nil, isInteractive: Bool = false) throws -> ProcessToken {
        try start(["sh", "-c", script], task: task, isInteractive: isInteractive)
    }

    func start(_ arguments: [String], task: String? = nil, isInteractive: Bool = false) throws -> ProcessToken {
        let environment = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "D=\(directory)", "LC_ALL=C"]
        return try start(
            ProcessRequest(
                arguments: arguments, environment: environment, directory: directory, isInteractive: isInteractive,
                task: task))
    }

    func start(_ request: ProcessRequest) throws -> ProcessToken {
        started += 1
        let token = ProcessToken(started)
        try reactor.spawn(request, as: token)
        return token
    }

    /// Waits until the process' end, taking everything else in.
    func end(of token: ProcessToken) -> Transcript {
        while !order.contains(token) { note(reactor.next(until: nil)) }
        return transcripts[token] ?? Transcript()
    }

    func run(_ script: String, task: String? = nil) throws -> Transcript {
        end(of: try start(script, task: task))
    }

    /// Waits until the process printed the text.
    func wait(for text: String, from token: ProcessToken) {
        while !(transcripts[token]?.text.contains(text) ?? false) { note(reactor.next(until: nil)) }
    }

    func note(_ occurrence: Occurrence<Int>) {
        switch occurrence {
        case .output(let token, let bytes): transcripts[token, default: Transcript()].output += bytes
        case .exited(let token, let status, let usage):
            transcripts[token, default: Transcript()].status = status
            transcripts[token, default: Transcript()].usage = usage
            order.append(token)
        case .message, .interrupted, .readable, .deadline: Issue.record("unexpected: \(occurrence)")
        }
    }

    /// A fifo in the rig's directory that scripts read from or write to.
    func fifo(_ name: String) -> Fifo {
        Fifo(path: directory + "/" + name)
    }

    /// The number of a running process as seen from here: it may see another one itself.
    func pid(of token: ProcessToken) -> Int32 {
        reactor.family.children[token]?.pid ?? -1
    }

    func survivors() -> [String] {
        processes(mentioning: directory)
    }
}

/// Processes other than this one that have the text in their arguments or environment.
func processes(mentioning text: String) -> [String] {
    let files = DiskFiles()
    return ((try? files.entries("/proc")) ?? []).compactMap { entry -> String? in
        guard let pid = Int32(entry.name), pid != getpid() else { return nil }
        let texts = ["cmdline", "environ"].map { (try? files.bytes("/proc/\(pid)/\($0)")) ?? [] }
        let shown = texts.map { String(decoding: $0, as: UTF8.self) }
        guard shown.contains(where: { $0.contains(text) }) else { return nil }
        return "\(pid): \(shown[0].split(separator: "\0").joined(separator: " "))"
    }
}

/// A fifo that the test holds open both ways, so that nobody waits for opening it.
final class Fifo: Sendable {
    private let end: Descriptor

    init(path: String) {
        guard mkfifo(path, 0o600) == 0, let end = Descriptor(open(path, O_RDWR | O_CLOEXEC)) else {
            fatalError("mkfifo \(path): errno \(errno)")
        }
        self.end = end
    }

    /// Lets as many `read` commands go on.
    func release(_ times: Int = 1) {
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: times)
        precondition(write(end.number, lines, lines.count) == lines.count)
    }

    /// The next line that a process wrote, without its newline.
    func line() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(end.number, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}

/// Gives a rig to a test, one whose reactor has a warden and then one without, and checks each time that nothing it
/// started is left, neither process nor descriptor.
func withRig(
    workers: Int = 2, leftoverGrace: UInt64 = 60_000_000_000, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (ReactorRig) throws -> Void
) throws {
    for guarding in [ReactorRig.mustHaveWarden, .byThisProcess] {
        try withTemporaryDirectory { directory in
            var rig: ReactorRig? = ReactorRig(
                directory: directory, workers: workers, leftoverGrace: leftoverGrace, guarding: guarding)
            if let rig { try body(rig) }
            #expect(rig?.survivors() == [], sourceLocation: sourceLocation)
            rig = nil
        }
    }
}
