// A file beside a run that is folded from its events (`--profile`, `--otlp`), written a piece at a time. What is in it is
// the room Report's.

import Glibc
import Report
import Vocabulary

/// Owns the file.
final class ProfileFile {
    private static let pieceSize = 1 << 16

    private let descriptor: Int32
    private var renderer: any Renderer
    private var pending: [UInt8] = []

    /// - Parameter what: what the file is called when it cannot be written: `profile`.
    /// - Throws: when the file cannot be made.
    init(_ path: String, _ what: String, _ renderer: any Renderer) throws(CommandFailure) {
        self.renderer = renderer
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .machine, "taskgraph: the \(what) \(path) cannot be written: \(String(cString: strerror(errno)))\n")
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
