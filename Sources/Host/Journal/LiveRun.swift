// The run that goes on, as others may look at it: frames behind each other in one file. Does not know who looks.
//
// `.taskgraph/live` begins with `taskgraph live 1\n`; frames are those of the journal (`JournalFormat`), their payload a byte
// (1 beginning, 2 change, 3 end) and a `RunEvidence`. The beginning has all tasks, a change only those that differ; the end is
// the whole run. It is the last run's until the next begins, is never made durable, and nothing but `ui` reads it.

import Glibc
public import Vocabulary

/// A run as its file tells it.
public struct LiveRun: Sendable {
    public var run: RunEvidence
    public var hasEnded: Bool

    static let magic = Array("taskgraph live 1\n".utf8)

    public static func file(in state: StateDirectory) -> String { state.path + "/live" }

    /// Nil when there is none, or none that this version can read.
    public init?(in state: StateDirectory) {
        guard let file = try? StoreFile.open(LiveRun.file(in: state), O_RDONLY), file.size > 0 else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(file.size)) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        guard bytes.starts(with: LiveRun.magic) else { return nil }
        self.init(JournalFormat.payloads(of: bytes, from: LiveRun.magic.count))
    }

    init?(_ payloads: [[UInt8]]) {
        guard let first = payloads.first, first.first == 1, let run = RunEvidence(encoded: Array(first.dropFirst()))
        else {
            return nil
        }
        self.run = run
        hasEnded = false
        var places = Dictionary(run.tasks.enumerated().map { ($1.name, $0) }) { first, _ in first }
        for payload in payloads.dropFirst() {
            guard let change = RunEvidence(encoded: Array(payload.dropFirst())) else { return nil }
            if payload.first == 3 {
                self.run = change
                hasEnded = true
                return
            }
            for task in change.tasks {
                if let place = places[task.name] {
                    self.run.tasks[place] = task
                } else {
                    places[task.name] = self.run.tasks.count
                    self.run.tasks.append(task)
                }
            }
            self.run.gates += change.gates
            self.run.tables += change.tables
            self.run.summary = change.summary
        }
        // A task that became instances is told by these.
        self.run.tasks.removeAll { $0.outcome == LiveRun.expanded }
    }

    /// The outcome of a task in whose place its instances are told.
    public static let expanded = "expanded"
}

/// Writes it, in the loop of the run. What cannot be written is not looked at; it never fails or delays a run.
public final class LiveRunWriter {
    private let path: String
    private var file: StoreFile?

    public init(in state: StateDirectory) { path = LiveRun.file(in: state) }

    public func begin(_ run: RunEvidence) {
        let temporary = path + ".new"
        // What tasks printed is in it.
        guard let file = try? StoreFile.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o600) else {
            return
        }
        guard (try? file.write(LiveRun.magic + LiveRunWriter.frame(1, run))) != nil, rename(temporary, path) == 0 else {
            unlink(temporary)
            return
        }
        self.file = file
    }

    public func change(_ run: RunEvidence) { write(2, run) }
    public func end(_ run: RunEvidence) { write(3, run) }

    private func write(_ kind: UInt8, _ run: RunEvidence) {
        guard let file else { return }
        // Half a frame would hide all that follow it.
        if (try? file.write(LiveRunWriter.frame(kind, run))) == nil { self.file = nil }
    }

    private static func frame(_ kind: UInt8, _ run: RunEvidence) -> [UInt8] {
        var bytes: [UInt8] = []
        JournalFormat.append([kind] + run.encoded, to: &bytes)
        return bytes
    }
}
