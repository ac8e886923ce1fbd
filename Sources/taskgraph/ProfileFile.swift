// `--profile FILE`: the trace of a run as it is written, a piece at a time. What is in it is the room Report's.

import Glibc
import Report
import Vocabulary

/// Owns the file.
final class ProfileFile {
    private static let pieceSize = 1 << 16

    private let path: String
    private let descriptor: Int32
    private var renderer: ProfileRenderer
    private var pending: [UInt8] = []

    /// - Throws: when the file cannot be made.
    init(_ path: String, tasks: TaskTable) throws(CommandFailure) {
        self.path = path
        renderer = ProfileRenderer(tasks: tasks)
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .machine, "taskgraph: the profile \(path) cannot be written: \(String(cString: strerror(errno)))\n")
        }
    }

    deinit { close(descriptor) }

    func note(_ event: Event) {
        pending += renderer.render(event)
        if pending.count >= ProfileFile.pieceSize { write() }
    }

    func end() {
        pending += renderer.end()
        write()
    }

    private func write() {
        Output.write(pending, to: descriptor)
        pending.removeAll(keepingCapacity: true)
    }
}
